"""A request as it begins: what was asked, what the policy wants of it, and whom it concerns."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.audience import named
from bot.domain.audit import SERVICE
from bot.domain.commands import Command
from bot.domain.policy import Allow, Facts, NeedsApproval
from bot.domain.refusals import Refusal
from bot.domain.requests import Hold, Request, RequestState
from bot.domain.stacks import StackRef
from bot.verbs.context import Context, operation_of
from bot.verbs.decided import RECHECK
from bot.verbs.overrides import options_of
from bot.verbs.previews import PATIENCE

MOST_NOTIFIED = 10


async def request_of(
    context: Context, command: Command, stack: StackRef, decision: Allow | NeedsApproval
) -> Request | Refusal:
    """What is to be recorded; nothing is yet. Raises PulumiError, SlackError."""
    now, options = context.clock(), await options_of(context, command)
    if isinstance(options, Refusal):
        return options
    request = Request(
        id=command.id,
        stack=stack,
        operation=operation_of(command),
        requester=command.origin.user,
        channel=command.origin.channel,
        created_at=command.at,
        state=RequestState.CREATING,
        branch=command.branch,
        commit=command.commit,
        options=options,
        rule=decision.rule,
        reason=command.reason,
        surface=command.origin.surface.value,
        asked_at=now,
        identity="" if context.identity == SERVICE else context.identity,
    )
    if isinstance(decision, NeedsApproval):
        return await _with_votes(context, request, decision)
    if decision.broke:
        return replace(request, broke=decision.rule)
    return _held(request, decision.hold, now) if decision.hold else request


def _held(request: Request, hold: Hold, now: float) -> Request:
    return replace(
        request,
        state=RequestState.HELD,
        hold=hold,
        look_at=min(hold.until or now + RECHECK, now + RECHECK),
    )


async def _with_votes(context: Context, request: Request, decision: NeedsApproval) -> Request:
    """What people approve includes the stack's settings as they are now."""
    now = request.asked_at
    return replace(
        request,
        state=RequestState.PREVIEWING if decision.preview else RequestState.AWAITING,
        look_at=now + PATIENCE if decision.preview else 0.0,
        previews=decision.preview,
        approvals_needed=decision.approvals,
        seats=decision.seats,
        shared=decision.shared,
        requester_counts=decision.requester_counts,
        expires_at=now + decision.expires if decision.expires else 0.0,
        settings=await context.pulumi.settings_digest(request.stack),
        notify=await _concerned(context, request, decision),
    )


async def _concerned(context: Context, request: Request, decision: NeedsApproval) -> tuple[str, ...]:
    """Those who may approve, where the rule names them or their groups: they hear of it in person."""
    people = context.people
    facts = Facts(groups=await people.groups(context.policy.handles) if context.policy.handles else {})
    audience = tuple(dict.fromkeys(term for seat in decision.seats for term in seat.who))
    others = [
        user for user in named(audience, facts) if user != request.requester or request.requester_counts
    ][:MOST_NOTIFIED]
    return tuple([user for user in others if await people.is_active(user)])
