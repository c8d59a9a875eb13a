"""The audit as log lines: one per record, in the fields that the stream has, for whoever collects logs."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from datetime import UTC, datetime

import structlog

from bot.domain.audit import Entry
from bot.errors import StoreUnavailableError

log = structlog.get_logger("audit")
Record = Callable[[Entry], Awaitable[None]]


def write(entry: Entry) -> None:
    """One line; fields that say nothing are left out, and `at` is written as a date."""
    facts = {name: value for name, value in asdict(entry).items() if value}
    log.info("audit", **{**facts, "at": datetime.fromtimestamp(entry.at, UTC).isoformat()})


async def keep(entry: Entry, record: Record, *, within: float) -> None:
    """Let `record` keep it, which writes the line too; where Redis does not answer in so many seconds, the line has to do."""
    try:
        async with asyncio.timeout(within):
            await record(entry)
    except (StoreUnavailableError, TimeoutError):
        write(entry)
