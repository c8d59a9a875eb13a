"""Whatever gets lost or refused: said later, said once, or told to the person alone."""

from __future__ import annotations

import pytest
from redis.asyncio import Redis

from bot.errors import SlackError
from bot.messages.message import Message
from bot.ports import State
from bot.slack.outbox import Outbox
from bot.slack.setbacks import Patience
from tests.bot.slack.fakes import FakeSlack, Plenty
from tests.bot.slack.outbox_scene import KEYS, drain, later, new_outbox, post, say


async def test_a_post_whose_answer_was_lost_is_found_and_not_repeated(
    state: State, redis: Redis, outbox: Outbox, slack: FakeSlack
) -> None:
    slack.lost = 2
    await state.say(say=[say("L", "card", [post("a")])])
    await later(redis, outbox)
    assert [each.keys for each in slack.shown] == [("L",), ("a",)]
    assert "find" in slack.calls


async def test_a_post_that_never_arrived_is_posted_after_a_look(
    state: State, redis: Redis, outbox: Outbox, slack: FakeSlack
) -> None:
    slack.errors = [SlackError("chat.postMessage", "", certain=False)]
    await state.say(say=[say("L", "card")])
    await later(redis, outbox)
    assert slack.texts("C1") == ["card"]
    assert slack.calls == ["chat.postMessage", "find", "chat.postMessage"]


async def test_one_keeps_looking_while_slack_does_not_tell(
    state: State, redis: Redis, outbox: Outbox, slack: FakeSlack
) -> None:
    slack.lost = 1
    await state.say(say=[say("L", "card")])
    await drain(outbox)
    slack.errors = [SlackError("conversations.history", "", certain=False)] * 3
    await later(redis, outbox)
    assert slack.texts("C1") == ["card"]


@pytest.mark.parametrize(
    "error",
    [
        SlackError("conversations.open", "ratelimited", retry_after=1.0),
        SlackError("conversations.open", "", certain=True),
        SlackError("conversations.history", "channel_not_found"),
    ],
)
async def test_no_trouble_in_between_makes_one_forget_to_look(
    state: State, redis: Redis, slack: FakeSlack, error: SlackError
) -> None:
    outbox = new_outbox(redis, slack, patience=Patience(settle=60.0))
    slack.lost = 1
    await state.say(say=[say("L", "card")])
    await drain(outbox)
    assert "find" not in slack.calls
    slack.errors = [error]
    await later(redis, outbox)
    await redis.hset(KEYS.lane("L"), "quiet", 0)
    await state.say(say=[say("L", "card two")])
    await later(redis, outbox)
    assert slack.texts("C1") == ["card two"]


async def test_a_lost_update_is_repeated(
    state: State, redis: Redis, outbox: Outbox, slack: FakeSlack
) -> None:
    await state.say(say=[say("L", "one")])
    await drain(outbox)
    slack.errors = [SlackError("chat.update", "", certain=False)]
    await state.say(say=[say("L", "two")])
    await later(redis, outbox)
    assert slack.texts("C1") == ["two"]


async def test_while_slack_is_away_nothing_is_lost(
    state: State, redis: Redis, outbox: Outbox, slack: FakeSlack
) -> None:
    slack.errors = [SlackError("chat.postMessage", "", certain=True)] * 10
    await state.say(say=[say("L", "card", [post("a")])])
    await later(redis, outbox)
    assert slack.texts("C1") == ["card"]
    assert slack.texts("C1", "1.0") == ["line a"]


async def test_a_429_holds_everybody_and_is_not_a_failure(
    state: State, redis: Redis, slack: FakeSlack
) -> None:
    budget = Plenty()
    slack.errors = [SlackError("chat.postMessage", "ratelimited", retry_after=7.0)]
    await state.say(say=[say("L", "card")])
    outbox = new_outbox(redis, slack, budget)
    await drain(outbox)
    assert ("chat.postMessage:C1", 7.0) in budget.told
    await later(redis, outbox)
    assert slack.texts("C1") == ["card"]


async def test_a_channel_that_refuses_is_left_alone_and_the_person_told_once(
    state: State, redis: Redis, outbox: Outbox, slack: FakeSlack
) -> None:
    slack.errors = [SlackError("chat.postMessage", "not_in_channel")]
    await state.say(say=[say("L", "card", [post("a")])])
    await later(redis, outbox)
    assert slack.texts("C1") == []
    [word] = slack.texts("DU1")
    assert "/invite" in word


async def test_after_an_invitation_the_next_word_brings_the_rest(
    state: State, redis: Redis, outbox: Outbox, slack: FakeSlack
) -> None:
    slack.errors = [SlackError("chat.postMessage", "not_in_channel")]
    await state.say(say=[say("L", "card", [post("a")])])
    await later(redis, outbox)
    await redis.hset(KEYS.lane("L"), "quiet", 0)
    await state.say(say=[say("L", "", [post("b")])])
    await later(redis, outbox)
    assert slack.texts("C1") == ["card"]
    assert [each.message.text for each in slack.shown if each.thread_ts] == ["line a", "line b"]


async def test_blocks_that_slack_does_not_take_go_as_plain_text(
    state: State, redis: Redis, outbox: Outbox, slack: FakeSlack
) -> None:
    slack.errors = [SlackError("chat.postMessage", "invalid_blocks")]
    await state.say(say=[say("L", "card")])
    await later(redis, outbox)
    assert [each.message for each in slack.shown] == [Message("card")]


async def test_a_deleted_card_is_mourned_in_silence(
    state: State, redis: Redis, outbox: Outbox, slack: FakeSlack
) -> None:
    await state.say(say=[say("L", "one")])
    await drain(outbox)
    slack.errors = [SlackError("chat.update", "message_not_found")]
    await state.say(say=[say("L", "two", [post("a")])])
    await later(redis, outbox)
    await state.say(say=[say("L", "three", [post("b")])])
    await later(redis, outbox)
    assert slack.calls == ["chat.postMessage", "chat.update"]


async def test_a_lane_that_breaks_does_not_hold_up_the_others(
    state: State, redis: Redis, slack: FakeSlack
) -> None:
    class Broken(FakeSlack):
        async def address(self, place: str) -> str:
            if place == "C2":
                raise RuntimeError("a bug")
            return place

    broken = Broken()
    await state.say(say=[say("L1", "bad", channel="C2"), say("L2", "good")])
    await drain(new_outbox(redis, broken))
    assert broken.texts("C1") == ["good"]


async def test_a_429_in_somebodys_direct_messages_holds_those_and_no_channel(
    state: State, redis: Redis, slack: FakeSlack
) -> None:
    budget = Plenty()
    slack.errors = [SlackError("chat.postMessage", "ratelimited", retry_after=7.0)]
    await state.say(say=[say("L", "card", channel="U1")])
    await drain(new_outbox(redis, slack, budget))
    assert ("chat.postMessage:DU1", 7.0) in budget.told
