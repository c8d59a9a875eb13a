"""The outbox: each key said once, in order, the card at last as newest; whatever dies, whatever gets lost."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
from redis.asyncio import Redis

from bot.errors import SlackError
from bot.messages.message import Message, Post, Rank, Reply, Say
from bot.ports import State
from bot.slack.budget import SlackBudget
from bot.slack.lane_delivery import LaneDelivery
from bot.slack.outbox import Outbox
from bot.slack.setbacks import Patience
from bot.store.keys import Keys
from bot.store.lanes import RedisLanes
from bot.store.replies import RedisReplies
from bot.store.state import RedisState
from tests.bot.slack.fakes import FakeSlack, Plenty, Stopped, end_leases

TEAM = "T1"
KEYS = Keys(TEAM)
PATIENCE = Patience(lease=20.0, settle=0.0)


@pytest.fixture
def state(redis: Redis) -> State:
    return RedisState(redis, TEAM)


@pytest.fixture
def slack() -> FakeSlack:
    return FakeSlack()


@pytest.fixture
def outbox(redis: Redis, slack: FakeSlack) -> Outbox:
    return new_outbox(redis, slack)


def new_outbox(
    redis: Redis, slack: FakeSlack, budget: Plenty | None = None, *, patience: Patience = PATIENCE
) -> Outbox:
    return Outbox(
        lanes=RedisLanes(redis, TEAM),
        replies=RedisReplies(redis, TEAM),
        slack=slack,
        budget=SlackBudget(budget or Plenty()),
        patience=patience,
    )


def post(key: str, *, joinable: bool = False, rank: Rank = Rank.PROGRESS) -> Post:
    return Post(key, Message(f"line {key}"), rank=rank, joinable=joinable)


def say(
    lane: str, root: str = "", posts: Sequence[Post] = (), *, rank: Rank = Rank.PROGRESS, channel: str = "C1"
) -> Say:
    card = Message(root, [{"type": "divider"}]) if root else None
    return Say(lane=lane, channel=channel, root=card, rank=rank, posts=tuple(posts), on_refused="U1")


async def drain(outbox: Outbox) -> None:
    """Until nothing is due any more."""
    while await outbox.deliver_due():
        pass


async def later(redis: Redis, outbox: Outbox) -> None:
    """All waits pass, and what became due is done, until nothing is left."""
    for _ in range(20):
        await end_leases(redis, KEYS)
        await drain(outbox)


# in order


async def test_the_card_comes_first_and_its_thread_follows_in_order(
    state: State, outbox: Outbox, slack: FakeSlack
) -> None:
    await state.say(say=[say("L", "card", [post("a"), post("b")])])
    await drain(outbox)
    [card] = [each for each in slack.shown if not each.thread_ts]
    assert card.keys == ("L",)
    assert slack.texts("C1", card.ts) == ["line a", "line b"]


async def test_joinable_neighbours_share_one_message_with_all_keys(
    state: State, outbox: Outbox, slack: FakeSlack
) -> None:
    joins = [post("a", joinable=True), post("b", joinable=True), post("c")]
    await state.say(say=[say("L", "card", joins)])
    await drain(outbox)
    assert [(each.message.text, each.keys) for each in slack.shown[1:]] == [
        ("line a\nline b", ("a", "b")),
        ("line c", ("c",)),
    ]


async def test_only_the_newest_card_is_shown(state: State, outbox: Outbox, slack: FakeSlack) -> None:
    await state.say(say=[say("L", "one")])
    await drain(outbox)
    for look in ("two", "three", "four"):
        await state.say(say=[say("L", look)])
    await drain(outbox)
    assert slack.texts("C1") == ["four"]
    assert slack.calls == ["chat.postMessage", "chat.update"]


async def test_a_card_that_did_not_change_is_not_updated(
    state: State, outbox: Outbox, slack: FakeSlack
) -> None:
    for _ in range(2):
        await state.say(say=[say("L", "same")])
        await drain(outbox)
    assert slack.calls == ["chat.postMessage"]


async def test_a_post_said_again_is_not_posted_again(state: State, outbox: Outbox, slack: FakeSlack) -> None:
    for _ in range(2):
        await state.say(say=[say("L", "card", [post("a")])])
        await drain(outbox)
    assert slack.calls == ["chat.postMessage", "chat.postMessage"]


async def test_outcomes_go_before_progress_and_the_old_before_the_new(
    state: State, redis: Redis, slack: FakeSlack
) -> None:
    for number, rank in enumerate((Rank.PROGRESS, Rank.DETAIL, Rank.OUTCOME, Rank.OUTCOME)):
        await state.say(say=[say(f"L{number}", f"card {number}", rank=rank)])
        await asyncio.sleep(0.002)
    lanes = RedisLanes(redis, TEAM)
    order = []
    while (lane := await lanes.claim(lease=20)) is not None:
        order.append(lane.name)
    assert order == ["L2", "L3", "L1", "L0"]


async def test_the_cards_ts_can_be_read(redis: Redis, state: State, outbox: Outbox) -> None:
    lanes = RedisLanes(redis, TEAM)
    await state.say(say=[say("L", "card")])
    assert await lanes.ts_of("L") is None
    await drain(outbox)
    assert await lanes.ts_of("L") == "1.0"


async def test_words_without_a_card_stand_in_the_channel(
    state: State, outbox: Outbox, slack: FakeSlack
) -> None:
    await state.say(say=[say("L", "", [post("a"), post("b")])])
    await drain(outbox)
    assert slack.texts("C1") == ["line a", "line b"]


# whatever dies


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


async def test_two_workers_share_everything_and_repeat_nothing(
    state: State, redis: Redis, slack: FakeSlack
) -> None:
    workers = [new_outbox(redis, slack) for _ in range(2)]
    stop = asyncio.Event()
    running = [asyncio.create_task(each.run(stop)) for each in workers]
    lanes = [f"L{number}" for number in range(12)]
    for turn in range(4):
        await asyncio.gather(
            *(state.say(say=[say(each, f"card {turn}", [post(f"p{turn}")])]) for each in lanes)
        )
        await asyncio.sleep(0.02)
    await asyncio.sleep(0.1)
    stop.set()
    await asyncio.gather(*running)
    await drain(workers[0])
    for lane in lanes:
        [card] = [each for each in slack.shown if each.keys == (lane,)]
        assert card.message.text == "card 3"
        assert slack.texts("C1", card.ts) == [f"line p{turn}" for turn in range(4)]


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


async def test_run_ends_when_told_and_finishes_what_it_began(
    state: State, outbox: Outbox, slack: FakeSlack
) -> None:
    stop = asyncio.Event()
    running = asyncio.create_task(outbox.run(stop))
    await asyncio.sleep(0.01)
    await state.say(say=[say("L", "card")])
    outbox.nudge()
    await slack.said.wait()
    stop.set()
    async with asyncio.timeout(5):
        await running
    assert slack.texts("C1") == ["card"]


# whatever gets lost or refused


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


# private answers


def reply(key: str, **fields: str | bool) -> Reply:
    return Reply(key=key, channel="C1", user="U1", message=Message(f"psst {key}"), **fields)  # type: ignore[arg-type]  # tests name two of the fields


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
