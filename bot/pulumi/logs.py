"""Walk through a log, page by page, so that every line comes once, also when the walk is broken off and taken up again.

Knows how logs are cut, not how pages are fetched: that comes in as a function.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

from bot.ports import LogLine
from bot.pulumi.wire.logs import LogPage, StepPage


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in a streaming log: `skip` lines after where the service's opaque `token` points. Safe to store.

    A page begins at its token for ever and only grows at its end, so lines can be counted from there.
    """

    token: str = ""
    skip: int = 0


START = Cursor()


@dataclass(frozen=True, slots=True)
class Read:
    """A line, and the place behind it."""

    line: LogLine
    cursor: Cursor


async def read_on(
    page: Callable[[str], Awaitable[LogPage]], cursor: Cursor = START, *, wait: float | None = None
) -> AsyncIterator[Read]:
    """Lines after `cursor`, up to the present end, or with `wait` (seconds between looks) up to the log's end.

    The log has ended when a page names no next token. While a deployment runs and prints nothing the same token comes
    back (seed, "Streaming logs"); a token seen before is the present end, whatever comes with it.
    """
    seen: set[str] = set()
    while True:
        seen.add(cursor.token)
        part = await page(cursor.token)
        for read in _reads(part, cursor):
            yield read
        if not part.next_token:
            return
        cursor = _behind(part, cursor)
        if cursor.token in seen:
            if wait is None:
                return
            seen.clear()
            await asyncio.sleep(wait)


def _behind(part: LogPage, cursor: Cursor) -> Cursor:
    """After a whole page. A page that names itself as the next may have had lines: they are not told again."""
    if part.next_token == cursor.token:
        return Cursor(cursor.token, max(len(part.lines), cursor.skip))
    return Cursor(part.next_token)


def _reads(part: LogPage, cursor: Cursor) -> list[Read]:
    """The lines of a page that are new, the last one with the place of the next page."""
    reads = [
        Read(line, Cursor(cursor.token, number))
        for number, line in enumerate(part.lines, start=1)
        if number > cursor.skip
    ]
    if reads and part.next_token:
        reads[-1] = Read(reads[-1].line, _behind(part, cursor))
    return reads


async def read_step(page: Callable[[int], Awaitable[StepPage]], offset: int = 0) -> AsyncIterator[LogLine]:
    """The lines of a step after the first `offset`. Ends when no next offset is named, or when it does not move on."""
    while True:
        part = await page(offset)
        for line in part.lines:
            yield line
        if part.next_offset is None or part.next_offset <= offset:
            return
        offset = part.next_offset
