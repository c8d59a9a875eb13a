"""A request that is decided: does what was approved still stand, may it run now, and then: run it.

Whoever lets a held request go does it under a note (`look_at`), so that another worker finishes what a dead one began.
"""

from __future__ import annotations

from dataclasses import replace

import structlog

from bot.domain.approvals import approvers, missing, prune
from bot.domain.requests import Request, RequestState, asked_anew, begin_anew
from bot.messages import approvals as words
from bot.messages.message import Reply
from bot.telling import cards_of
from bot.verbs.context import Context
from bot.verbs.creation import create
from bot.verbs.facts import facts_of_votes, held_back
from bot.verbs.previews import PATIENCE, begin_preview

log = structlog.get_logger(__name__)

# Seconds between looks at what is held without an end, and until another worker takes over what one let go.
RECHECK = 30.0
LEASE = 60.0
SETTINGS_CHANGED = "the stack's deployment settings changed"


async def ready(context: Context, request: Request) -> Request:
    """What becomes of a request whose votes are in (CREATING): that, HELD, or votes that begin anew. Raises PulumiError, SlackError."""
    if request.settings:
        settings = await context.pulumi.settings_digest(request.stack)
        if settings != request.settings:
            return _anew(context, request, settings)
    return await or_held(context, request)


async def or_held(context: Context, request: Request) -> Request:
    """The same, HELD where the stack is frozen or locked at this moment, unless somebody broke the glass."""
    hold = None if request.broke else await held_back(context, request)
    if hold is None:
        return replace(request, hold=None)
    now = context.clock()
    return replace(
        request, state=RequestState.HELD, hold=hold, look_at=min(hold.until or now + RECHECK, now + RECHECK)
    )


def told_of_change(before: Request, after: Request) -> list[Reply]:
    """A private word to everybody whose vote is void."""
    return [
        Reply(
            key=f"{after.id}:void:{after.round}:{user}",
            channel=after.channel,
            user=user,
            message=words.votes_void(after),
        )
        for user in approvers(before)
    ]


async def let_go(context: Context, request: Request) -> None:
    """Look at a held request: it runs as soon as nothing holds it and all its votes still count. Raises PulumiError, SlackError."""
    after = await _after_hold(context, request)
    anew = after.round != request.round
    said = () if after.hold == request.hold and after.state is request.state else cards_of(after)
    replies = told_of_change(request, after) if anew else []
    if not await context.state.change_request(request, after, say=said, replies=replies):
        return
    if after.state is RequestState.CREATING:
        await create(context, after, looked=False)
    elif after.state is RequestState.PREVIEWING:
        await begin_preview(context, after)


async def go_on(context: Context, request: Request) -> None:
    """One that was let go, and whose worker has not finished in time."""
    later = replace(request, look_at=context.clock() + LEASE)
    if await context.state.change_request(request, later):
        await create(context, later, looked=False)


async def _after_hold(context: Context, request: Request) -> Request:
    held = await or_held(context, replace(request, state=RequestState.CREATING))
    if held.state is RequestState.HELD:
        return held
    if request.approvals_needed:
        counted = prune(request, await facts_of_votes(context, request))
        if missing(counted):  # somebody left, or left the group
            waiting = replace(counted, state=RequestState.AWAITING, hold=None)
            return asked_anew(waiting, context.clock())
    decided = await ready(context, replace(request, state=RequestState.CREATING, hold=None))
    return (
        replace(decided, look_at=context.clock() + LEASE)
        if decided.state is RequestState.CREATING
        else decided
    )


def _anew(context: Context, request: Request, settings: str) -> Request:
    now = context.clock()
    after = asked_anew(begin_anew(request, why=SETTINGS_CHANGED, settings=settings), now)
    log.info("votes are void", request=request.id, why=after.void, round=after.round)
    return replace(after, look_at=now + PATIENCE) if after.state is RequestState.PREVIEWING else after
