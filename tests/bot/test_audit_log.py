"""A record leaves one line, by whoever keeps it, or by itself where Redis does not answer."""

from __future__ import annotations

import asyncio

import pytest
from structlog.testing import capture_logs

from bot import audit_log
from bot.domain.audit import Entry
from bot.errors import StoreUnavailableError

ENTRY = Entry(id="c1:command", at=100.0, team="T1", user="U0ADA", verb="help", outcome="done")


async def kept(_: Entry) -> None:
    """Redis has it, and wrote the line."""


async def away(_: Entry) -> None:
    raise StoreUnavailableError("connection refused")


async def silent(_: Entry) -> None:
    await asyncio.Event().wait()


async def test_what_is_kept_leaves_no_second_line() -> None:
    with capture_logs() as lines:
        await audit_log.keep(ENTRY, kept, within=5)
    assert lines == []


@pytest.mark.parametrize("record", [away, silent])
async def test_where_redis_does_not_answer_the_line_has_to_do(record: audit_log.Record) -> None:
    with capture_logs() as lines:
        await audit_log.keep(ENTRY, record, within=0.01)
    assert [(line["event"], line["id"], line["outcome"]) for line in lines] == [
        ("audit", "c1:command", "done")
    ]


async def test_a_line_says_what_is_known_and_nothing_that_is_empty() -> None:
    with capture_logs() as lines:
        audit_log.write(ENTRY)
    assert lines == [
        {
            "event": "audit",
            "log_level": "info",
            "id": "c1:command",
            "at": "1970-01-01T00:01:40+00:00",
            "team": "T1",
            "user": "U0ADA",
            "verb": "help",
            "outcome": "done",
        }
    ]
