"""home: what somebody sees on the bot's own page."""

from __future__ import annotations

from bot.domain.approvals import may_vote
from bot.domain.commands import Command
from bot.domain.refusals import Refusal
from bot.domain.requests import Request
from bot.messages import home as page
from bot.verbs.context import Context
from bot.verbs.facts import facts_of_votes


async def home(context: Context, command: Command) -> Refusal | None:
    """What runs, waits and is paused, and what this person could approve."""
    overviews = [found for org in context.orgs if (found := await context.state.overview(org))]
    awaiting = [request for request in await context.state.awaiting() if request.is_open]
    user = command.origin.user
    decides = [request.id for request in awaiting[: page.AWAITING] if await _decides(context, request, user)]
    view = page.home(overviews, awaiting, user=user, decides=decides, now=context.clock())
    await context.channels.publish_home(command.origin.user, view)
    return None


async def _decides(context: Context, request: Request, user: str) -> bool:
    return may_vote(request, user, await facts_of_votes(context, request, user))
