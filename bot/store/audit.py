"""The audit, read back. Writing is part of every change: `bot.store.commit`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

from bot.domain.audit import Entry
from bot.domain.audit_query import Query
from bot.ports import AuditPage
from bot.store.commit import ENTRY
from bot.store.database import Database
from bot.store.keys import DAY

CHUNK = 500  # records read at once
DEEPEST = 20_000  # records that one page looks through

Row = tuple[str, Entry]


class AuditTrail:
    """The part of `State` about the audit."""

    def __init__(self, database: Database, *, days: int) -> None:
        self._database = database
        self._key = database.keys.audit
        self._days = days

    async def page(self, query: Query, *, before: str, after: str, count: int) -> AuditPage:
        """See `bot.ports.Audit`."""
        if after:
            return await self._newer(query, after=after, count=count)
        rows, end = await self._collect(query, before=before, count=count + 1)
        shown = rows[:count]
        older = shown[-1][0] if len(rows) > count else end
        newer = shown[0][0] if before and shown else ""
        return AuditPage(tuple(entry for _, entry in shown), older=older, newer=newer)

    async def holds(self, entry_id: str) -> bool:
        """See `bot.ports.Audit`."""
        redis, keys = self._database.redis, self._database.keys
        return bool(await self._database.ask(redis.exists(keys.audited(entry_id))))

    async def all(self, query: Query) -> AsyncIterator[Entry]:
        """The oldest first, as many as there are: for an export."""
        low, high = (
            _milliseconds(query.since) or "-",
            f"({_milliseconds(query.until)}-0" if query.until else "+",
        )
        while chunk := await self._read(low, high, newest_first=False):
            for _, entry in chunk:
                if query.matches(entry):
                    yield entry
            low = f"({chunk[-1][0]}"

    async def size(self) -> tuple[int, float]:
        """How many records there are, and when the oldest was made (Unix seconds, 0 where there is none)."""
        redis, ask = self._database.redis, self._database.ask
        count = int(await ask(redis.xlen(self._key)))
        oldest = await self._read("-", "+", newest_first=False, count=1)
        return count, oldest[0][1].at if oldest else 0.0

    async def _newer(self, query: Query, *, after: str, count: int) -> AuditPage:
        """The next `count` above a record; where they are the newest, the first page."""
        found: list[Row] = []
        low = f"({after}"
        while len(found) <= count and (chunk := await self._read(low, "+", newest_first=False)):
            found += [row for row in chunk if query.matches(row[1])]
            low = f"({chunk[-1][0]}"
        if len(found) <= count:
            return await self.page(query, before="", after="", count=count)
        shown = found[:count][::-1]
        entries = tuple(entry for _, entry in shown)
        return AuditPage(entries, older=shown[-1][0], newer=shown[0][0])

    async def _collect(self, query: Query, *, before: str, count: int) -> tuple[list[Row], str]:
        """The newest that fit, below `before`; and where to go on when the looking was given up."""
        rows: list[Row] = []
        high, looked = f"({before}" if before else "+", 0
        low = await self._lowest(query)
        while len(rows) < count:
            if looked >= DEEPEST:
                return rows, high.removeprefix("(")
            chunk = await self._read(low, high, newest_first=True)
            rows += [row for row in chunk if query.matches(row[1])]
            if len(chunk) < CHUNK:
                break
            looked += len(chunk)
            high = f"({chunk[-1][0]}"
        return rows, ""

    async def _lowest(self, query: Query) -> str:
        """What is older than the retention may still be there for a while; it is not shown."""
        seconds, _ = await self._database.ask(self._database.redis.time())
        kept = max(seconds - self._days * DAY, 0)
        return _milliseconds(max(query.since, kept))

    async def _read(self, low: str, high: str, *, newest_first: bool, count: int = CHUNK) -> list[Row]:
        redis = self._database.redis
        read: Callable[..., Any] = redis.xrevrange if newest_first else redis.xrange
        asked = {"min": low, "max": high, "count": count}
        found = await self._database.ask(read(self._key, **asked))
        return [(row.decode(), ENTRY.decode(fields[b"b"])) for row, fields in found]


def _milliseconds(seconds: float) -> str:
    return str(int(seconds * 1000)) if seconds else ""
