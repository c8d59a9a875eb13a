"""`audit`: who did what, out of Redis, as JSON lines or CSV. Read in small pieces, so that a year of it fits in any memory."""

from __future__ import annotations

import csv
import re
import sys
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import asdict, fields
from datetime import UTC, datetime
from typing import TextIO

import msgspec

from bot.domain.audit import Entry
from bot.domain.audit_query import Query
from bot.domain.durations import seconds
from bot.errors import ConfigurationError, StoreUnavailableError
from bot.settings import Settings

COLUMNS = tuple(field.name for field in fields(Entry))
# What a spreadsheet takes for a formula (OWASP, "CSV Injection").
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_PERSON = re.compile(r"[UW][A-Z0-9]{1,30}")


def query(*, since: str, until: str, stack: str, person: str, now: float | None = None) -> Query:
    """What the options ask for. Raises ConfigurationError that names every one that can't be understood."""
    problems: list[str] = []
    wanted = Query(
        stack=stack,
        user=person,
        since=_moment("--since", since, problems, now=now),
        until=_moment("--until", until, problems, now=now),
    )
    if person and not _PERSON.fullmatch(person):
        problems.append("--person is a Slack user's id, like U0123ABCD (Profile, Copy member ID)")
    if stack and stack.count("/") != 2:  # noqa: PLR2004  org/project/stack has two
        problems.append("--stack is a stack's full name: org/project/stack")
    if problems:
        raise ConfigurationError(problems)
    return wanted


def _moment(option: str, text: str, problems: list[str], *, now: float | None) -> float:
    if not text:
        return 0.0
    ago = seconds(text)
    if ago:
        return max((time.time() if now is None else now) - ago, 0.001)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        problems.append(
            f"{option} is a day (2026-01-01), a time (2026-01-01T14:00) or how long ago (7d, 12h)"
        )
        return 0.0
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


async def run(settings: Settings, wanted: Query, *, form: str, out: TextIO) -> int:
    """Write what fits, the oldest first, of every workspace whose records are there: 0. Without Redis: 1, and why on standard error."""
    from bot.store.audit import AuditTrail  # noqa: PLC0415  `--help` answers at once
    from bot.store.connect import connect  # noqa: PLC0415
    from bot.store.database import Database  # noqa: PLC0415
    from bot.store.teams import teams  # noqa: PLC0415

    redis = connect(settings.redis_url.reveal())
    write = _writer(form, out)
    try:
        for team in await teams(redis):
            trail = AuditTrail(Database(redis, team), days=settings.audit_days)
            await _copy(trail.all(wanted), write)
    except StoreUnavailableError as error:
        print(f"reading the audit: {error}", file=sys.stderr)  # noqa: T201  an operator is at a terminal
        return 1
    finally:
        await redis.aclose()
    return 0


async def _copy(entries: AsyncIterator[Entry], write: Callable[[dict[str, object]], object]) -> None:
    async for entry in entries:
        write(
            asdict(entry) | {"at": datetime.fromtimestamp(entry.at, UTC).isoformat(timespec="milliseconds")}
        )


def _writer(form: str, out: TextIO) -> Callable[[dict[str, object]], object]:
    if form == "jsonl":
        return lambda row: out.write(msgspec.json.encode(row).decode() + "\n")
    table = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    table.writeheader()
    return lambda row: table.writerow({name: harmless(value) for name, value in row.items()})


def harmless(value: object) -> object:
    """A cell that no spreadsheet calculates: one that would is led by an apostrophe. Several people stand with spaces between."""
    if isinstance(value, tuple):
        return " ".join(value)
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
