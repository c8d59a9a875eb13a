"""Requests that neither Slack nor Pulumi signed: counted, and told to the audit once a minute at most.

A forgery costs the bot a sum: no write and no log line of its own, so that a flood of them fills neither Redis, nor the log, nor the
audit. `/metrics` counts each of them as a 401.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import uuid4

from bot.domain.audit import Entry
from bot.domain.refusals import SIGNED, shown
from bot.ports import Clock

PAUSE = 60.0  # seconds between two records


@dataclass(slots=True)
class _Tally:
    first: float
    last: float
    sample: str
    reasons: Counter[str] = field(default_factory=Counter)


class Forgeries:
    """One per process. `keep` puts a record into the audit, and does not fail."""

    def __init__(self, keep: Callable[[Entry], Awaitable[None]], *, clock: Clock) -> None:
        self._keep = keep
        self._clock = clock
        self._tally: _Tally | None = None
        self._some = asyncio.Event()
        self._telling = asyncio.Lock()

    def count(self, why: str, *, sample: str) -> None:
        """One more. `why` is one of a few phrases of ours; of what the forgers say, a quote of the first one is kept."""
        now = self._clock()
        if self._tally is None:
            self._tally = _Tally(now, now, shown(sample))
            self._some.set()
        self._tally.last = now
        self._tally.reasons[why] += 1

    @contextlib.asynccontextmanager
    async def watched(self) -> AsyncIterator[None]:
        """Meanwhile they are told of, and at the end what is left."""
        watching = asyncio.create_task(self._watch())
        try:
            yield
        finally:
            async with self._telling:  # nothing is cut off in the middle
                watching.cancel()
            await asyncio.wait([watching])
            await self._tell()

    async def _watch(self) -> None:
        while True:
            await self._some.wait()
            await self._tell()
            await asyncio.sleep(PAUSE)

    async def _tell(self) -> None:
        async with self._telling:
            tally, self._tally = self._tally, None
            self._some.clear()
            if tally is not None:
                await self._keep(_entry(tally))


def _entry(tally: _Tally) -> Entry:
    reasons = ", ".join(f"{why} {count}" for why, count in tally.reasons.most_common())
    count, first, last = tally.reasons.total(), _utc(tally.first), _utc(tally.last)
    return Entry(
        id=f"forged:{uuid4().hex}",
        at=tally.last,
        team="",
        user="",
        verb="request",
        outcome="refused",
        rule=SIGNED,
        reason=f"{count} from {first} to {last} UTC: {reasons}; the first from {tally.sample}",
    )


def _utc(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%H:%M:%S")
