"""home: what somebody sees on the bot's own page."""

from __future__ import annotations

from bot.domain.approvals import may_vote
from bot.domain.commands import Command, Intent, Surface, Verb
from bot.domain.locks import Lock
from bot.domain.policy import Deny, decide
from bot.domain.refusals import Refusal
from bot.domain.requests import Request
from bot.messages import home as page
from bot.verbs.context import Context, facts_of
from bot.verbs.facts import facts_of_votes


async def home(context: Context, command: Command) -> Refusal | None:
    """What runs, waits, is paused and locked, and what of it this person could approve or unlock."""
    overviews = [found for org in context.orgs if (found := await context.state.overview(org))]
    awaiting = [request for request in await context.state.awaiting() if request.is_open]
    user = command.origin.user
    decides = [request.id for request in awaiting[: page.AWAITING] if await _decides(context, request, user)]
    locks = [
        lock for org in context.orgs for lock in await context.state.locks(org) if lock.holds(context.clock())
    ]
    unlocks = [lock.stack for lock in locks[: page.LOCKS] if await _unlocks(context, lock, user)]
    view = page.home(
        overviews, awaiting, locks, user=user, decides=decides, unlocks=unlocks, now=context.clock()
    )
    await context.channels.publish_home(command.origin.user, view)
    return None


async def _decides(context: Context, request: Request, user: str) -> bool:
    return may_vote(request, user, await facts_of_votes(context, request, user))


async def _unlocks(context: Context, lock: Lock, user: str) -> bool:
    """What came of it is told in the lock's channel, so there has to be one."""
    intent = Intent(verb=Verb.UNLOCK, stack=lock.stack, user=user, channel="", surface=Surface.HOME)
    decision = decide(context.policy, intent, await facts_of(context, lock.stack, ""))
    return bool(lock.channel) and not isinstance(decision, Deny)
