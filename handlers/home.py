"""The Home tab: opening it asks the worker to draw it."""

from __future__ import annotations

from typing import Any

from bot.domain.commands import Command, Origin, Surface, Verb
from handlers.desk import Desk, stable_id

# Seconds in which a page that is opened again and again is drawn once. A retry by Slack carries the command's own id.
DRAWN_LATELY = 2.0


async def on_home(desk: Desk, body: dict[str, Any]) -> None:
    """Slack, "app_home_opened"; the app has other tabs as well."""
    event = body["event"]
    if event.get("tab") == "home":
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


def _page(command: Command) -> str:
    return stable_id(command.verb, command.origin.team, command.origin.user)
