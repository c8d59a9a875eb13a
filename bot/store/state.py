"""`bot.ports.State` in Redis: composed of one part per thing kept."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from redis.asyncio import Redis

from bot.domain.audit import Entry
from bot.domain.audit_query import Query
from bot.domain.boards import Board
from bot.domain.links import Link
from bot.domain.locks import Lock
from bot.domain.options import Options
from bot.domain.overview import Overview
from bot.domain.pauses import Pause
from bot.domain.requests import Request
from bot.domain.stacks import StackRef
from bot.messages.message import Reply, Say
from bot.ports import AuditPage, Tracked
from bot.store.audit import AuditTrail
from bot.store.boards import Boards
from bot.store.commit import Commit, Retention
from bot.store.database import Database
from bot.store.due import Due
from bot.store.forms import Forms
from bot.store.kept_options import KeptOptions
from bot.store.lanes import RedisLanes
from bot.store.links import PersonalLinks
from bot.store.locks import Locks
from bot.store.overview import Overviews
from bot.store.pauses import Pauses
from bot.store.requests import Requests
from bot.store.stacks import Stacks
from bot.store.tracking import Tracking
from bot.store.waiting import Waiting


class RedisState:
    """See `bot.ports.State` for the contract. `team` is the Slack workspace's id. Build one per worker process."""

    def __init__(self, redis: Redis, team: str, *, retention: Retention = Retention()) -> None:  # noqa: B008  frozen, so shared safely
        database = Database(redis, team)
        self._commit = Commit(database, retention)
        self._links = PersonalLinks(database, self._commit)
        self._trail = AuditTrail(database, days=retention.days)
        self._requests = Requests(database, self._commit)
        self._waiting = Waiting(database)
        self._tracking = Tracking(database, self._commit)
        self._stacks = Stacks(database)
        self._pauses = Pauses(database, self._commit)
        self._locks = Locks(database, self._commit)
        self._options = KeptOptions(database)
        self._forms = Forms(database)
        self._overviews = Overviews(database)
        self._due = Due(database)
        self._lanes = RedisLanes(redis, team)
        self._boards = Boards(database, self._commit)

    async def request(self, request_id: str) -> Request | None:
        return await self._requests.get(request_id)

    async def add_request(
        self,
        request: Request,
        *,
        say: Sequence[Say] = (),
        replies: Sequence[Reply] = (),
        audit: Sequence[Entry] = (),
    ) -> Request:
        return await self._requests.add(request, say=say, replies=replies, audit=audit)

    async def change_request(
        self,
        before: Request,
        after: Request,
        *,
        say: Sequence[Say] = (),
        replies: Sequence[Reply] = (),
        audit: Sequence[Entry] = (),
    ) -> bool:
        return await self._requests.change(before, after, say=say, replies=replies, audit=audit)

    def requests(self) -> AsyncIterator[Request]:
        """Every request on record: for operators."""
        return self._requests.all()

    async def awaiting(self) -> tuple[Request, ...]:
        return await self._requests.awaiting()

    async def claim_waiting(self, now: float, *, lease: float, count: int) -> tuple[Request, ...]:
        return await self._waiting.claim(now, lease=lease, count=count)

    async def keep_waiting(self, request_id: str, *, until: float) -> None:
        await self._waiting.keep(request_id, until=until)

    async def release_waiting(self, request_id: str) -> None:
        await self._waiting.release(request_id)

    async def tracked(self, org: str, deployment_ids: Sequence[str]) -> dict[str, Tracked]:
        return await self._tracking.get(org, deployment_ids)

    async def active(self, org: str) -> frozenset[str]:
        return await self._tracking.active(org)

    async def track(
        self,
        tracked: Tracked,
        *,
        say: Sequence[Say] = (),
        replies: Sequence[Reply] = (),
        audit: Sequence[Entry] = (),
    ) -> bool:
        return await self._tracking.save(tracked, say=say, replies=replies, audit=audit)

    async def say(
        self, *, say: Sequence[Say] = (), replies: Sequence[Reply] = (), audit: Sequence[Entry] = ()
    ) -> None:
        await self._commit(say=say, replies=replies, audit=audit)

    async def link_of(self, user: str) -> Link | None:
        return await self._links.get(user)

    async def links(self) -> tuple[Link, ...]:
        """Every link of the workspace: for operators."""
        return await self._links.all()

    async def reseal(self, before: Link, after: Link) -> bool:
        """Put the same token under another key; False when the link was changed meanwhile."""
        return await self._links.reseal(before, after)

    async def add_link(
        self, link: Link, *, replies: Sequence[Reply] = (), audit: Sequence[Entry] = ()
    ) -> bool:
        return await self._links.add(link, replies=replies, audit=audit)

    async def remove_link(
        self, user: str, *, replies: Sequence[Reply] = (), audit: Sequence[Entry] = ()
    ) -> Link | None:
        return await self._links.remove(user, replies=replies, audit=audit)

    async def record(self, entry: Entry) -> None:
        await self._commit(audit=[entry])

    async def is_recorded(self, entry_id: str) -> bool:
        return await self._trail.holds(entry_id)

    async def audited(self, query: Query, *, before: str = "", after: str = "", count: int = 10) -> AuditPage:
        return await self._trail.page(query, before=before, after=after, count=count)

    async def let_in(self, channel: str) -> None:
        await self._lanes.let_in(channel)

    async def ts_of(self, lane: str) -> str | None:
        return await self._lanes.ts_of(lane)

    async def boards(self) -> tuple[Board, ...]:
        return await self._boards.all()

    async def save_board(self, board: Board, *, say: Sequence[Say] = ()) -> bool:
        return await self._boards.save(board, say=say)

    async def stacks(self, org: str) -> frozenset[StackRef]:
        return await self._stacks.get(org)

    async def add_stacks(self, org: str, stacks: Sequence[StackRef]) -> None:
        await self._stacks.add(org, stacks)

    async def lock(self, stack: StackRef) -> Lock | None:
        return await self._locks.get(stack)

    async def locks(self, org: str) -> tuple[Lock, ...]:
        return await self._locks.all(org)

    async def change_lock(
        self,
        stack: StackRef,
        before: Lock | None,
        after: Lock | None,
        *,
        say: Sequence[Say] = (),
        replies: Sequence[Reply] = (),
        audit: Sequence[Entry] = (),
    ) -> bool:
        return await self._locks.change(stack, before, after, say=say, replies=replies, audit=audit)

    async def pauses(self, org: str) -> dict[str, Pause]:
        return await self._pauses.get(org)

    async def put_pause(
        self,
        org: str,
        name: str,
        pause: Pause | None,
        *,
        say: Sequence[Say] = (),
        replies: Sequence[Reply] = (),
        audit: Sequence[Entry] = (),
    ) -> None:
        await self._pauses.put(org, name, pause, say=say, replies=replies, audit=audit)

    async def kept_options(self, command_id: str) -> Options:
        return await self._options.get(command_id)

    async def keep_options(self, command_id: str, options: Options) -> None:
        await self._options.put(command_id, options)

    async def kept_form(self, form_id: str) -> str:
        return await self._forms.get(form_id)

    async def keep_form(self, form_id: str, body: str) -> None:
        await self._forms.put(form_id, body)

    async def overview(self, org: str) -> Overview | None:
        return await self._overviews.get(org)

    async def save_overview(self, overview: Overview) -> None:
        await self._overviews.save(overview)

    async def horizon(self, org: str) -> float | None:
        return await self._overviews.horizon(org)

    async def set_horizon(self, org: str, at: float) -> None:
        await self._overviews.set_horizon(org, at)

    async def claim_due(self, now: float, *, lease: float) -> str | None:
        return await self._due.claim(now, lease=lease)

    async def schedule(self, org: str, at: float, *, release: bool = False) -> None:
        await self._due.schedule(org, at, release=release)
