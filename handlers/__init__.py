"""Where Slack comes in: parse, record, ack. Nothing else happens here."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.context.respond.async_respond import AsyncRespond
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.ports import Clock, Inbox, Lookup
from bot.vault import Vault
from handlers.buttons import on_press
from handlers.commands import on_command
from handlers.deploy_form import on_shortcut
from handlers.desk import HANDLE_WITHIN, Desk
from handlers.errors import on_error
from handlers.events import on_event
from handlers.strangers import is_stranger, turn_away
from handlers.submissions import on_submission
from handlers.suggestions import on_suggestion

__all__ = ["register", "surface_of"]

Handler = Callable[[Desk, AsyncBoltRequest], Awaitable[None]]


async def _command(desk: Desk, request: AsyncBoltRequest) -> None:
    await on_command(desk, request.body, request.context.ack)


async def _press(desk: Desk, request: AsyncBoltRequest) -> None:
    respond = request.context.respond or AsyncRespond(response_url=None)
    await on_press(desk, request.body, request.context.ack, respond)


async def _submission(desk: Desk, request: AsyncBoltRequest) -> None:
    await on_submission(desk, request.body, request.context.ack)


async def _suggestion(desk: Desk, request: AsyncBoltRequest) -> None:
    await on_suggestion(desk, request.body, request.context.ack)


async def _shortcut(desk: Desk, request: AsyncBoltRequest) -> None:
    await on_shortcut(desk, request.body, request.context.ack)


async def _event(desk: Desk, request: AsyncBoltRequest) -> None:
    await on_event(desk, request.body, request.context.ack)


SURFACES: dict[str, Handler] = {
    "command": _command,
    "block_actions": _press,
    "view_submission": _submission,
    "block_suggestion": _suggestion,
    "shortcut": _shortcut,
    "event_callback": _event,
}


def surface_of(payload: Mapping[str, Any]) -> str:
    """Where in Slack a payload comes from: a key of `SURFACES`, or `other`."""
    surface = "command" if "command" in payload else payload.get("type")
    return surface if isinstance(surface, str) and surface in SURFACES else "other"


def register(
    app: AsyncApp,
    *,
    inbox: Callable[[str], Inbox],
    state: Callable[[str], Lookup],
    slack: AsyncWebClient,
    orgs: tuple[str, ...],
    clock: Clock,
    vault: Vault,
) -> None:
    """`inbox` and `state` are asked for by the id of the Slack workspace that a request is from."""

    async def error(error: Exception, body: dict[str, Any], respond: AsyncRespond) -> BoltResponse:
        return await on_error(error, body, slack, respond)

    app.use(_Surfaces(Desk(inbox=inbox, state=state, slack=slack, orgs=orgs, clock=clock, vault=vault)))
    app.error(error)


class _Surfaces(AsyncMiddleware):
    """Looks the handler up in a table.

    Bolt's listeners would be tried one after the other, each with all its possible arguments built first, which costs a
    command more than everything that a handler does before Redis (docs/adr/0005-verify-before-parsing.md).
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def async_process(
        self,
        *,
        req: AsyncBoltRequest,
        resp: BoltResponse,
        next: Callable[[], Awaitable[BoltResponse]],  # noqa: A002  Bolt passes it by this name
    ) -> BoltResponse | None:
        handle = SURFACES.get(surface_of(req.body))
        if handle is None:
            await next()
            return resp
        async with asyncio.timeout(HANDLE_WITHIN):
            if is_stranger(req.body):
                await turn_away(self._desk, req)
            else:
                await handle(self._desk, req)
        return req.context.ack.response
