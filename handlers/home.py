"""The Home tab: opening it asks the worker to draw it."""

from __future__ import annotations

from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.domain.commands import Command, Origin, Surface, Verb
from handlers.desk import Desk, stable_id

# Seconds in which a page that is opened again and again is drawn once. A retry by Slack carries the command's own id.
DRAWN_LATELY = 2.0


async def on_event(desk: Desk, body: dict[str, Any], ack: AsyncAck) -> None:
    """Slack, "app_home_opened". Any other event is only acknowledged: Slack would send it again and again."""
    event = body["event"]
    if event["type"] == "app_home_opened" and event.get("tab") == "home":
        command = Command(
            id=stable_id(body["team_id"], body["event_id"]),
            verb=Verb.HOME,
            origin=Origin(
                team=body["team_id"],
                channel=event.get("channel", ""),
                user=event["user"],
                surface=Surface.HOME,
            ),
            at=desk.clock(),
        )
        await desk.record(command, dedupe=_page(command), window=DRAWN_LATELY)
    await ack()


def _page(command: Command) -> str:
    return stable_id(command.verb, command.origin.team, command.origin.user)
