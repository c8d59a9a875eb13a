"""What a person does on the page, as small JSON requests of the script. Answers `{ok}` or `{ok: false, error}`.

How the app took it is not said here: the workspace tells the person by a notice, an error under an input or a word of Slackbot.
"""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox.slack_workspace.errors import PersonError
from sandbox.slack_workspace.model import Json, Message, User, View
from sandbox.slack_workspace.page.mrkdwn import render_plain
from sandbox.slack_workspace.page.options import option_groups
from sandbox.slack_workspace.page.reader import acting, visible_channel
from sandbox.slack_workspace.page.respond import SECURITY_HEADERS, from_another_site, html
from sandbox.slack_workspace.workspace import Workspace

GONE = "This is no longer there."


class Written(msgspec.Struct, forbid_unknown_fields=True):
    """What stood in the composer of a channel or thread."""

    channel: str
    text: str
    thread: str = ""


class Source(msgspec.Struct, forbid_unknown_fields=True):
    """Where a control stands: in a message or in a view."""

    channel: str = ""
    ts: str = ""
    view: str = ""


class Pressed(msgspec.Struct, forbid_unknown_fields=True):
    """A control that tells the app at once; `values` is what stands in the others, in short form."""

    source: Source
    action_id: str
    block_id: str = ""
    value: Any = None
    values: Json = msgspec.field(default_factory=dict)


class Typed(msgspec.Struct, forbid_unknown_fields=True):
    """What was typed into an external select."""

    source: Source
    action_id: str
    block_id: str
    value: str


class Submitted(msgspec.Struct, forbid_unknown_fields=True):
    """A modal's form."""

    view: str
    values: Json


class Closed(msgspec.Struct, forbid_unknown_fields=True):
    """A modal's Cancel, or its cross (`clear`), which closes all below it as well."""

    view: str
    clear: bool = False


class Chosen(msgspec.Struct, forbid_unknown_fields=True):
    """A global shortcut, chosen from the composer of a channel."""

    callback_id: str
    channel: str = ""


class Opened(msgspec.Struct, forbid_unknown_fields=True):
    """The Home tab came into view."""


_Body = TypeVar("_Body", Opened, Written, Pressed, Typed, Submitted, Closed, Chosen)


class Deeds:
    """The POST handlers. Each acts as the person of `?as=`."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._people = workspace.people

    async def write(self, request: Request) -> Response:
        """A message, or a slash command where the text begins with `/` (a space before it makes it a message, as in Slack)."""
        return await self._with(request, Written, self._write)

    async def press(self, request: Request) -> Response:
        """A button, or a choice in a menu, of a message, a modal or the Home tab."""
        return await self._with(request, Pressed, self._press)

    async def suggest(self, request: Request) -> Response:
        """The options of an external select, as HTML."""
        return await self._with(request, Typed, self._suggest)

    async def submit(self, request: Request) -> Response:
        """A modal's Submit."""
        return await self._with(request, Submitted, self._submit)

    async def close(self, request: Request) -> Response:
        """A modal's Cancel or cross."""
        return await self._with(request, Closed, self._close)

    async def shortcut(self, request: Request) -> Response:
        """A global shortcut of the app."""
        return await self._with(request, Chosen, self._shortcut)

    async def open_home(self, request: Request) -> Response:
        """The person looks at the Home tab: the app may publish it now."""
        return await self._with(request, Opened, self._open_home)

    async def _with(
        self, request: Request, shape: type[_Body], act: Callable[[User, _Body], Awaitable[Response]]
    ) -> Response:
        if from_another_site(request):
            return _no("not from here", status=403)
        try:
            body = msgspec.json.decode(await request.body(), type=shape)
        except msgspec.DecodeError as error:
            return _no(str(error), status=400)
        try:
            return await act(acting(request, self._workspace), body)
        except PersonError as error:
            return _no(error.text, status=error.status)

    async def _open_home(self, user: User, _: Opened) -> Response:
        await self._people.open_home(user=user.id)
        return _yes()

    async def _shortcut(self, user: User, body: Chosen) -> Response:
        await self._people.shortcut(user=user.id, callback_id=body.callback_id, channel=body.channel or None)
        return _yes()

    async def _write(self, user: User, body: Written) -> Response:
        channel = visible_channel(body.channel, user, self._workspace)
        text = body.text.strip()
        if channel is None or not text:
            return _no(GONE, status=404)
        thread = body.thread or None
        if body.text.startswith("/"):
            command, _, rest = text.partition(" ")
            await self._people.command(
                user=user.id, channel=channel.id, command=command, text=rest.strip(), thread_ts=thread
            )
            return _yes()
        await self._people.say(user=user.id, channel=channel.id, text=text, thread_ts=thread)
        return _yes()

    async def _press(self, user: User, body: Pressed) -> Response:
        source = self._source(user, body.source)
        if source is None:
            return _no(GONE, status=404)
        await self._people.press(
            user=user.id,
            source=source,
            action_id=body.action_id,
            block_id=body.block_id or None,
            value=body.value,
            values=body.values,
        )
        return _yes()

    async def _suggest(self, user: User, body: Typed) -> Response:
        source = self._source(user, body.source)
        if source is None:
            return _no(GONE, status=404)
        found = await self._people.suggest(
            user=user.id,
            source=source,
            action_id=body.action_id,
            value=body.value,
            block_id=body.block_id or None,
        )
        grouped = bool(found) and "label" in found[0]
        groups = option_groups({"option_groups" if grouped else "options": found})
        return html("suggestions.html", groups=groups, text=render_plain)

    async def _submit(self, user: User, body: Submitted) -> Response:
        if not self._view(user, body.view):
            return _no(GONE, status=404)
        await self._people.submit(user=user.id, view_id=body.view, values=body.values)
        return _yes()

    async def _close(self, user: User, body: Closed) -> Response:
        if not self._view(user, body.view):
            return _no(GONE, status=404)
        await self._people.close(user=user.id, view_id=body.view, clear=body.clear)
        return _yes()

    def _source(self, user: User, source: Source) -> Message | View | None:
        if source.view:
            return self._view(user, source.view)
        channel = visible_channel(source.channel, user, self._workspace)
        message = self._workspace.find_message(channel, source.ts) if channel else None
        return message if message and message.ephemeral_to in (None, user.id) else None

    def _view(self, user: User, view_id: str) -> View | None:
        view = self._workspace.find_view(view_id)
        return view if view and view.user == user.id else None


def _yes() -> Response:
    return JSONResponse({"ok": True}, headers=SECURITY_HEADERS)


def _no(error: str, *, status: int = 200) -> Response:
    return JSONResponse({"ok": False, "error": error}, status_code=status, headers=SECURITY_HEADERS)
