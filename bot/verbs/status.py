"""status of one deployment that the last look does not hold: Pulumi is asked."""

from __future__ import annotations

from bot.domain.commands import Command
from bot.domain.refusals import Refusal
from bot.errors import NotFoundError
from bot.messages.histories import one
from bot.verbs.context import Context, answer, find_stack
from bot.verbs.history import requesters


async def status(context: Context, command: Command) -> Refusal | None:
    """Answered privately; all other questions about the status are answered before the inbox."""
    stack = await find_stack(context, command.stack)
    if isinstance(stack, Refusal):
        return stack
    version = command.version or 0
    try:
        deployment = await context.pulumi.get_version(stack, version)
    except NotFoundError:
        return Refusal(
            f"{stack.short}#{version} does not exist at Pulumi Cloud.",
            f"`history {stack.short}` shows what there is.",
        )
    known = await context.state.tracked(stack.org, [deployment.id])
    tracked = known.get(deployment.id)
    message = one(
        deployment,
        url=context.pulumi.console_url(stack, version),
        requester=(await requesters(context, known)).get(deployment.id, ""),
        canceled_by=tracked.canceled_by if tracked else "",
    )
    await answer(context, command, message)
    return None
