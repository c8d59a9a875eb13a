"""history: page through a stack's deployments, privately."""

from __future__ import annotations

from bot.domain.commands import Command, Surface
from bot.domain.deployments import Deployment
from bot.domain.history import PAGE_SIZE
from bot.domain.refusals import Refusal
from bot.domain.stacks import StackRef
from bot.errors import NotFoundError
from bot.messages.histories import Past
from bot.messages.histories import history as page_of
from bot.ports import Page, Tracked
from bot.verbs.context import Context, answer, find_stack

_NOTHING = Page(deployments=(), total=0)


async def history(context: Context, command: Command) -> Refusal | None:
    """A page turned by a button takes the place of the one it was on."""
    stack = await find_stack(context, command.stack)
    if isinstance(stack, Refusal):
        return stack
    number = max(command.page, 1)
    found = await _page(context, stack, number, command.status)
    total = found.total
    if not found.deployments and number > 1:
        total = (await _page(context, stack, 1, command.status)).total
    past = await _known(context, stack, found.deployments)
    shown = page_of(
        Past(
            stack=stack,
            deployments=found.deployments,
            total=total,
            page=number,
            status=command.status,
            urls={each.id: context.pulumi.console_url(stack, each.version) for each in found.deployments},
            requesters=await requesters(context, past),
            canceled_by={each: tracked.canceled_by for each, tracked in past.items()},
        )
    )
    turned = command.origin.surface is Surface.BUTTON and command.page > 0
    await answer(context, command, shown, replace_message=turned)
    return None


async def requesters(context: Context, known: dict[str, Tracked]) -> dict[str, str]:
    """Who asked for them here, by deployment id: Pulumi only knows the owner of the token."""
    found = {}
    for deployment_id, tracked in known.items():
        request = await context.state.request(tracked.request_id) if tracked.request_id else None
        if request is not None:
            found[deployment_id] = request.requester
    return found


async def _page(context: Context, stack: StackRef, number: int, status: str) -> Page:
    try:
        return await context.pulumi.list_stack(stack, page=number, page_size=PAGE_SIZE, status=status)
    except NotFoundError:
        return _NOTHING


async def _known(
    context: Context, stack: StackRef, deployments: tuple[Deployment, ...]
) -> dict[str, Tracked]:
    return await context.state.tracked(stack.org, [each.id for each in deployments])
