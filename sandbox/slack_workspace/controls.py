"""`/sandbox/`: acting as a person from a script, and seeing everything. Answered to this machine only."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any, Literal, TypeVar

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.slack_workspace.errors import PersonError
from sandbox.slack_workspace.model import Json, Message, View
from sandbox.slack_workspace.report import state_report
from sandbox.slack_workspace.sender import Delivery
from sandbox.slack_workspace.suggestions import ask_options
from sandbox.slack_workspace.workspace import Workspace

Body = TypeVar("Body", bound=msgspec.Struct)


class _Strict(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    pass


class _Command(_Strict, kw_only=True):
    user: str
    channel: str
    command: str
    text: str = ""
    thread_ts: str | None = None


class _Source(_Strict, kw_only=True):
    """A message by channel and ts (replies and ephemerals too), or a modal or Home tab by view_id."""

    user: str
    action_id: str
    channel: str | None = None
    ts: str | None = None
    view_id: str | None = None
    block_id: str | None = None


class _Action(_Source, kw_only=True):
    value: Any = None
    values: Json | None = None
    stale: bool = False


class _Options(_Source, kw_only=True):
    value: str


class _View(_Strict, kw_only=True):
    user: str
    view_id: str
    action: Literal["submit", "close"]
    values: Json | None = None
    clear: bool = False


class _Message(_Strict, kw_only=True):
    user: str
    channel: str
    text: str
    thread_ts: str | None = None


class _Home(_Strict, kw_only=True):
    user: str


class _Shortcut(_Strict, kw_only=True):
    user: str
    callback_id: str
    channel: str | None = None


class _Members(_Strict, kw_only=True):
    channel: str
    user: str
    action: Literal["invite", "kick"]


class _Account(_Strict, kw_only=True):
    user: str
    active: bool


class _Group(_Strict, kw_only=True):
    handle: str
    users: list[str]


class _Socket(_Strict, kw_only=True):
    reason: Literal["warning", "refresh_requested", "link_disabled", "too_many_websockets"] | None = None
    after: float = 0.0


class _Replay(_Strict, kw_only=True):
    n: int = 1


class Controls:
    """One method per control."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._people = workspace.people

    async def command(self, body: _Command) -> Any:
        """Type a slash command."""
        return await self._people.command(
            user=body.user,
            channel=body.channel,
            command=body.command,
            text=body.text,
            thread_ts=body.thread_ts,
        )

    async def action(self, body: _Action) -> Any:
        """Press a button or choose in a menu, without a confirm dialog in between."""
        return await self._people.press(
            user=body.user,
            source=self._source(body, gone_too=body.stale),
            action_id=body.action_id,
            block_id=body.block_id,
            value=body.value,
            values=body.values,
            stale=body.stale,
        )

    async def view(self, body: _View) -> Any:
        """Submit or close a modal."""
        if body.action == "submit":
            return await self._people.submit(user=body.user, view_id=body.view_id, values=body.values)
        return await self._people.close(user=body.user, view_id=body.view_id, clear=body.clear)

    async def message(self, body: _Message) -> Any:
        """Write a message."""
        return await self._people.say(
            user=body.user, channel=body.channel, text=body.text, thread_ts=body.thread_ts
        )

    async def home(self, body: _Home) -> Any:
        """Open the Home tab."""
        return await self._people.open_home(user=body.user)

    async def options(self, body: _Options) -> Any:
        """Type into a select whose options the app gives."""
        return await ask_options(
            self._workspace.services,
            user=body.user,
            source=self._source(body, gone_too=False),
            action_id=body.action_id,
            value=body.value,
            block_id=body.block_id,
        )

    async def shortcut(self, body: _Shortcut) -> Any:
        """Choose a global shortcut of the app; `channel` is what the person is looking at."""
        return await self._people.shortcut(user=body.user, callback_id=body.callback_id, channel=body.channel)

    async def members(self, body: _Members) -> Any:
        """Bring somebody into a channel or take them out."""
        act = self._people.invite if body.action == "invite" else self._people.kick
        return await act(channel=body.channel, user=body.user)

    async def account(self, body: _Account) -> None:
        """Deactivate somebody's account, or give it back; nothing else of theirs changes."""
        user = self._workspace.services.ledger.user(body.user)
        if user is None:
            raise PersonError(HTTPStatus.NOT_FOUND, f"no such user: {body.user}")
        user.deleted = not body.active

    async def group(self, body: _Group) -> None:
        """Put other people into a user group."""
        ledger = self._workspace.services.ledger
        found = next((each for each in ledger.state.groups.values() if each.handle == body.handle), None)
        users = [ledger.user(name) for name in body.users]
        if found is None or None in users:
            raise PersonError(HTTPStatus.NOT_FOUND, "no such group or user")
        found.users = [user.id for user in users if user]

    async def socket(self, body: _Socket) -> None:
        """Tell the app's connections to leave, with a reason, and close them `after` seconds; without one cut them."""
        sockets = self._workspace.services.sockets
        count = sockets.disconnect(body.reason, after=body.after) if body.reason else sockets.cut()
        if not count:
            raise PersonError(HTTPStatus.CONFLICT, "the app is not connected")

    async def replay(self, body: _Replay) -> Any:
        """Send the last signed request again, byte for byte; `n` times, one after the other."""
        sent = [await self._workspace.services.sender.replay() for _ in range(max(1, body.n))]
        if sent[-1] is None:
            raise PersonError(HTTPStatus.CONFLICT, "nothing was sent yet")
        return sent[-1]

    def _source(self, body: _Source, *, gone_too: bool) -> Message | View:
        found = self._view_source(body) if body.view_id else self._message_source(body, gone_too=gone_too)
        if found is None:
            raise PersonError(HTTPStatus.NOT_FOUND, "no such message or view")
        return found

    def _view_source(self, body: _Source) -> View | None:
        return self._workspace.find_view(body.view_id or "")

    def _message_source(self, body: _Source, *, gone_too: bool) -> Message | None:
        channel = self._workspace.find_channel(body.channel or "")
        if channel is None:
            raise PersonError(HTTPStatus.NOT_FOUND, f"no such channel: {body.channel}")
        found = self._workspace.find_message(channel, body.ts or "")
        if found is None and gone_too:
            return next((m for m in (*channel.messages, *channel.ephemerals) if m.ts == body.ts), None)
        return found


