"""deploy, preview, refresh, destroy: decide, record, and start, or wait for an approval."""

from __future__ import annotations

from bot.domain.audit import ASKED
from bot.domain.commands import Command, Verb
from bot.domain.policy import Allow, Deny, NeedsApproval
from bot.domain.refusals import Refusal
from bot.domain.requests import Request, RequestState
from bot.domain.stacks import StackRef
from bot.messages import confirmations, replies
from bot.messages.message import Message
from bot.telling import alarm, cards_of
from bot.verbs.asked import request_of
from bot.verbs.context import Context, answer, can_speak, entry, find_stack, may, settle
from bot.verbs.creation import create, is_new
from bot.verbs.previews import begin_preview

# What a request begins as, in the audit's words.
_WORDS = {
    RequestState.CREATING: "allowed",
    RequestState.AWAITING: "awaiting",
    RequestState.PREVIEWING: "awaiting",
    RequestState.HELD: "held",
}


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
    question = _question(command, stack, decision)
    if question is None:
        return await _request(context, command, stack, decision)
    await _keep_options(context, command)
    asked = entry(context, command, ASKED, stack=stack)
    await answer(context, command, question, replace_message=command.answers_a_question, entries=[asked])
    return None


def _question(command: Command, stack: StackRef, decision: Allow | NeedsApproval) -> Message | None:
    """What is to be answered before anything is asked for; nothing where there was a clear word already."""
    if decision.confirm:
        return confirmations.ask_to_type(command, stack)
    if command.verb is not Verb.DESTROY or command.confirmed or command.typed or command.break_glass:
        return None
    return replies.confirm_destroy(
        stack,
        branch=command.branch,
        commit=command.commit,
        reason=command.reason,
        request_id=command.id if command.options else command.request_id,
    )


async def _request(
    context: Context, command: Command, stack: StackRef, decision: Allow | NeedsApproval
) -> Refusal | None:
    request = await request_of(context, command, stack, decision)
    if isinstance(request, Refusal):
        return request
    told = entry(context, command, _WORDS[request.state], stack=stack, request_id=request.id)
    # A request that waits is seen at once; one that starts shows its card as soon as Pulumi has answered.
    say = () if request.state is RequestState.CREATING else cards_of(request)
    alarms = alarm(request, context.policy.subscriptions) if request.broke else ()
    request = await context.state.add_request(request, say=[*say, *alarms], audit=[told])
    await settle(context, command)
    if request.state is RequestState.CREATING:
        await create(context, request, looked=is_new(context, command))
    elif request.state is RequestState.PREVIEWING:
        await begin_preview(context, request, looked=is_new(context, command))
    return None


async def _keep_options(context: Context, command: Command) -> None:
    """A button has no room for them."""
    if command.options:
        await context.state.keep_options(command.id, command.options)


async def _go_on(context: Context, request: Request) -> None:
    """The command was delivered before: finish what was begun, and nothing more."""
    if request.state is RequestState.PREVIEWING:
        await begin_preview(context, request)
    begun_here = request.state is RequestState.CREATING and not request.votes and not request.look_at
    if begun_here:  # else whoever cast the last vote, or let it go, creates it
        await create(context, request, looked=False)
