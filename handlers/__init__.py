"""Where Slack comes in: parse, record, ack. Nothing else happens here."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.respond.async_respond import AsyncRespond
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.ports import Clock, Inbox, State
from handlers.buttons import on_press
from handlers.commands import on_command
from handlers.desk import Ack, Desk
from handlers.errors import on_error
from handlers.home import on_event
from handlers.modals import on_submission

__all__ = ["register"]

ANYTHING = re.compile("")
ACK_WITHIN = 2.5  # seconds; Slack gives up after three


def register(
    app: AsyncApp,
    *,
    inbox: Callable[[str], Inbox],
    state: Callable[[str], State],
    slack: AsyncWebClient,
    orgs: tuple[str, ...],
    clock: Clock,
) -> None:
    """One listener per surface: each that does not match costs a request about 9 µs (docs/benchmarks.md).

    `inbox` and `state` are asked for by the id of the Slack workspace that a request is from.
    """
    desk = Desk(inbox=inbox, state=state, slack=slack, orgs=orgs, clock=clock)

    async def command(body: dict[str, Any], ack: Ack) -> None:
        await _in_time(on_command(desk, body, ack))

    async def press(body: dict[str, Any], ack: Ack, respond: AsyncRespond) -> None:
        await _in_time(on_press(desk, body, ack, respond))

    async def submission(body: dict[str, Any], ack: Ack) -> None:
        await _in_time(on_submission(desk, body, ack))

    async def event(body: dict[str, Any], ack: Ack) -> None:
        await _in_time(on_event(desk, body, ack))

    async def error(error: Exception, body: dict[str, Any], respond: AsyncRespond) -> BoltResponse:
        return await on_error(error, body, slack, respond)

    app.command(ANYTHING)(command)
    app.action(ANYTHING)(press)
    app.view(ANYTHING)(submission)
    app.event(ANYTHING)(event)
    app.error(error)


async def _in_time(work: Awaitable[None]) -> None:
    async with asyncio.timeout(ACK_WITHIN):
        await work
