"""One deployment, seen again: what is new about it, saved together with what is said of it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import structlog

from bot.domain.cards import Excerpt
from bot.domain.deployments import FAILED, SUCCEEDED, Deployment
from bot.domain.excerpts import Tail, excerpt
from bot.domain.queue import waiting_for
from bot.domain.requests import Request, RequestState
from bot.domain.transitions import diff
from bot.errors import NotFoundError, PulumiError
from bot.ports import OrgMetadata, Tracked
from bot.telling import lanes_for, tell, watching
from bot.verbs.context import Context
from bot.verbs.creation import adopt, unseen
from bot.verbs.identity import secrets_of
from bot.verbs.previews import end_preview

log = structlog.get_logger(__name__)

# A request in one of these may have become a deployment all the same: its answer is still out, or was given up.
_UNSETTLED = frozenset({RequestState.CREATING, RequestState.FAILED})
# Failed reads of a failure's log before the outcome is told without it.
LOG_ATTEMPTS = 3
# Seconds that one read may take: the organisation's other deployments wait for it.
LOG_WITHIN = 10.0


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What else a look saw: the organisation's pauses and unfinished deployments, and the boards that stand (channel to address)."""

    metadata: OrgMetadata
    under_way: Sequence[Deployment] = ()
    boards: Mapping[str, str] = field(default_factory=dict)


class Observer:
    """Compares with what was saved; a save that somebody else overtook is dropped, the next look sees the rest."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def observe(self, deployment: Deployment, around: Surroundings) -> None:
        """Tell what has changed since the last look."""
        tracked = await self._context.state.tracked(deployment.stack.org, [deployment.id])
        known = tracked.get(deployment.id) or await self._discover(deployment)
        if known is None or known.gone or (known.revision and known.deployment.is_final):
            return
        after = replace(
            known,
            deployment=_merge(known.deployment, deployment),
            waiting_for=_waiting_for(deployment, around),
            boards=tuple(
                (channel, around.boards[channel]) for channel in watching(known) if channel in around.boards
            ),
        )
        if after != known or not known.revision:
            await self._save(known, after)

    async def look_for(self, org: str, deployment_id: str, around: Surroundings) -> None:
        """A watched deployment that no list holds any more: asked for by its id, and gone if Pulumi does not know it."""
        known = (await self._context.state.tracked(org, [deployment_id])).get(deployment_id)
        if known is None or known.gone:
            return
        try:
            deployment = await self._context.pulumi.get(known.deployment.stack, deployment_id)
        except NotFoundError:
            await self._gone(known)
            return
        await self.observe(deployment, around)

    async def _gone(self, known: Tracked) -> None:
        request = await self._context.state.request(known.request_id) if known.request_id else None
        after = replace(known, gone=True, waiting_for="")
        if request and request.for_request:
            await end_preview(self._context, request, None)
        await self._context.state.track(after, say=tell(after, request))

    async def _discover(self, deployment: Deployment) -> Tracked | None:
        """Seen for the first time: started elsewhere, or here by a call whose answer is still out."""
        state = self._context.state
        try:
            full = await self._context.pulumi.get(deployment.stack, deployment.id)
        except NotFoundError:
            return None  # deleted since it was listed, or with its stack: nobody has heard of it
        request = await state.request(full.request_id) if full.request_id else None
        if request is not None and request.state in _UNSETTLED:
            await adopt(self._context, request, full)
            return (await state.tracked(deployment.stack.org, [deployment.id])).get(deployment.id)
        return Tracked(
            deployment=unseen(full),
            lanes=lanes_for(deployment, request=request, subscriptions=self._context.policy.subscriptions),
            request_id=request.id if request else "",
            console_url=self._context.pulumi.console_url(deployment.stack, deployment.version),
        )

    async def _save(self, known: Tracked, after: Tracked) -> None:
        if _asks_why(after):
            found = await self._why(after)
            if found is None:
                # The outcome is told when the log can be read: until then it counts as not seen.
                await self._context.state.track(replace(known, log_attempts=known.log_attempts + 1))
                return
            after = replace(after, excerpt=found)
        if _asks_what_changed(after):
            after = replace(after, deployment=await self._with_changes(after.deployment))
        request = await self._request_of(after)
        if request and request.for_request and after.deployment.is_final:
            await end_preview(self._context, request, after.deployment)
        transitions = diff(known.deployment if known.revision else None, after.deployment)
        await self._context.state.track(after, say=tell(after, request, transitions))

    async def _request_of(self, tracked: Tracked) -> Request | None:
        """Its request; one that a crash left unsettled next to its deployment is settled first."""
        state = self._context.state
        request = await state.request(tracked.request_id) if tracked.request_id else None
        if request is None or request.state not in _UNSETTLED or not tracked.revision:
            return request
        await adopt(self._context, request, tracked.deployment)
        return await state.request(request.id)

    async def _with_changes(self, deployment: Deployment) -> Deployment:
        """What its runs changed; the outcome does not wait for a service that does not say."""
        try:
            changes = await self._context.pulumi.changes(deployment.stack, deployment.id)
        except PulumiError as error:
            log.warning("reading changes failed", deployment=deployment.name, error=str(error))
            return deployment
        return replace(deployment, changes=dict(changes))

    async def _why(self, tracked: Tracked) -> Excerpt | None:
        """The lines of the failing step that say why; None when the log cannot be read now."""
        deployment = tracked.deployment
        request = await self._context.state.request(tracked.request_id) if tracked.request_id else None
        secrets = await secrets_of(self._context, request)
        try:
            async with asyncio.timeout(LOG_WITHIN):
                tail = await self._tail(deployment)
            return await asyncio.to_thread(excerpt, tail.rows, before=tail.before, secrets=secrets)
        except (PulumiError, TimeoutError) as error:
            log.warning("reading a log failed", deployment=deployment.name, error=str(error) or "too slow")
        except Exception:
            log.exception("nothing can be made of a log", deployment=deployment.name)
        return None

    async def _tail(self, deployment: Deployment) -> Tail:
        """The end of the failing step's log; of all of it where no step failed."""
        pulumi, where = self._context.pulumi, _failed_step(deployment)
        stack, name = deployment.stack, deployment.id
        rows = pulumi.step_log(stack, name, job=where[0], step=where[1]) if where else pulumi.log(stack, name)
        tail = Tail()
        async for row in rows:
            tail.add(row.text)
        return tail


