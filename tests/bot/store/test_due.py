"""Turns to look at an organisation: one worker at a time, and a dead one's turn comes back."""

from __future__ import annotations

import pytest
from redis.asyncio import Redis

from bot.ports import State
from bot.store.state import RedisState


@pytest.fixture
def ours(redis: Redis) -> State:
    return RedisState(redis, "T1")


@pytest.fixture
def theirs(redis: Redis) -> State:
    return RedisState(redis, "T1")


async def test_nothing_is_due_before_its_time(ours: State) -> None:
    await ours.schedule("acme", 100.5)
    assert await ours.claim_due(100.4, lease=10) is None
    assert await ours.claim_due(100.5, lease=10) == "acme"


async def test_an_organisation_is_claimed_by_one(ours: State, theirs: State) -> None:
    await ours.schedule("acme", 100)
    assert await ours.claim_due(100, lease=10) == "acme"
    assert await theirs.claim_due(109, lease=10) is None


async def test_the_longest_overdue_goes_first(ours: State) -> None:
    await ours.schedule("acme", 50)
    await ours.schedule("beta", 40)
    assert [await ours.claim_due(100, lease=10) for _ in range(3)] == ["beta", "acme", None]


async def test_a_dead_workers_turn_comes_back_when_its_lease_is_over(ours: State, theirs: State) -> None:
    await ours.schedule("acme", 100)
    await ours.claim_due(100, lease=10)
    assert await theirs.claim_due(110, lease=10) == "acme"


async def test_a_released_one_is_due_exactly_when_said(ours: State, theirs: State) -> None:
    await ours.schedule("acme", 100)
    await ours.claim_due(100, lease=10)
    await ours.schedule("acme", 105, release=True)
    assert await theirs.claim_due(104.9, lease=10) is None
    assert await theirs.claim_due(105, lease=10) == "acme"


async def test_a_later_wish_does_not_delay_a_look(ours: State) -> None:
    await ours.schedule("acme", 100)
    await ours.schedule("acme", 200)
    assert await ours.claim_due(100, lease=10) == "acme"


async def test_an_earlier_wish_hastens_a_look(ours: State, theirs: State) -> None:
    await ours.schedule("acme", 200)
    await theirs.schedule("acme", 100)
    assert await ours.claim_due(100, lease=10) == "acme"


async def test_a_wish_while_somebody_looks_waits_and_is_not_lost(ours: State, theirs: State) -> None:
    await ours.schedule("acme", 100)
    await ours.claim_due(100, lease=10)
    await theirs.schedule("acme", 101)
    assert await theirs.claim_due(102, lease=10) is None
    await ours.schedule("acme", 160, release=True)
    assert await theirs.claim_due(101, lease=10) == "acme"


async def test_who_lost_the_claim_cannot_give_it_back(ours: State, theirs: State) -> None:
    await ours.schedule("acme", 100)
    await ours.claim_due(100, lease=10)
    await theirs.claim_due(111, lease=10)
    await ours.schedule("acme", 112, release=True)
    assert await ours.claim_due(115, lease=10) is None
    await theirs.schedule("acme", 130, release=True)
    assert await ours.claim_due(112, lease=10) == "acme"
