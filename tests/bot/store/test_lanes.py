"""Lanes: one worker at a time, nothing forgotten between two turns."""

from __future__ import annotations

import asyncio

import pytest
from redis.asyncio import Redis
from structlog.testing import capture_logs

from bot.messages.message import Message, Post, Rank, Reply, Say
from bot.ports import Lane, Lanes, State
from bot.store.keys import Keys
from bot.store.lanes import RedisLanes
from bot.store.replies import RedisReplies
from bot.store.state import RedisState

KEYS = Keys("T1")


@pytest.fixture
def state(redis: Redis) -> State:
    return RedisState(redis, "T1")


@pytest.fixture
def lanes(redis: Redis) -> Lanes:
    return RedisLanes(redis, "T1")


def say(root: str = "", *keys: str, rank: Rank = Rank.PROGRESS) -> Say:
    card = Message(root) if root else None
    return Say("L", "C1", root=card, rank=rank, posts=tuple(Post(key, Message(key), rank) for key in keys))


async def claimed(lanes: Lanes) -> Lane:
    lane = await lanes.claim(lease=30)
    assert lane is not None
    return lane


async def post_card(lanes: Lanes) -> Lane:
    lane = await claimed(lanes)
    assert await lanes.begin(lane, ["L"], lease=30)
    after = await lanes.posted(lane, ["L"], ts="1.0")
    assert after is not None
    return after


async def test_a_claimed_lane_is_nobody_elses(state: State, lanes: Lanes) -> None:
    await state.say(say=[say("card")])
    await claimed(lanes)
    assert await lanes.claim(lease=30) is None


async def test_a_posted_card_is_known_and_no_more_due(state: State, lanes: Lanes) -> None:
    await state.say(say=[say("card")])
    lane = await post_card(lanes)
    assert (lane.ts, lane.root) == ("1.0", None)
    await lanes.release(lane)
    assert await lanes.claim(lease=30) is None


async def test_what_is_said_while_a_worker_is_at_it_is_due_right_after(state: State, lanes: Lanes) -> None:
    await state.say(say=[say("card")])
    lane = await post_card(lanes)
    await state.say(say=[say("newer", "a", rank=Rank.OUTCOME)])
    assert await lanes.claim(lease=30) is None
    await lanes.release(lane, after=60)
    again = await claimed(lanes)
    assert (again.root, [each.key for each in again.posts]) == (Message("newer"), ["a"])


async def test_a_card_that_changed_while_it_was_posted_is_due(state: State, lanes: Lanes) -> None:
    await state.say(say=[say("one")])
    lane = await claimed(lanes)
    await lanes.begin(lane, ["L"], lease=30)
    await state.say(say=[say("two")])
    after = await lanes.posted(lane, ["L"], ts="1.0")
    assert after is not None
    assert after.root == Message("two")


async def test_a_note_survives_its_worker(state: State, lanes: Lanes, redis: Redis) -> None:
    await state.say(say=[say("card", "a")])
    lane = await claimed(lanes)
    await lanes.begin(lane, ["L"], lease=30)
    await redis.zadd(KEYS.due[2], {"L": 0})
    heir = await claimed(lanes)
    assert heir.sending == ("L",)
    assert heir.since > 1_600_000_000
    assert await lanes.posted(lane, ["L"], ts="9.9") is None
    assert not await lanes.begin(lane, ["a"], lease=30)


async def test_recording_a_post_twice_drops_it_once(state: State, lanes: Lanes) -> None:
    await state.say(say=[say("card", "a", "b")])
    lane = await post_card(lanes)
    await lanes.begin(lane, ["a"], lease=30)
    for _ in range(2):
        after = await lanes.posted(lane, ["a"], ts="2.0")
        assert after is not None
        assert [each.key for each in after.posts] == ["b"]


async def test_a_waiting_lane_is_woken_by_news_but_not_one_that_backs_off(state: State, lanes: Lanes) -> None:
    await state.say(say=[say("card")])
    await lanes.release(await claimed(lanes), after=60)
    assert await lanes.claim(lease=30) is None
    await state.say(say=[say("card two")])
    await lanes.release(await claimed(lanes), after=60, failed=True)
    await state.say(say=[say("card three")])
    assert await lanes.claim(lease=30) is None


async def test_failures_are_counted_until_one_goes_through(state: State, lanes: Lanes) -> None:
    await state.say(say=[say("card", "a")])
    for failures in range(3):
        lane = await claimed(lanes)
        assert lane.failures == failures
        await lanes.release(lane, failed=True)
    lane = await post_card(lanes)
    assert lane.failures == 0


async def test_lanes_that_are_due_together_take_turns(state: State, lanes: Lanes) -> None:
    names = ["A", "B", "C"]
    await state.say(
        say=[Say(name, "C1", posts=tuple(Post(str(n), Message("x")) for n in range(3))) for name in names]
    )
    order = []
    for turn in range(9):
        lane = await claimed(lanes)
        order.append(lane.name)
        await lanes.begin(lane, [lane.posts[0].key], lease=30)
        await lanes.posted(lane, [lane.posts[0].key], ts=f"{turn}.0")
        await lanes.release(lane)
        await asyncio.sleep(0.002)
    assert order == names * 3


async def test_an_outcome_not_shown_yet_keeps_its_rank(state: State, lanes: Lanes) -> None:
    await state.say(say=[say("failed", rank=Rank.OUTCOME)])
    await state.say(say=[say("failed, with a reason", rank=Rank.PROGRESS)])
    assert (await claimed(lanes)).rank is Rank.OUTCOME


