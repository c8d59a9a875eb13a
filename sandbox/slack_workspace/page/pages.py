"""What is read: whole pages, and the parts that the script swaps when something changed."""

from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from sandbox.slack_workspace.model import Channel, User
from sandbox.slack_workspace.page.cache import Cache
from sandbox.slack_workspace.page.messages import Item, Scene, Timeline, latest
from sandbox.slack_workspace.page.reader import (
    COOKIE,
    acting,
    direct_message,
    home_channel,
    names_for,
    path_of,
    persons,
    visible_channel,
)
from sandbox.slack_workspace.page.respond import html
from sandbox.slack_workspace.page.views import home_of, top_modal
from sandbox.slack_workspace.workspace import Workspace

CACHED = 2000
PARTS = ("sidebar", "head", "channel", "thread", "home", "modal")


class Pages:
    """The GET handlers."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._cache: Cache[Item] = Cache(size=CACHED)

    async def root(self, request: Request) -> Response:
        """`/` leads to the first channel."""
        return self._to_first(acting(request, self._workspace))

    async def channel(self, request: Request) -> Response:
        """`/c/{channel}` and `/c/{channel}/t/{ts}`; what this person may not see leads to the first channel."""
        user = acting(request, self._workspace)
        channel = visible_channel(request.path_params["channel"], user, self._workspace)
        if channel is None:
            return self._to_first(user)
        thread = request.path_params.get("ts", "")
        return self._page(request, user, channel=channel, thread=thread, place="channel")

    async def home(self, request: Request) -> Response:
        """`/home`: the app's Home tab. The script tells the app that it was opened."""
        user = acting(request, self._workspace)
        return self._page(request, user, channel=None, thread="", place="home")

    async def part(self, request: Request) -> Response:
        """`/part/{name}?as&channel&thread&since`: one region's HTML as it stands now; `since` is the oldest message wanted."""
        name = request.path_params["name"]
        user = acting(request, self._workspace)
        channel = visible_channel(request.query_params.get("channel", ""), user, self._workspace)
        if name not in PARTS or (channel is None and name in ("channel", "thread")):
            return Response(status_code=404)
        thread = request.query_params.get("thread", "")
        place = "channel" if channel else "home"
        since = request.query_params.get("since", "")
        context = self._context(user, channel=channel, thread=thread, place=place, since=since)
        return html(f"{name}.html", **context)

    def _to_first(self, user: User) -> Response:
        return RedirectResponse(
            f"{path_of(home_channel(user, self._workspace))}?as={user.name}", status_code=303
        )

    def _page(
        self, request: Request, user: User, *, channel: Channel | None, thread: str, place: str
    ) -> Response:
        context = self._context(user, channel=channel, thread=thread, place=place)
        response = html("page.html", path=request.url.path, **context)
        response.set_cookie(COOKIE, user.name, samesite="lax", httponly=True)
        return response

    def _closed(self, user: User, channel: Channel) -> str:
        """Why this person cannot write here; empty when they can."""
        if user.id not in channel.members:
            return f"You are not in #{channel.name}."
        if channel.kind == "im" and not self._workspace.manifest.messages_tab:
            return "Sending messages to this app has been turned off."
        return ""

    def _context(
        self, user: User, *, channel: Channel | None, thread: str, place: str, since: str = ""
    ) -> dict[str, Any]:
        workspace, state = self._workspace, self._workspace.state
        names = names_for(user, workspace)
        channels = workspace.channels_of(user.id)
        scene = (
            Scene(channel=channel, reader=user, state=state, names=names, cache=self._cache)
            if channel
            else None
        )
        return {
            "state": state,
            "app": state.users[state.bot_user],
            "me": user,
            "people": list(persons(state)),
            "place": place,
            "channel": channel,
            "channels": [c for c in channels if c.kind != "im"],
            "dm": direct_message(user, workspace),
            "commands": workspace.manifest.commands,
            "shortcuts": workspace.manifest.shortcuts,
            "has_home": workspace.manifest.home_tab,
            "closed": self._closed(user, channel) if channel else "",
            "thread": thread,
            "path_of": path_of,
            "latest": latest,
            "timeline": scene.timeline(since=since) if scene else Timeline(),
            "replies": scene.thread(thread) if scene and thread else [],
            "home": home_of(user, state, names),
            "modal": top_modal(user, state, names),
        }
