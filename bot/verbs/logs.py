"""logs, send_log: read a deployment's log on demand, into a modal or a file."""

from __future__ import annotations

import asyncio
from collections import deque

from bot.domain.commands import Command
from bot.domain.deployments import Deployment
from bot.domain.excerpts import readable
from bot.domain.refusals import Refusal
from bot.domain.stacks import StackRef
from bot.errors import NotFoundError, PulumiError
from bot.messages import modals, replies
from bot.messages.views import Opener
from bot.verbs.context import Context, answer, entry, find_stack, one_of

# Lines. A modal shows the end of a log; the file holds all of it, up to what a person can still open.
TAIL = 150
WHOLE = 50_000
# Rows before those that are kept, redacted with them: a private key may have begun there.
BEFORE = 100


async def logs(context: Context, command: Command) -> Refusal | None:
    """Fill the modal that was opened as "loading", or answer privately where none could be opened."""
    if command.origin.view_id:
        await _in_modal(context, command)
        return None
    deployment = await _meant(context, command)
    if isinstance(deployment, Refusal):
        return deployment
    lines, total = await _read(context, deployment, keep=TAIL)
    await answer(context, command, replies.log(deployment, lines, total=total))
    return None


async def _in_modal(context: Context, command: Command) -> None:
    """The log, or why there is none: a modal never goes on loading. A failure is raised as well, for its id."""
    origin = command.origin
    try:
        deployment = await _meant(context, command)
        if isinstance(deployment, Refusal):
            refused = entry(context, command, "refused", reason=deployment.problem)
            await context.state.record(refused)
            view = modals.problem("Log", f"{deployment.problem} {deployment.remedy}")
        else:
            lines, total = await _read(context, deployment, keep=TAIL)
            view = modals.log(
                deployment, lines, total=total, opener=Opener(origin.channel, origin.message_ts)
            )
    except PulumiError as error:
        await context.channels.show_view(origin.view_id, modals.problem("Log", error.for_people))
        raise
    await context.channels.show_view(origin.view_id, view)


async def send_log(context: Context, command: Command) -> Refusal | None:
    """Put the whole log as a file under the card it belongs to, or into the channel where there is no card."""
    deployment = await _meant(context, command)
    if isinstance(deployment, Refusal):
        return deployment
    if not await context.channels.is_member(command.origin.channel):
        return replies.not_in_channel(command.origin.channel)
    lines, _ = await _read(context, deployment, keep=WHOLE)
    await context.channels.upload(
        channel=command.origin.channel,
        thread_ts=await _thread(context, command, deployment),
        filename=f"{deployment.stack.project}-{deployment.stack.stack}-{deployment.version}.log",
        title=f"Log of {deployment.name}",
        content="\n".join(lines) + "\n",
        key=command.id,
    )
    return None


async def _thread(context: Context, command: Command, deployment: Deployment) -> str:
    tracked = (await context.state.tracked(deployment.stack.org, [deployment.id])).get(deployment.id)
    for lane, channel in tracked.lanes if tracked else ():
        if channel == command.origin.channel:
            return await context.state.ts_of(lane) or ""
    return ""


async def _meant(context: Context, command: Command) -> Deployment | Refusal:
    stack = await find_stack(context, command.stack)
    if isinstance(stack, Refusal):
        return stack
    try:
        return await _deployment(context, command, stack)
    except NotFoundError:
        name = f"{stack.short}#{command.version}" if command.version else "That deployment"
        return Refusal(
            f"{name} does not exist at Pulumi Cloud.", f"`logs {stack.short}` shows the newest one."
        )


async def _deployment(context: Context, command: Command, stack: StackRef) -> Deployment | Refusal:
    if command.deployment_id:
        return await one_of(context, stack, command.deployment_id)
    if command.version is not None:
        return await context.pulumi.get_version(stack, command.version)
    newest = (await context.pulumi.list_stack(stack, page_size=1)).deployments
    if not newest:
        return Refusal(f"{stack.short} has never been deployed.", f"Start with `deploy {stack.short}`.")
    return newest[0]


async def _read(context: Context, deployment: Deployment, *, keep: int) -> tuple[list[str], int]:
    """The last `keep` lines, clean and redacted, and how many there are."""
    rows: deque[str] = deque(maxlen=keep + BEFORE)
    total = 0
    async for row in context.pulumi.log(deployment.stack, deployment.id):
        rows.append(f"== {row.header}" if row.header else row.text)
        total += 1
    lines = await asyncio.to_thread(readable, list(rows), secrets=context.secrets)
    return lines[-keep:], total
