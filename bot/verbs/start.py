"""deploy, preview, refresh, destroy: decide, record, and start, or wait for an approval."""

from __future__ import annotations

from bot.domain.approvals import Request, RequestState
from bot.domain.audit import ASKED, SERVICE
from bot.domain.commands import Command, Refusal, Verb
from bot.domain.policy import Allow, Deny, NeedsApproval
from bot.domain.stacks import StackRef
from bot.messages import replies
from bot.telling import tell_request
from bot.verbs.context import Context, answer, can_speak, entry, find_stack, may, operation_of
from bot.verbs.creation import create
from bot.verbs.overrides import options_of


async def start(context: Context, command: Command) -> Refusal | None:
    """One request per command, however often the command is delivered."""
    before = await context.state.request(command.id)
    if before is not None:
        await _go_on(context, before)
        return None
    stack = await find_stack(context, command.stack)
    if isinstance(stack, Refusal):
        return stack
    decision = await may(context, command, stack)
    if isinstance(decision, Deny):
        return decision.refusal
    unheard = await can_speak(context, command)
    if unheard is not None:
        return unheard
    if command.verb is Verb.DESTROY and not command.confirmed:
        await _keep_options(context, command)
        await answer(
            context,
            command,
            replies.confirm_destroy(
                stack,
                branch=command.branch,
                commit=command.commit,
                request_id=command.id if command.options else command.request_id,
            ),
            entries=[entry(context, command, ASKED, stack=stack, rule=decision.rule)],
        )
        return None
    await _request(context, command, stack, decision)
    return None


async def _request(
    context: Context, command: Command, stack: StackRef, decision: Allow | NeedsApproval
) -> None:
    now = context.clock()
    waits = isinstance(decision, NeedsApproval)
    request = Request(
        id=command.id,
        stack=stack,
        operation=operation_of(command),
        requester=command.origin.user,
        channel=command.origin.channel,
        created_at=now,
        state=RequestState.AWAITING if waits else RequestState.CREATING,
        branch=command.branch,
        commit=command.commit,
        options=await options_of(context, command),
        approvals_needed=decision.approvals if isinstance(decision, NeedsApproval) else 0,
        expires_at=now + decision.expires
        if isinstance(decision, NeedsApproval) and decision.expires
        else 0.0,
        rule=decision.rule,
        identity="" if context.identity == SERVICE else context.identity,
    )
    told = entry(
        context,
        command,
        "awaiting" if waits else "allowed",
        stack=stack,
        rule=decision.rule,
        request_id=request.id,
    )
    # A request that waits is seen at once; one that starts shows its card as soon as Pulumi has answered.
    request = await context.state.add_request(
        request, say=[tell_request(request)] if waits else [], audit=[told]
    )
    if request.state is RequestState.CREATING:
        await create(context, request, looked=True)


async def _keep_options(context: Context, command: Command) -> None:
    """A button has no room for them."""
    if command.options:
        await context.state.keep_options(command.id, command.options)


async def _go_on(context: Context, request: Request) -> None:
    """The command was delivered before: finish what was begun, and nothing more."""
    if (
        request.state is RequestState.CREATING and not request.votes
    ):  # else the last vote's command creates it
        await create(context, request, looked=False)
