"""cancel: find what is meant, ask, and stop it."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.audit import ASKED, Entry
from bot.domain.commands import Command
from bot.domain.deployments import Deployment
from bot.domain.policy import Deny
from bot.domain.refusals import Refusal
from bot.domain.stacks import StackRef
from bot.errors import AnswerLostError, NotFoundError, PulumiError
from bot.messages import replies
from bot.messages.message import Message
from bot.ports import Tracked
from bot.telling import tell
from bot.verbs.context import Context, answer, entry, find_stack, may, one_of

# A save can meet the poller's; each retry means that it was faster.
RACES = 10


async def cancel(context: Context, command: Command) -> Refusal | None:
    """Asks first, unless the button already did; what is over is left alone."""
    stack = await find_stack(context, command.stack)
    if isinstance(stack, Refusal):
        return stack
    deployment = await _meant(context, command, stack)
    if isinstance(deployment, Refusal):
        return deployment
    tracked = (await context.state.tracked(stack.org, [deployment.id])).get(deployment.id)
    decision = await may(context, command, stack, started_by_user=await _is_own(context, command, tracked))
    if isinstance(decision, Deny):
        return decision.refusal

    def told(outcome: str) -> Entry:
        return entry(
            context,
            command,
            outcome,
            stack=stack,
            deployment_id=deployment.id,
            version=deployment.version,
        )

    async def done(message: Message) -> None:
        replaces = command.answers_a_question
        await answer(context, command, message, replace_message=replaces, entries=[told("done")])

    marked = tracked.canceled_by if tracked else ""
    if deployment.is_final and marked != command.origin.user:
        return _over(deployment)
    refusal = None
    if deployment.is_final:  # by this command perhaps, which is delivered again
        await done(replies.canceled(deployment))
    elif not command.confirmed:
        await answer(context, command, replies.confirm_cancel(deployment), entries=[told(ASKED)])
    elif (refusal := await _cancel(context, command, deployment, marked=marked)) is None:
        await done(replies.canceling(deployment))
        await context.state.schedule(stack.org, context.clock())
    return refusal


async def _cancel(
    context: Context, command: Command, deployment: Deployment, *, marked: str
) -> Refusal | None:
    """Marked before the call: a look in between, or after a crash, then tells a cancel and not a failure."""
    await _mark(context, deployment, by=command.origin.user)
    try:
        await context.pulumi.cancel(deployment.stack, deployment.id)
    except AnswerLostError:
        raise  # it may have been canceled
    except PulumiError as error:
        await _mark(context, deployment, by=marked)
        if isinstance(error, NotFoundError):
            return _gone(deployment.name)
        raise
    return None


async def _meant(context: Context, command: Command, stack: StackRef) -> Deployment | Refusal:
    """The one named, or the only one that is not over."""
    try:
        if command.deployment_id:
            return await one_of(context, stack, command.deployment_id)
        if command.version is not None:
            return await context.pulumi.get_version(stack, command.version)
    except NotFoundError:
        return _gone(f"{stack.short}#{command.version}" if command.version else "That deployment")
    page = await context.pulumi.list_stack(stack, page_size=100)
    unfinished = [deployment for deployment in page.deployments if not deployment.is_final]
    match unfinished:
        case [only]:
            return only
        case []:
            return _nothing(stack, page.deployments)
        case _:
            names = ", ".join(
                f"{deployment.name} ({deployment.status})" for deployment in reversed(unfinished)
            )
            return Refusal(
                f"More than one deployment of {stack.short} is not over: {names}.",
                f"Say which one: `cancel {unfinished[0].name}`.",
            )


async def _is_own(context: Context, command: Command, tracked: Tracked | None) -> bool:
    if tracked is None or not tracked.request_id:
        return False
    request = await context.state.request(tracked.request_id)
    return request is not None and request.requester == command.origin.user


async def _mark(context: Context, deployment: Deployment, *, by: str) -> None:
    """Remember who, so that the card can say it; a deployment that no channel hears of needs no mark."""
    for _ in range(RACES):
        tracked = (await context.state.tracked(deployment.stack.org, [deployment.id])).get(deployment.id)
        if tracked is None:
            return
        after = replace(tracked, canceled_by=by)
        request = await context.state.request(tracked.request_id) if tracked.request_id else None
        if await context.state.track(after, say=tell(after, request)):
            return


def _over(deployment: Deployment) -> Refusal:
    return Refusal(
        f"{deployment.name} is over already: {deployment.status}.", "There is nothing left to cancel."
    )


def _gone(name: str) -> Refusal:
    return Refusal(f"{name} no longer exists at Pulumi Cloud.", "Somebody may have deleted it there.")


def _nothing(stack: StackRef, deployments: tuple[Deployment, ...]) -> Refusal:
    last = f"The last one was {deployments[0].name}: {deployments[0].status}." if deployments else ""
    return Refusal(f"Nothing of {stack.short} is running or waiting, so there is nothing to cancel.", last)
