"""What Slack tells by itself: somebody opened the Home tab, or the bot was invited to a channel."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck

from handlers.desk import RECORD_WITHIN, Desk
from handlers.home import on_home


async def on_event(desk: Desk, body: dict[str, Any], ack: AsyncAck) -> None:
    """Any other event is only acknowledged: Slack would send it again and again."""
    handle = EVENTS.get(body["event"]["type"])
    if handle is not None:
        await handle(desk, body)
    await ack()


async def on_joined(desk: Desk, body: dict[str, Any]) -> None:
    """Slack, "member_joined_channel": who else comes to a channel is nothing to the bot. One script, so there is no command to record."""
    event = body["event"]
    ours = {each["user_id"] for each in body.get("authorizations", ()) if each.get("is_bot")}
    if event["user"] in ours:
        async with asyncio.timeout(RECORD_WITHIN):
            await desk.state(body["team_id"]).let_in(event["channel"])


EVENTS: dict[str, Callable[[Desk, dict[str, Any]], Awaitable[None]]] = {
    "app_home_opened": on_home,
    "member_joined_channel": on_joined,
}
