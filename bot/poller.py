"""One tick: an organisation whose look is due, what has changed in it, and what is to be said of that.

The poller is the truth; webhooks and commands only make it look sooner. It reads lists of deployments, a hundred a page with
their jobs and steps, not deployments one by one; it finds what was started anywhere, in Slack, the console or by a push.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterable, Sequence
from dataclasses import dataclass, replace

import structlog

from bot.boards import keep_boards, standing
from bot.domain.deployments import SUCCEEDED, Deployment
from bot.domain.pauses import Pause
from bot.errors import NotFoundError, PulumiError, RateLimitedError, StoreUnavailableError
from bot.observer import Observer, Surroundings
from bot.pauses_seen import paused_stacks, pauses_seen
from bot.ports import OrgMetadata, Overview, Page
from bot.verbs.context import Context

log = structlog.get_logger(__name__)

PAGE = 100
# Pages. What is watched is not looked for deeper than `DEPTH`: it is asked for by its id. What nobody has seen yet is, to `DEEPEST`.
DEPTH = 3
DEEPEST = 20
# Seconds. A deployment that waited in the queue as long is skipped, so before that nothing is under way that the first look could miss.
LONGEST_QUEUE = 7 * 86_400.0
# Seconds until an organisation that is not ours any more comes up again; it may be ours again by then.
NOT_OURS = 86_400.0


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds between looks: `fast` while something is under way, `slow` while nothing is; `lease` outlives a slow look.

    `overlap` is how far behind the newest deployment a new one may still turn up in a list. `late`: what ended longer ago than this
    while nobody was looking is history, not news.
    """

    fast: float = 1.0
    slow: float = 15.0
    lease: float = 60.0
    overlap: float = 3600.0
    late: float = 6 * 3600.0


