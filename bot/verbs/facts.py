"""What counting votes, and letting a request run, have to know of the world."""

from __future__ import annotations

from bot.domain.audience import MEMBERS, Facts, handles
from bot.domain.commands import OPERATION_OF, Intent, Surface, Verb
from bot.domain.policy import hold
from bot.domain.requests import Hold, Request
from bot.verbs.context import Context


async def facts_of_votes(context: Context, request: Request, *users: str) -> Facts:
    """For counting votes: who may approve now, and which of the voters (and `users`) left. Raises SlackError."""
    people = context.people
    audiences = [seat.who for seat in request.quorum]
    voters = {*users, *(vote.user for vote in request.votes)}
    gone = [user for user in sorted(voters) if not await people.is_active(user)]
    members = any(MEMBERS in audience for audience in audiences)
    return Facts(
        groups=await people.groups(handles(audiences)) if handles(audiences) else {},
        members=await people.members(request.channel) if members else frozenset(),
        gone=frozenset(gone),
        now=context.clock(),
    )


async def held_back(context: Context, request: Request) -> Hold | None:
    """What keeps a decided request from running now."""
    facts = Facts(lock=await context.state.lock(request.stack), now=context.clock())
    return hold(context.policy, intent_of(request), facts)


def intent_of(request: Request) -> Intent:
    """What was asked, as the policy sees it."""
    verbs = {operation: verb for verb, operation in OPERATION_OF.items()}
    return Intent(
        verb=verbs.get(request.operation, Verb.DEPLOY),
        stack=request.stack,
        user=request.requester,
        channel=request.channel,
        surface=Surface(request.surface) if request.surface else Surface.SLASH,
        branch=request.branch,
        commit=request.commit,
        reason=request.reason,
    )
