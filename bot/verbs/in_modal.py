"""What verbs that fill a modal share: it never goes on loading, and what can't be done is said in it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bot.domain.commands import Command
from bot.domain.refusals import Refusal
from bot.domain.stacks import StackRef
from bot.errors import PulumiError
from bot.messages import settings_views
from bot.messages.failures import failed
from bot.messages.message import Block
from bot.verbs.context import Context, answer, entry, find_stack


async def in_modal(
    context: Context, command: Command, make: Callable[[StackRef], Awaitable[Block | Refusal]]
) -> Refusal | None:
    """Show what `make` makes of the stack; where Slack opened no modal it is a private answer."""
    try:
        stack = await find_stack(context, command.stack)
        made = stack if isinstance(stack, Refusal) else await make(stack)
    except PulumiError as error:
        text = failed(command.verb, error.for_people, unsure=error.is_unsure)
        await _show(context, command, _told(command, text))
        raise
    if not command.origin.view_id:
        return await _privately(context, command, made)
    if isinstance(made, Refusal):
        await context.state.record(entry(context, command, "refused", rule=made.rule, reason=made.problem))
        made = _told(command, made.problem, made.remedy)
    await _show(context, command, made)
    return None


async def _show(context: Context, command: Command, view: Block) -> None:
    if command.origin.view_id:
        await context.channels.show_view(command.origin.view_id, view)


async def _privately(context: Context, command: Command, made: Block | Refusal) -> Refusal | None:
    if isinstance(made, Refusal):
        return made
    await answer(context, command, settings_views.as_message(made))
    return None


def _told(command: Command, problem: str, remedy: str = "") -> Block:
    return settings_views.told(command.stack, problem, remedy, channel=command.origin.channel)