class Poller:
    """Any number of workers may tick: a look is claimed in Redis, and a dead worker's claim runs out."""

    def __init__(self, context: Context, pace: Pace = Pace()) -> None:
        self._context = context
        self._pace = pace
        self._observer = Observer(context)

    async def tick(self) -> bool:
        """Look at one organisation, if one is due; False when none is."""
        now = self._context.clock()
        org = await self._context.state.claim_due(now, lease=self._pace.lease)
        if org is None:
            return False
        if org not in self._context.orgs:
            log.warning("not looking at an organisation that is no longer in PULUMI_ORG", org=org)
            await self._context.state.schedule(org, now + NOT_OURS, release=True)
            return False
        wait = self._pace.slow
        try:
            wait = await self._look_or_wait(org)
        except asyncio.CancelledError:  # this worker stops: another one looks now
            wait = 0.0
            raise
        finally:
            await self._context.state.schedule(org, self._context.clock() + wait, release=True)
        return True

    async def _look_or_wait(self, org: str) -> float:
        try:
            return self._pace.fast if await self.look(org) else self._pace.slow
        except RateLimitedError as error:
            log.warning("pulumi asks for a pause", org=org, seconds=error.retry_after)
            await self._note_problem(org, error)
            return max(error.retry_after, self._pace.fast)
        except PulumiError as error:
            log.warning("looking at pulumi failed", org=org, error=str(error))
            await self._note_problem(org, error)
            return min(5.0, self._pace.slow)

    async def look(self, org: str) -> bool:
        """See what changed; whether something is under way."""
        state = self._context.state
        horizon, active = await state.horizon(org), await state.active(org)
        listed = await self._list(org, horizon=horizon, active=active)
        asked_at = self._context.clock()
        metadata = await self._context.pulumi.org_metadata(org)
        seen = [
            deployment for deployment in listed if self._matters(deployment, horizon=horizon, active=active)
        ]
        under_way = [deployment for deployment in listed if not deployment.is_final]
        around = Surroundings(metadata, under_way, await standing(self._context))
        for deployment in reversed(seen):
            await _apart(self._observer.observe(deployment, around), what=deployment.name)
        for missing in active - {deployment.id for deployment in listed}:
            await _apart(self._observer.look_for(org, missing, around), what=missing)
        await _apart(keep_boards(self._context), what="boards")
        pauses = await pauses_seen(self._context, org, metadata, asked_at=asked_at)
        await self._remember(org, listed, metadata, pauses, horizon=horizon)
        return bool(under_way) or bool(await state.active(org))

    async def _list(self, org: str, *, horizon: float | None, active: frozenset[str]) -> list[Deployment]:
        """Newest first, each once, as deep as something that matters may lie: back to what was seen before, the first time a week.

        At most 20 pages, which are 2,000 deployments: after a long time in which nobody looked, an unfinished one behind so many
        newer ones is not found. A 429 ends the look; nothing is remembered of it, so the next one begins anew.
        """
        since = self._context.clock() - LONGEST_QUEUE if horizon is None else horizon
        found: dict[str, Deployment] = {}
        for number in range(1, DEEPEST + 1):
            page = await self._page(org, number)
            found.update(
                (deployment.id, deployment) for deployment in page.deployments if deployment.id not in found
            )
            oldest = min((_created(deployment) for deployment in page.deployments), default=0.0)
            deep_enough = oldest < since and (active <= found.keys() or number >= DEPTH)
            if deep_enough or len(page.deployments) < PAGE:
                break
        return list(found.values())

    async def _page(self, org: str, number: int) -> Page:
        try:
            return await self._context.pulumi.list_org(org, page=number, page_size=PAGE)
        except NotFoundError:
            if number == 1:
                raise
            return Page(deployments=(), total=0)

    def _matters(self, deployment: Deployment, *, horizon: float | None, active: frozenset[str]) -> bool:
        """Being watched, under way, or new; what was over before the bot came, or long ago, is history."""
        if deployment.id in active or not deployment.is_final:
            return True
        ended = deployment.modified or deployment.created
        fresh = ended is not None and self._context.clock() - ended.timestamp() < self._pace.late
        return fresh and horizon is not None and _created(deployment) > horizon

    async def _remember(
        self,
        org: str,
        listed: Sequence[Deployment],
        metadata: OrgMetadata,
        pauses: dict[str, Pause],
        *,
        horizon: float | None,
    ) -> None:
        state = self._context.state
        await state.add_stacks(org, sorted({deployment.stack for deployment in listed}))
        newest = max((_created(deployment) for deployment in listed), default=0.0)
        await state.set_horizon(org, newest if horizon is None else max(newest - self._pace.overlap, 0.0))
        before = await state.overview(org)
        recent = _newest_finished((*listed, *(before.recent if before else ())))
        await state.save_overview(
            Overview(
                org=org,
                as_of=self._context.clock(),
                active=tuple(deployment for deployment in listed if not deployment.is_final),
                recent=recent,
                paused=metadata.paused,
                paused_stacks=paused_stacks(metadata, pauses),
                pauses=pauses,
                canceled=await self._canceled(org, recent),
            )
        )

    async def _canceled(self, org: str, recent: Sequence[Deployment]) -> dict[str, str]:
        suspects = [deployment.id for deployment in recent if deployment.status != SUCCEEDED]
        found = await self._context.state.tracked(org, suspects)
        return {each: tracked.canceled_by for each, tracked in found.items() if tracked.canceled_by}

    async def _note_problem(self, org: str, error: PulumiError) -> None:
        before = await self._context.state.overview(org) or Overview(org=org, as_of=0.0)
        await self._context.state.save_overview(replace(before, problem=error.for_people))


async def _apart(part: Awaitable[None], *, what: str) -> None:
    """One deployment's trouble keeps nobody from hearing of the others; the next look tries it again."""
    try:
        await part
    except (StoreUnavailableError, RateLimitedError):
        raise
    except PulumiError as error:
        log.warning("a part of a look failed", what=what, error=str(error))
    except Exception:
        log.exception("a part of a look broke", what=what)


def _created(deployment: Deployment) -> float:
    return deployment.created.timestamp() if deployment.created else 0.0


def _newest_finished(deployments: Iterable[Deployment]) -> tuple[Deployment, ...]:
    newest: dict[str, Deployment] = {}
    for deployment in deployments:
        kept = newest.get(str(deployment.stack))
        if deployment.is_final and (kept is None or deployment.version > kept.version):
            newest[str(deployment.stack)] = deployment
    return tuple(newest.values())
