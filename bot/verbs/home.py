"""home: what somebody sees on the bot's own page."""

from __future__ import annotations

from bot.domain.commands import Command, Refusal
from bot.messages import home as page
from bot.verbs.context import Context


async def home(context: Context, command: Command) -> Refusal | None:
    """What runs, waits and is paused, and what this person could approve."""
    overviews = [found for org in context.orgs if (found := await context.state.overview(org))]
    awaiting = await context.state.awaiting()
    view = page.home(overviews, awaiting, user=command.origin.user, now=context.clock())
    await context.channels.publish_home(command.origin.user, view)
    return None
