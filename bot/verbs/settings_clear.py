"""clear-settings: ask for the stack's name, and remove all its settings."""

from __future__ import annotations

import contextlib

from bot.domain.commands import Command
from bot.domain.refusals import Refusal
from bot.domain.stacks import StackRef
from bot.errors import NotFoundError
from bot.messages import settings_review
from bot.messages.message import Block, Rank, Say
from bot.verbs.context import Context, entry
from bot.verbs.in_modal import in_modal
from bot.verbs.settings import may_change, read


async def clear_settings(context: Context, command: Command) -> Refusal | None:
    """The handler has compared the name already, so that a wrong one is told under the input; here it decides."""

    async def look(stack: StackRef) -> Block | Refusal:
        allowed = await may_change(context, command, stack)
        if isinstance(allowed, Refusal):
            return allowed
        if not command.confirmed:
            return await _ask(context, command, stack)
        if command.typed not in {stack.short, str(stack)}:
            return Refusal(f"That is not the name of {stack.short}. Nothing was cleared.")
        return await _clear(context, command, stack)

    return await in_modal(context, command, look)


async def _ask(context: Context, command: Command, stack: StackRef) -> Block | Refusal:
    if await read(context, stack) is None:
        return Refusal(f"{stack.short} has no deployment settings, so there is nothing to clear.")
    return settings_review.clear(stack, channel=command.origin.channel)


async def _clear(context: Context, command: Command, stack: StackRef) -> Block:
    with contextlib.suppress(NotFoundError):  # there are none any more, which is what was asked for
        await context.pulumi.clear_settings(stack)
    say = Say(
        lane=command.id,
        channel=command.origin.channel,
        root=settings_review.told_cleared(stack, command.origin.user),
        rank=Rank.OUTCOME,
        on_refused=command.origin.user,
    )
    await context.state.say(say=[say], audit=[entry(context, command, "done", stack=stack)])
    return settings_review.cleared(stack, channel=command.origin.channel)