def control_routes(workspace: Workspace) -> list[Route]:
    """All of `/sandbox/` but the faults."""
    controls = Controls(workspace)

    async def state(_request: Request) -> Response:
        return JSONResponse(state_report(workspace))

    return [
        Route("/sandbox/state", state),
        _post("/sandbox/command", _Command, controls.command),
        _post("/sandbox/action", _Action, controls.action),
        _post("/sandbox/view", _View, controls.view),
        _post("/sandbox/message", _Message, controls.message),
        _post("/sandbox/home", _Home, controls.home),
        _post("/sandbox/options", _Options, controls.options),
        _post("/sandbox/shortcut", _Shortcut, controls.shortcut),
        _post("/sandbox/members", _Members, controls.members),
        _post("/sandbox/account", _Account, controls.account),
        _post("/sandbox/group", _Group, controls.group),
        _post("/sandbox/socket", _Socket, controls.socket),
        _post("/sandbox/replay", _Replay, controls.replay),
    ]


def _post(path: str, shape: type[Body], act: Callable[[Body], Awaitable[Delivery | None]]) -> Route:
    """A control: its body read strictly, its outcome as `{status, body, elapsed_ms}`."""

    async def handle(request: Request) -> Response:
        try:
            body = msgspec.json.decode(await request.body() or b"{}", type=shape)
            delivery = await act(body)
        except msgspec.DecodeError as error:
            return JSONResponse({"error": str(error)}, status_code=HTTPStatus.BAD_REQUEST)
        except PersonError as error:
            return JSONResponse({"error": error.text}, status_code=error.status)
        return JSONResponse(_told(delivery))

    return Route(path, handle, methods=["POST"])


def _told(delivery: Delivery | None) -> Json:
    """Nothing was sent: status 0."""
    if delivery is None:
        return {"status": 0, "body": None, "elapsed_ms": 0.0}
    return delivery.as_json() | ({"ts": delivery.ts} if delivery.ts else {})
