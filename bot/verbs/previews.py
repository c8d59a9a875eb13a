"""A preview before the votes: started for a request, and when it is over told on the request's card.

The preview is a request of its own without a card, so that it is created exactly once like any other.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace

import structlog

from bot.domain.deployments import SUCCEEDED, Deployment
from bot.domain.plan_lines import Change, Risky
from bot.domain.requests import Preview, Request, RequestState, asked_anew
from bot.errors import PulumiError
from bot.telling import cards_of
from bot.verbs.context import Context
from bot.verbs.creation import create, fail

log = structlog.get_logger(__name__)

# Seconds after which a request that is still being previewed is looked at, whatever was or was not heard of its preview.
PATIENCE = 30.0
# Seconds that reading its log may take: the organisation's other deployments wait for it.
LOG_WITHIN = 10.0


def preview_id(request: Request) -> str:
    """The id of its preview's request: a new one for each round of votes."""
    return f"{request.id}p{request.round}"


async def begin_preview(context: Context, request: Request, *, looked: bool = False) -> None:
    """Start the preview of a request that is PREVIEWING, unless it has one. Raises PulumiError, which its card tells already.

    `looked` as in `create`.
    """
    wanted = Request(
        id=preview_id(request),
        stack=request.stack,
        operation="preview",
        requester=request.requester,
        channel=request.channel,
        created_at=request.created_at,
        state=RequestState.CREATING,
        branch=request.branch,
        commit=request.commit,
        options=request.options,
        rule=request.rule,
        surface=request.surface,
        identity=request.identity,
        for_request=request.id,
    )
    found = await context.state.add_request(wanted)
    if found.state is RequestState.CREATING:
        await create(context, found, looked=looked and found is wanted)


async def end_preview(context: Context, preview: Request, deployment: Deployment | None) -> None:
    """The preview is over, or (None) no longer known to Pulumi: the votes begin, or the request fails."""
    request = await context.state.request(preview.for_request)
    if request is None or request.state is not RequestState.PREVIEWING or preview.id != preview_id(request):
        return
    if deployment is None:
        await fail(context, request, "Its preview is no longer known to Pulumi. Nothing was started.")
    elif deployment.status != SUCCEEDED:
        await fail(
            context,
            request,
            f"Its preview {deployment.name} ended as {deployment.status}, so there is nothing to approve. Nothing was started.",
        )
    else:
        await _begin_votes(context, request, await _found(context, deployment))


async def check_preview(context: Context, request: Request) -> None:
    """Look after a request that is PREVIEWING: whoever should have told of its preview may have died."""
    preview = await context.state.request(preview_id(request))
    later = replace(request, look_at=context.clock() + PATIENCE)
    if not await context.state.change_request(request, later):
        return
    if preview is None or preview.state is RequestState.CREATING:
        await begin_preview(context, later)
    elif preview.state is RequestState.FAILED:
        await fail(context, later, preview.problem)
    else:
        tracked = await context.state.tracked(request.stack.org, [preview.deployment_id])
        seen = tracked.get(preview.deployment_id)
        if seen and seen.is_over:
            await end_preview(context, preview, None if seen.gone else seen.deployment)


async def _found(context: Context, deployment: Deployment) -> Preview:
    full = await context.pulumi.get(deployment.stack, deployment.id)
    changes = await _risky(context, deployment)
    return Preview(
        deployment_id=full.id,
        version=full.version,
        console_url=context.pulumi.console_url(full.stack, full.version),
        commit=full.commit or deployment.commit,
        changes=full.changes or deployment.changes or await _counts(context, deployment),
        risky=changes or (),
        named=changes is not None,
    )


async def _counts(context: Context, deployment: Deployment) -> dict[str, int]:
    """By operation; empty where Pulumi does not tell."""
    try:
        return dict(await context.pulumi.changes(deployment.stack, deployment.id))
    except PulumiError as error:
        log.warning("reading a preview's changes failed", deployment=deployment.name, error=str(error))
        return {}


async def _risky(context: Context, deployment: Deployment) -> tuple[Change, ...] | None:
    """By name, from the log as it comes; None where it can't be read, or not in time."""
    found = Risky()
    try:
        async with asyncio.timeout(LOG_WITHIN):
            async for row in context.pulumi.log(deployment.stack, deployment.id):
                found.read(row.text)
    except (PulumiError, TimeoutError) as error:
        problem = str(error) or "too slow"
        log.warning("reading a preview's log failed", deployment=deployment.name, error=problem)
        return None
    return found.changes


async def _begin_votes(context: Context, request: Request, preview: Preview) -> None:
    """From now on people can vote, on the commit that was previewed."""
    after = replace(
        request,
        state=RequestState.AWAITING,
        preview=preview,
        commit=request.commit or preview.commit,
        pinned=not request.commit and bool(preview.commit),
    )
    after = asked_anew(after, context.clock())
    await context.state.change_request(request, after, say=cards_of(after))
