"""One limit, counted for all workers."""

from __future__ import annotations

import asyncio

import pytest
from redis.asyncio import Redis

from bot.ports import Budget
from bot.store.budget import RedisBudget
from bot.store.keys import Keys


@pytest.fixture
def ours(redis: Redis) -> Budget:
    return RedisBudget(redis, "T1")


@pytest.fixture
def theirs(redis: Redis) -> Budget:
    return RedisBudget(redis, "T1")


async def go(budget: Budget, count: int, *, burst: float, interval: float = 100.0) -> int:
    """How many of so many calls may go at once."""
    waits = [await budget.take("b", interval=interval, burst=burst) for _ in range(count)]
    return waits.count(0.0)


async def test_a_burst_may_go_and_no_more(ours: Budget) -> None:
    assert await go(ours, 10, burst=4) == 4


async def test_the_wait_says_when_the_next_may_go(ours: Budget) -> None:
    await go(ours, 3, burst=3)
    wait = await ours.take("b", interval=100.0, burst=3)
    assert 99.0 < wait <= 100.0


async def test_time_brings_calls_back(ours: Budget) -> None:
    assert await go(ours, 2, burst=1, interval=0.05) == 1
    await asyncio.sleep(0.06)
    assert await go(ours, 2, burst=1, interval=0.05) == 1


async def test_workers_share_one_count(ours: Budget, theirs: Budget) -> None:
    takes = [each.take("b", interval=100.0, burst=4) for each in (ours, theirs) * 5]
    assert (await asyncio.gather(*takes)).count(0.0) == 4


async def test_the_lowly_leave_the_rest_to_those_who_matter(ours: Budget) -> None:
    assert await go(ours, 10, burst=3) == 3
    assert await go(ours, 10, burst=8) == 5
    assert await go(ours, 10, burst=3) == 0


async def test_limits_do_not_touch_each_other(ours: Budget) -> None:
    await go(ours, 5, burst=1)
    assert await ours.take("another", interval=100.0, burst=1) == 0.0


async def test_a_held_turn_keeps_the_others_out_until_it_is_free(ours: Budget, theirs: Budget) -> None:
    assert await ours.take("b", interval=0.01, burst=1, hold=50.0) == 0.0
    await asyncio.sleep(0.02)
    assert await theirs.take("b", interval=0.01, burst=1, hold=50.0) > 0.0
    await ours.free("b", pause=0.0)
    await asyncio.sleep(0.005)
    assert await theirs.take("b", interval=0.01, burst=1, hold=50.0) == 0.0


async def test_who_waits_for_a_held_turn_looks_again_soon(ours: Budget, theirs: Budget) -> None:
    await ours.take("b", interval=1.1, burst=1, hold=50.0)
    assert 1.0 < await theirs.take("b", interval=1.1, burst=1, hold=50.0) <= 1.1


async def test_a_freed_turn_leaves_a_pause(ours: Budget) -> None:
    await ours.take("b", interval=6.0, burst=2, hold=50.0)
    await ours.free("b", pause=5.0)
    assert 4.0 < await ours.take("b", interval=6.0, burst=2, hold=50.0) <= 5.0


async def test_a_dead_workers_hold_runs_out(ours: Budget, theirs: Budget) -> None:
    await ours.take("b", interval=0.001, burst=1, hold=0.03)
    await asyncio.sleep(0.04)
    assert await theirs.take("b", interval=0.001, burst=1) == 0.0


async def test_a_429_holds_everybody_and_the_longest_counts(ours: Budget, theirs: Budget) -> None:
    await ours.block("b", seconds=30.0)
    await ours.block("b", seconds=5.0)
    assert 29.0 < await theirs.take("b", interval=0.001, burst=10) <= 30.0


async def test_what_says_nothing_any_more_is_forgotten(ours: Budget, redis: Redis) -> None:
    await ours.take("b", interval=2.0, burst=5)
    assert 0 < await redis.pttl(Keys("T1").budget("b")) <= 3000
