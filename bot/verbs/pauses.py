"""pause, resume: hold a stack's new deployments, and let them go."""

from __future__ import annotations

from bot.domain.commands import Command, Verb
from bot.domain.policy import Deny
from bot.domain.refusals import Refusal
from bot.domain.stacks import StackRef
from bot.errors import BadRequestError
from bot.messages import pauses as words
from bot.messages.message import Rank, Say
from bot.verbs.context import Context, can_speak, entry, find_stack, may
from bot.verbs.pausing import is_begun, noted, pause_of


async def pause(context: Context, command: Command) -> Refusal | None:
    """Pausing twice is refused honestly; the channel sees who did it."""
    stack = await find_stack(context, command.stack)
    if isinstance(stack, Refusal):
        return stack
    decision = await may(context, command, stack)
    if isinstance(decision, Deny):
        return decision.refusal
    begun = await is_begun(context, command, stack.org, stack.short)
    refusal = await can_speak(context, command) or (
        None if begun else await _already(context, command, stack)
    )
    if refusal is not None:
        return refusal
    try:
        async with noted(context, command, stack.org, stack.short):
            await _set(context, command, stack)
    except BadRequestError as error:
        return Refusal(
            f"Pulumi Cloud can't {command.verb} {stack.short}: {error.message}",
            "A stack can be paused once it has deployment settings; set them in Pulumi Cloud (Stack, Settings, Deploy).",
        )
    await _tell(context, command, stack)
    return None


async def _already(context: Context, command: Command, stack: StackRef) -> Refusal | None:
    now = await context.pulumi.metadata(stack)
    if command.verb is Verb.PAUSE and now.stack_paused:
        return Refusal(
            f"{stack.short} is paused already.", f"New deployments of it wait until `resume {stack.short}`."
        )
    if command.verb is Verb.RESUME and not now.stack_paused:
        if now.organization_paused:
            return Refusal(
                f"{stack.short} itself is not paused, the whole organisation {stack.org} is.",
                "`resume org` ends that, for those whom the rules let.",
            )
        return Refusal(f"{stack.short} is not paused.", "Its deployments run as they come.")
    return None


async def _set(context: Context, command: Command, stack: StackRef) -> None:
    if command.verb is Verb.PAUSE:
        await context.pulumi.pause(stack)
    else:
        await context.pulumi.resume(stack)


async def _tell(context: Context, command: Command, stack: StackRef) -> None:
    render = words.paused if command.verb is Verb.PAUSE else words.resumed
    say = Say(
        lane=command.id,
        channel=command.origin.channel,
        root=render(stack, command.origin.user, command.reason),
        rank=Rank.OUTCOME,
        on_refused=command.origin.user,
    )
    told = entry(context, command, "done", stack=stack)
    await context.state.put_pause(stack.org, stack.short, pause_of(context, command), say=[say], audit=[told])
    await context.state.schedule(stack.org, context.clock())
