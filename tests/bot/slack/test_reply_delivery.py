"""Private answers: by the best way there is, never twice."""

from __future__ import annotations

import pytest
from redis.asyncio import Redis

from bot.errors import SlackError
from bot.ports import State
from bot.slack.outbox import Outbox
from bot.store.replies import RedisReplies
from tests.bot.slack.fakes import FakeSlack, Plenty, Stopped
from tests.bot.slack.outbox_scene import TEAM, drain, later, new_outbox, reply


async def test_an_answer_goes_by_its_response_url(state: State, outbox: Outbox, slack: FakeSlack) -> None:
    await state.say(replies=[reply("r", response_url="http://slack/1", replace=True)])
    await drain(outbox)
    assert [(each.channel, each.to) for each in slack.shown] == [("http://slack/1", "replaced")]


async def test_an_answer_without_one_is_whispered(state: State, outbox: Outbox, slack: FakeSlack) -> None:
    await state.say(replies=[reply("r")])
    await state.say(replies=[reply("r")])
    await drain(outbox)
    assert [(each.channel, each.to) for each in slack.shown] == [("C1", "U1")]


@pytest.mark.parametrize("code", ["expired_url", "used_url", "http_503", "http_404"])
async def test_a_used_up_or_broken_address_is_no_dead_end(
    state: State, outbox: Outbox, slack: FakeSlack, code: str
) -> None:
    slack.errors = [
        SlackError("response_url", code),
        SlackError("chat.postEphemeral", "user_not_in_channel"),
    ]
    await state.say(replies=[reply("r", response_url="http://slack/1")])
    await drain(outbox)
    assert slack.texts("DU1") == ["psst r"]


async def test_an_answer_that_may_have_arrived_is_not_repeated(
    state: State, redis: Redis, outbox: Outbox, slack: FakeSlack
) -> None:
    slack.errors = [SlackError("chat.postEphemeral", "", certain=False)]
    await state.say(replies=[reply("r")])
    await later(redis, outbox)
    assert slack.calls == ["chat.postEphemeral"]


async def test_an_answer_that_surely_did_not_arrive_is(
    state: State, redis: Redis, outbox: Outbox, slack: FakeSlack
) -> None:
    slack.errors = [
        SlackError("chat.postEphemeral", "", certain=True),
        SlackError("chat.postEphemeral", "ratelimited", retry_after=2),
    ]
    await state.say(replies=[reply("r")])
    await later(redis, outbox)
    assert [each.to for each in slack.shown] == ["U1"]


async def test_a_worker_may_die_at_any_await_of_an_answer(state: State, redis: Redis) -> None:
    at, stopped = 0, True
    while stopped:
        at += 1
        slack = FakeSlack()
        await state.say(replies=[reply(f"r{at}")])
        outbox = new_outbox(redis, slack)
        stopped = await Stopped(_send_one(redis, outbox), at=at)
        sent_before = len(slack.shown)
        await later(redis, new_outbox(redis, slack))
        assert sent_before <= len(slack.shown) <= 1, f"stopped at await {at}"
    assert [each.to for each in slack.shown] == ["U1"]


async def _send_one(redis: Redis, outbox: Outbox) -> None:
    queued = await RedisReplies(redis, TEAM).claim(lease=20)
    assert queued is not None
    await outbox._reply_delivery.deliver(queued)


async def test_a_429_in_their_direct_messages_holds_those_and_not_the_channel(
    state: State, redis: Redis, slack: FakeSlack
) -> None:
    budget = Plenty()
    slack.errors = [
        SlackError("chat.postEphemeral", "user_not_in_channel"),
        SlackError("chat.postMessage", "ratelimited", retry_after=7.0),
    ]
    await state.say(replies=[reply("r")])
    await drain(new_outbox(redis, slack, budget))
    assert ("chat.postMessage:DU1", 7.0) in budget.told
    assert "chat.postMessage:C1" not in dict(budget.told)
