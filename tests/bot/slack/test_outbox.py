"""The outbox: each key said once, in order, the card at last as newest, by any number of workers."""

from __future__ import annotations

import asyncio

from redis.asyncio import Redis

from bot.messages.message import Message, Rank
from bot.ports import State
from bot.slack.outbox import Outbox
from bot.store.lanes import RedisLanes
from tests.bot.slack.fakes import FakeSlack
from tests.bot.slack.outbox_scene import TEAM, drain, new_outbox, post, reply, say


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


async def test_a_flood_of_slow_private_answers_does_not_hold_up_cards(
    state: State, redis: Redis, slack: FakeSlack
) -> None:
    never = asyncio.Event()

    class Slow(FakeSlack):
        async def respond(self, *, url: str, message: Message, replace: bool) -> None:
            await never.wait()

    slow = Slow()
    await state.say(replies=[reply(f"r{each}", response_url="http://slack/1") for each in range(20)])
    await state.say(say=[say("L", "card")])
    stop = asyncio.Event()
    running = asyncio.create_task(new_outbox(redis, slow).run(stop))
    async with asyncio.timeout(10):
        await slow.said.wait()
        never.set()
        stop.set()
        await running
    assert slow.texts("C1") == ["card"]
