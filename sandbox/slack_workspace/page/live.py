"""Server-sent events: what changed for this person, so that the script fetches the region anew."""

import asyncio
import json
from collections.abc import AsyncIterator

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from sandbox.slack_workspace.feed import Change, Subscription
from sandbox.slack_workspace.model import User
from sandbox.slack_workspace.page.reader import acting
from sandbox.slack_workspace.page.respond import SECURITY_HEADERS
from sandbox.slack_workspace.workspace import Workspace

HEARTBEAT_SECONDS = 15.0
RETRY_MS = 500
"""How soon a browser comes back after the stream broke; then it fetches everything anew."""


class Live:
    """The `/live` handler."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    async def stream(self, request: Request) -> Response:
        """Events of the person that `?as=` names, from now on."""
        user = acting(request, self._workspace)
        events = self._events(user, self._workspace.subscribe())
        return StreamingResponse(events, media_type="text/event-stream", headers=SECURITY_HEADERS)

    async def _events(self, user: User, subscription: Subscription) -> AsyncIterator[str]:
        with subscription as changes:
            yield f": connected\nretry: {RETRY_MS}\n\n"
            while True:
                try:
                    async with asyncio.timeout(HEARTBEAT_SECONDS):
                        change = await anext(changes)
                except TimeoutError:
                    yield ": still here\n\n"
                except StopAsyncIteration:
                    return
                else:
                    if self._concerns(user, change):
                        yield f"data: {_wire(change)}\n\n"

    def _concerns(self, user: User, change: Change) -> bool:
        if change.user is not None and change.kind not in ("members", "channel"):
            return change.user == user.id
        return change.channel is None or change.channel in {
            channel.id for channel in self._workspace.channels_of(user.id)
        }


def _wire(change: Change) -> str:
    return json.dumps(
        {
            "kind": change.kind,
            "channel": change.channel,
            "ts": change.ts,
            "thread": change.thread_ts,
            "view": change.view_id,
            "text": change.text,
        }
    )