async def test_a_parked_lane_keeps_its_words_and_tells_somebody(
    state: State, lanes: Lanes, redis: Redis
) -> None:
    await state.say(say=[say("card", "a")])
    word = Reply("refused", "", "U1", Message("invite me"))
    await lanes.park(await claimed(lanes), reason="not_in_channel", retry_after=60, tell=word)
    await state.say(say=[say("", "b")])
    assert await lanes.claim(lease=30) is None
    queued = await RedisReplies(redis, "T1").claim(lease=30)
    assert queued is not None
    assert queued.reply == word
    await redis.hset(KEYS.lane("L"), "quiet", 0)
    await state.say(say=[say("", "c")])
    assert [each.key for each in (await claimed(lanes)).posts] == ["a", "b", "c"]


async def test_what_is_said_soon_after_a_refusal_is_tried_once_the_quiet_is_over(
    state: State, lanes: Lanes
) -> None:
    await state.say(say=[say("card")])
    await lanes.park(await claimed(lanes), reason="not_in_channel", retry_after=0.05)
    await state.say(say=[say("over", rank=Rank.OUTCOME)])
    assert await lanes.claim(lease=30) is None
    await asyncio.sleep(0.1)
    assert (await claimed(lanes)).root == Message("over")


async def test_a_bot_that_is_let_in_says_what_it_could_not_say_there(
    state: State, lanes: Lanes, redis: Redis
) -> None:
    elsewhere = Say("E", "C2", root=Message("elsewhere"))
    await state.say(say=[say("card", "a"), elsewhere])
    for _ in range(2):
        await lanes.park(await claimed(lanes), reason="not_in_channel", retry_after=60)
    await state.say(say=[say("over", rank=Rank.OUTCOME)])
    await state.let_in("C1")
    again = await claimed(lanes)
    assert (again.name, again.root, [each.key for each in again.posts]) == ("L", Message("over"), ["a"])
    assert await lanes.claim(lease=30) is None
    assert await redis.exists(KEYS.parked("C1")) == 0


async def test_a_lane_that_is_at_work_when_the_bot_is_let_in_goes_on_right_after(
    state: State, lanes: Lanes, redis: Redis
) -> None:
    await state.say(say=[say("card")])
    await lanes.park(await claimed(lanes), reason="not_in_channel", retry_after=0.0)
    await state.say(say=[say("card two")])
    lane = await claimed(lanes)
    await state.let_in("C1")
    await lanes.release(lane, after=60)
    assert (await claimed(lanes)).root == Message("card two")


async def test_lanes_that_said_all_meanwhile_or_have_expired_stay_silent_when_the_bot_is_let_in(
    state: State, lanes: Lanes, redis: Redis
) -> None:
    await state.say(say=[say("card")])
    await lanes.park(await claimed(lanes), reason="not_in_channel", retry_after=0.0)
    await state.say(say=[say("card two")])
    await lanes.release(await post_card(lanes))
    await redis.sadd(KEYS.parked("C1"), "ghost")
    await state.let_in("C1")
    assert await lanes.claim(lease=30) is None


async def test_a_muted_lane_says_nothing_ever_again(state: State, lanes: Lanes) -> None:
    await state.say(say=[say("card", "a")])
    await lanes.mute(await claimed(lanes))
    await state.say(say=[say("card two", "b")])
    assert await lanes.claim(lease=30) is None


async def test_a_lane_that_has_expired_holds_up_nobody(state: State, lanes: Lanes, redis: Redis) -> None:
    await redis.zadd(KEYS.due[0], {"ghost": 0})
    await state.say(say=[say("card")])
    assert (await claimed(lanes)).name == "L"


@pytest.mark.parametrize("field", ["root", "rank"])
async def test_a_lane_that_can_not_be_read_waits_for_a_newer_look_and_the_others_go_on(
    state: State, lanes: Lanes, redis: Redis, field: str
) -> None:
    await state.say(say=[say("card", rank=Rank.OUTCOME), Say("M", "C1", root=Message("another"))])
    await redis.hset(KEYS.lane("L"), field, "9")
    with capture_logs() as logs:
        assert (await claimed(lanes)).name == "M"
    assert [line["lane"] for line in logs] == ["L"]
    assert await lanes.claim(lease=30) is None
    await redis.hset(KEYS.lane("L"), "rank", 0)
    await state.say(say=[say("card two")])
    assert (await claimed(lanes)).root == Message("card two")


async def test_an_answer_that_can_not_be_read_is_dropped_and_the_others_go_on(
    state: State, redis: Redis
) -> None:
    await state.say(replies=[Reply(key, "C1", "U1", Message("psst")) for key in ("a", "b")])
    await redis.hset(KEYS.reply("a"), "body", "{not json")
    replies = RedisReplies(redis, "T1")
    with capture_logs() as logs:
        queued = await replies.claim(lease=30)
    assert queued is not None
    assert queued.reply.key == "b"
    assert [line["key"] for line in logs] == ["a"]
    assert await replies.claim(lease=30) is None


async def test_every_key_of_a_workspace_lives_in_one_slot(state: State, lanes: Lanes, redis: Redis) -> None:
    await state.say(say=[say("card", "a")], replies=[Reply("r", "C1", "U1", Message("psst"))])
    await claimed(lanes)
    found = [key async for key in redis.scan_iter()]
    assert found
    assert all(bytes(key).startswith(b"qd:{T1}:") for key in found)


async def test_a_card_that_somebody_deleted_has_no_place_any_more(state: State, lanes: Lanes) -> None:
    assert await state.ts_of("L") is None
    await state.say(say=[say("card")])
    lane = await post_card(lanes)
    assert await state.ts_of("L") == "1.0"
    await lanes.mute(lane)
    assert await state.ts_of("L") is None
