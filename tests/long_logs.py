"""A log that would fill the memory if all of it were kept."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

from bot.ports import LogLine

LINES = 100_000
LITTLE = LINES * 40  # bytes; the lines alone take more than twice as many


def long_log(last: str) -> Callable[..., AsyncIterator[LogLine]]:
    """What `log` or `step_log` answers: many lines, and a last one."""

    async def rows(*_: Any, **__: Any) -> AsyncIterator[LogLine]:
        for number in range(LINES):
            yield LogLine(f"line {number} of a program that says a lot")
        yield LogLine(last)

    return rows
