"""Claims on requests that wait: one worker each, and a dead one's run out."""

from __future__ import annotations

from dataclasses import replace

import pytest
from redis.asyncio import Redis
from structlog.testing import capture_logs

from bot.domain.requests import Request, RequestState
from bot.ports import State
from bot.store.keys import Keys
from bot.store.state import RedisState
from tests.builders import create_request

KEYS = Keys("T1")


@pytest.fixture
def ours(redis: Redis) -> State:
    return RedisState(redis, "T1")


@pytest.fixture
def theirs(redis: Redis) -> State:
    return RedisState(redis, "T1")


async def wait(state: State, *ids: str, at: float = 100.0) -> list[Request]:
    """Held requests, each to be looked at a second after the one before."""
    return [
        await state.add_request(create_request(RequestState.HELD, id=name, look_at=at + number))
        for number, name in enumerate(ids)
    ]


async def claimed(state: State, now: float = 200.0, *, count: int = 9) -> list[str]:
    return [request.id for request in await state.claim_waiting(now, lease=10.0, count=count)]


async def test_nothing_is_claimed_before_its_time(ours: State) -> None:
    await wait(ours, "a", "b")
    assert await claimed(ours, 99.9) == []
    assert await claimed(ours, 100.0) == ["a"]


async def test_each_is_claimed_by_one_and_the_longest_overdue_goes_first(ours: State, theirs: State) -> None:
    await wait(ours, "a", "b", "c")
    assert await claimed(ours, count=2) == ["a", "b"]
    assert await claimed(theirs, count=2) == ["c"]
    assert await claimed(ours) == await claimed(theirs) == []


async def test_where_there_is_no_room_nothing_is_claimed(ours: State, theirs: State) -> None:
    await wait(ours, "a")
    assert await claimed(ours, count=0) == []
    assert await claimed(theirs) == ["a"]


async def test_a_dead_workers_claim_runs_out(ours: State, theirs: State) -> None:
    await wait(ours, "a")
    assert await claimed(ours, 200.0) == ["a"]
    assert await claimed(theirs, 209.9) == []
    assert await claimed(theirs, 210.0) == ["a"]


async def test_a_kept_claim_lasts_and_one_given_back_is_free(ours: State, theirs: State) -> None:
    await wait(ours, "a")
    await claimed(ours, 200.0)
    await ours.keep_waiting("a", until=220.0)
    assert await claimed(theirs, 219.0) == []
    await ours.release_waiting("a")
    assert await claimed(theirs, 219.0) == ["a"]


async def test_somebody_elses_claim_is_neither_kept_nor_given_back(ours: State, theirs: State) -> None:
    await wait(ours, "a")
    await claimed(ours, 200.0)
    await claimed(theirs, 210.0)
    await ours.keep_waiting("a", until=900.0)
    await ours.release_waiting("a")
    assert await claimed(ours, 219.0) == []
    assert await claimed(ours, 220.0) == ["a"]


async def test_a_claim_does_not_move_when_it_is_due(ours: State) -> None:
    """The record says that, and may be changed by a command meanwhile."""
    [held] = await wait(ours, "a")
    await claimed(ours)
    await ours.change_request(held, replace(held, look_at=300.0))
    await ours.release_waiting("a")
    assert await claimed(ours, 299.0) == []


async def test_one_whose_record_ran_out_waits_no_more(ours: State, redis: Redis) -> None:
    await wait(ours, "a", "b")
    await redis.delete(KEYS.request("a"))
    assert await claimed(ours) == ["b"]
    assert await redis.zrange(KEYS.awaiting, 0, -1) == [b"b"]
    assert await redis.hkeys(KEYS.awaiting_claims) == [b"b"]


async def test_one_that_cannot_be_read_stops_nobody_else(ours: State, redis: Redis) -> None:
    await wait(ours, "a", "b")
    await redis.hset(KEYS.request("a"), "body", "{not json")
    with capture_logs() as logs:
        assert await claimed(ours) == ["b"]
    assert [line["request"] for line in logs] == ["a"]


async def test_nor_does_it_keep_anybody_from_seeing_what_else_waits(ours: State, redis: Redis) -> None:
    await wait(ours, "a", "b")
    await redis.hset(KEYS.request("a"), "body", "{not json")
    with capture_logs() as logs:
        assert [request.id for request in await ours.awaiting()] == ["b"]
    assert [line["request"] for line in logs] == ["a"]


async def test_claims_that_ran_out_are_not_kept_for_ever(ours: State, redis: Redis) -> None:
    [held] = await wait(ours, "a")
    await claimed(ours, 200.0)
    await ours.change_request(held, replace(held, state=RequestState.REJECTED))
    await claimed(ours, 210.0)
    assert await redis.hlen(KEYS.awaiting_claims) == 0
