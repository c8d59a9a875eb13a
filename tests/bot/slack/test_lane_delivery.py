"""A lane brought to Slack by a worker that may die at any moment: each key once, all the same."""

from __future__ import annotations

import pytest
from redis.asyncio import Redis

from bot.messages.message import Rank
from bot.ports import State
from bot.slack.budget import SlackBudget
from bot.slack.lane_delivery import LaneDelivery
from bot.store.lanes import RedisLanes
from tests.bot.slack.fakes import FakeSlack, Plenty, Stopped, end_leases
from tests.bot.slack.outbox_scene import KEYS, PATIENCE, TEAM, drain, later, new_outbox, post, say


async def crash_at(redis: Redis, slack: FakeSlack, at: int) -> bool:
    """A worker delivers and is stopped at its nth await; False when it was done before."""
    lanes = RedisLanes(redis, TEAM)
    delivery = LaneDelivery(lanes=lanes, slack=slack, budget=SlackBudget(Plenty()), patience=PATIENCE)

    async def deliver_all() -> None:
        while (lane := await lanes.claim(lease=PATIENCE.lease)) is not None:
            await delivery.deliver(lane)

    return await Stopped(deliver_all(), at=at)


async def test_a_worker_may_die_at_any_await(state: State, redis: Redis) -> None:
    at = 0
    stopped = True
    while stopped:
        at += 1
        slack = FakeSlack()
        lane = f"L{at}"
        first = [post("a"), post("b", joinable=True), post("c", joinable=True), post("d")]
        await state.say(say=[say(lane, "one", first)])
        stopped = await crash_at(redis, slack, at)
        await state.say(say=[say(lane, "two", [post("a"), post("e")], rank=Rank.OUTCOME)])
        stopped = await crash_at(redis, slack, at // 2 + 1) or stopped
        await later(redis, new_outbox(redis, slack))
        [card] = [each for each in slack.shown if not each.thread_ts]
        thread = [key for each in slack.shown if each.thread_ts for key in each.keys]
        assert (card.message.text, card.keys) == ("two", (lane,)), f"stopped at await {at}"
        assert thread == ["a", "b", "c", "d", "e"], f"stopped at await {at}"
        if stopped and at > 400:
            pytest.fail("the worker never came to an end")
    assert at > 20


async def test_a_worker_that_lost_its_lane_sends_nothing(
    state: State, redis: Redis, slack: FakeSlack
) -> None:
    await state.say(say=[say("L", "card")])
    lanes = RedisLanes(redis, TEAM)
    slow = await lanes.claim(lease=20)
    assert slow is not None
    await end_leases(redis, KEYS)
    await drain(new_outbox(redis, slack))
    delivery = LaneDelivery(lanes=lanes, slack=slack, budget=SlackBudget(Plenty()), patience=PATIENCE)
    await delivery.deliver(slow)
    assert slack.texts("C1") == ["card"]