def _waiting_for(deployment: Deployment, around: Surroundings) -> str:
    return waiting_for(
        deployment,
        organization_paused=around.metadata.paused,
        paused_stacks=around.metadata.paused_stacks or (),
        under_way=around.under_way,
    )


def _asks_why(tracked: Tracked) -> bool:
    """Whether somebody wants to read its log: it failed by itself, and a channel hears of it."""
    failed = tracked.deployment.status == FAILED and not tracked.canceled_by
    return failed and bool(tracked.lanes) and tracked.log_attempts < LOG_ATTEMPTS


def _asks_what_changed(tracked: Tracked) -> bool:
    """Whether somebody wants to read what it did: a run of it ended, and a channel hears of it."""
    deployment = tracked.deployment
    return (
        deployment.status in {SUCCEEDED, FAILED}
        and bool(deployment.jobs and tracked.lanes)
        and not (tracked.canceled_by or deployment.changes)
    )


def _merge(before: Deployment, after: Deployment) -> Deployment:
    """What this look says, keeping what only a fuller answer told (a list has no variables, a create no times)."""
    return replace(
        after,
        operation=after.operation or before.operation,
        created=after.created or before.created,
        initiator=after.initiator or before.initiator,
        requested_by=after.requested_by or before.requested_by,
        jobs=after.jobs or before.jobs,
        commit=after.commit or before.commit,
        branch=after.branch or before.branch,
        environment=after.environment or before.environment,
        changes=after.changes or before.changes,
    )


def _failed_step(deployment: Deployment) -> tuple[int, int] | None:
    for number, job in enumerate(deployment.jobs):
        for index, step in enumerate(job.steps):
            if step.status == FAILED:
                return number, index
    return None
