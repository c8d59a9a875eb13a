"""Requests, deployments, stacks, overviews: saved whole, changed by one, readable across versions."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import msgspec
import pytest
from redis.asyncio import Redis

from bot.domain.cards import Excerpt
from bot.domain.deployments import Deployment, Job, Step
from bot.domain.locks import Lock
from bot.domain.overview import Overview
from bot.domain.requests import Choice, Request, RequestState, Vote
from bot.domain.stacks import StackRef
from bot.errors import StoreUnavailableError
from bot.messages.message import Message, Post, Reply, Say
from bot.ports import State, Tracked
from bot.store.connect import connect
from bot.store.keys import Keys
from bot.store.lanes import RedisLanes
from bot.store.replies import RedisReplies
from bot.store.state import RedisState
from sandbox.fleet import free_port

TEAM = "T1"
STACK = StackRef("acme", "web", "dev")
REQUEST = Request(
    id="r1",
    stack=STACK,
    operation="update",
    requester="U1",
    channel="C1",
    created_at=100.0,
    state=RequestState.AWAITING,
    expires_at=200.0,
)
DEPLOYMENT = Deployment(
    id="d1", stack=STACK, version=4, status="running", created=datetime(2026, 1, 1, tzinfo=UTC)
)
SAY = Say(lane="L1", channel="C1", root=Message("card"), posts=(Post("k1", Message("line")),))
REPLY = Reply(key="a1", channel="C1", user="U1", message=Message("for you"))


@pytest.fixture
def state(redis: Redis) -> State:
    return RedisState(redis, TEAM)


async def said(redis: Redis) -> list[str]:
    """The keys of what stands in the lane L1, and of a reply, at this moment."""
    lane = await RedisLanes(redis, TEAM).claim(lease=0.001)
    reply = await RedisReplies(redis, TEAM).claim(lease=0.001)
    return [post.key for post in (lane.posts if lane else ())] + ([reply.reply.key] if reply else [])


# requests


async def test_a_request_is_recorded_once_and_the_first_is_answered(state: State) -> None:
    assert await state.add_request(REQUEST) == REQUEST
    assert await state.add_request(replace(REQUEST, branch="other")) == REQUEST
    assert await state.request("r1") == REQUEST
    assert await state.request("r2") is None


async def test_what_is_said_of_a_request_recorded_before_is_not_said(state: State, redis: Redis) -> None:
    await state.add_request(REQUEST)
    await state.add_request(REQUEST, say=[SAY], replies=[REPLY])
    assert await said(redis) == []


async def test_a_request_and_what_is_said_of_it_are_saved_together(state: State, redis: Redis) -> None:
    await state.add_request(REQUEST, say=[SAY], replies=[REPLY])
    assert await said(redis) == ["k1", "a1"]


async def test_ten_clicks_at_once_count_once(state: State) -> None:
    await state.add_request(REQUEST)
    after = replace(REQUEST, state=RequestState.CREATING, votes=(Vote("U2", Choice.APPROVE, 150.0),))
    changed = await asyncio.gather(*(state.change_request(REQUEST, after) for _ in range(10)))
    assert sorted(changed) == [False] * 9 + [True]
    assert await state.request("r1") == after


async def test_nothing_is_said_when_a_change_comes_too_late(state: State, redis: Redis) -> None:
    await state.add_request(REQUEST)
    await state.change_request(REQUEST, replace(REQUEST, state=RequestState.REJECTED))
    late = replace(REQUEST, state=RequestState.CREATING)
    assert not await state.change_request(REQUEST, late, say=[SAY], replies=[REPLY])
    assert await said(redis) == []


async def test_a_request_nobody_recorded_cannot_change(state: State) -> None:
    assert not await state.change_request(REQUEST, replace(REQUEST, state=RequestState.CREATING))
    assert await state.request("r1") is None


async def test_a_record_of_an_older_version_is_read_and_replaced(state: State, redis: Redis) -> None:
    await state.add_request(REQUEST)
    record = msgspec.json.decode(await redis.hget(Keys(TEAM).request("r1"), "body") or b"")
    del record["branch"], record["votes"]
    await redis.hset(Keys(TEAM).request("r1"), "body", msgspec.json.encode({**record, "of_tomorrow": 1}))
    assert await state.request("r1") == REQUEST
    assert await state.change_request(REQUEST, replace(REQUEST, state=RequestState.CREATED))


async def due(state: State, *, at: float) -> tuple[Request, ...]:
    return await state.claim_waiting(at, lease=0.0, count=9)


async def test_those_that_wait_are_found_by_when_they_expire(state: State) -> None:
    reminded = replace(REQUEST, reminded=True)
    endless = replace(REQUEST, id="r2", expires_at=0.0)
    decided = replace(REQUEST, id="r3", state=RequestState.CREATED)
    for request in (reminded, endless, decided):
        await state.add_request(request)
    assert await state.awaiting() == (reminded, endless)
    assert await due(state, at=200.0) == (reminded,)
    assert await due(state, at=199.0) == ()


async def test_a_decided_request_waits_no_more(state: State) -> None:
    await state.add_request(REQUEST)
    await state.change_request(REQUEST, replace(REQUEST, state=RequestState.REJECTED))
    assert await state.awaiting() == ()


async def test_a_request_that_has_expired_is_no_longer_waited_for(state: State, redis: Redis) -> None:
    keys = Keys(TEAM)
    await state.add_request(REQUEST)
    await redis.delete(keys.request(REQUEST.id))
    assert await state.awaiting() == ()
    assert await redis.zcard(keys.awaiting) == 0


# deployments


async def test_what_was_seen_comes_back_whole(state: State) -> None:
    step = Step("update", "failed", datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, 0, 1, tzinfo=UTC))
    deployment = replace(
        DEPLOYMENT, jobs=(Job("failed", steps=(step,)),), environment=frozenset({"A"}), changes={"create": 3}
    )
    tracked = Tracked(deployment, lanes=(("L1", "C1"),), excerpt=Excerpt(("error: no",), 4), request_id="r1")
    assert await state.track(tracked)
    assert await state.tracked("acme", ["d1", "d2"]) == {"d1": replace(tracked, revision=1)}
    assert await state.tracked("acme", []) == {}


async def test_of_two_who_saw_the_same_one_saves_and_speaks(state: State, redis: Redis) -> None:
    assert await state.track(Tracked(DEPLOYMENT))
    seen = Tracked(replace(DEPLOYMENT, status="succeeded"), revision=1)
    saved = await asyncio.gather(*(state.track(seen, say=[SAY]) for _ in range(5)))
    assert sorted(saved) == [False] * 4 + [True]
    assert await said(redis) == ["k1"]
    assert not await state.track(Tracked(DEPLOYMENT))


async def test_only_what_is_not_over_is_active(state: State) -> None:
    await state.track(Tracked(DEPLOYMENT))
    await state.track(Tracked(replace(DEPLOYMENT, id="d2", status="succeeded")))
    await state.track(Tracked(replace(DEPLOYMENT, id="d3"), gone=True))
    assert await state.active("acme") == {"d1"}
    await state.track(Tracked(replace(DEPLOYMENT, status="failed"), revision=1))
    assert await state.active("acme") == frozenset()


async def test_looking_at_a_record_keeps_it_alive(state: State, redis: Redis) -> None:
    await state.track(Tracked(DEPLOYMENT))
    key = Keys(TEAM).tracked("acme", "d1")
    await redis.expire(key, 1000)
    await state.tracked("acme", ["d1"])
    assert await redis.ttl(key) > 1000


# organisations


async def test_stacks_are_remembered_per_organisation(state: State) -> None:
    await state.add_stacks("acme", [STACK, STACK, StackRef("acme", "api", "prod")])
    await state.add_stacks("acme", [])
    assert await state.stacks("acme") == {STACK, StackRef("acme", "api", "prod")}
    assert await state.stacks("other") == frozenset()


async def test_the_last_overview_is_kept(state: State) -> None:
    assert await state.overview("acme") is None
    await state.save_overview(Overview("acme", 1.0))
    newest = Overview("acme", 2.5, active=(DEPLOYMENT,), paused_stacks=("web/dev",))
    await state.save_overview(newest)
    assert await state.overview("acme") == newest


async def test_the_horizon_moves_only_forward(state: State) -> None:
    assert await state.horizon("acme") is None
    await state.set_horizon("acme", 1760000000.25)
    await state.set_horizon("acme", 5.0)
    assert await state.horizon("acme") == 1760000000.25
    await state.set_horizon("acme", 1760000001.5)
    assert await state.horizon("acme") == 1760000001.5


async def test_two_workspaces_do_not_see_each_other(redis: Redis, state: State) -> None:
    await state.add_request(REQUEST)
    assert await RedisState(redis, "T2").request("r1") is None


# saying


async def test_a_key_is_said_once_for_ever(state: State, redis: Redis) -> None:
    await state.say(say=[SAY], replies=[REPLY])
    await state.say(say=[SAY], replies=[REPLY])
    assert await said(redis) == ["k1", "a1"]


# when Redis is away


async def test_an_absent_redis_is_told_as_such(redis: Redis) -> None:
    nowhere = connect(f"redis://127.0.0.1:{free_port()}/0")
    state = RedisState(nowhere, TEAM)
    for question in (state.request("r1"), state.add_request(REQUEST), state.tracked("acme", ["d1"])):
        with pytest.raises(StoreUnavailableError):
            await question
    await nowhere.aclose()


async def test_a_redis_that_cannot_write_is_told_as_such(state: State, redis: Redis) -> None:
    await redis.config_set("maxmemory", 1)
    try:
        with pytest.raises(StoreUnavailableError):
            await state.add_request(REQUEST)
    finally:
        await redis.config_set("maxmemory", 0)


async def test_what_is_held_or_previewed_is_found_when_it_is_to_be_looked_at(state: State) -> None:
    held = replace(REQUEST, id="r4", state=RequestState.HELD, look_at=50.0)
    previewed = replace(REQUEST, id="r5", state=RequestState.PREVIEWING, look_at=60.0)
    unreminded = replace(REQUEST, id="r6", created_at=100.0, expires_at=200.0)
    for request in (held, previewed, unreminded):
        await state.add_request(request)
    assert await due(state, at=59.0) == (held,)
    assert await due(state, at=174.0) == (held, previewed)
    assert await due(state, at=175.0) == (held, previewed, unreminded)


async def test_a_lock_is_swapped_only_when_it_is_as_it_was_seen(state: State) -> None:
    stack = REQUEST.stack
    mine = Lock(stack, "U1", at=1.0, until=9.0, reason="migration", channel="C1")
    theirs = replace(mine, user="U2")
    assert await state.lock(stack) is None
    assert await state.change_lock(stack, None, mine)
    assert not await state.change_lock(stack, None, theirs)
    assert (await state.lock(stack), await state.locks(stack.org)) == (mine, (mine,))
    assert await state.change_lock(stack, mine, theirs)
    assert await state.locks(stack.org) == (theirs,)
    assert await state.change_lock(stack, theirs, None)
    assert (await state.lock(stack), await state.locks(stack.org)) == (None, ())
