"""A channel's board: saved with what it shows, by whoever knows the last one."""

from __future__ import annotations

from dataclasses import replace

import pytest
from redis.asyncio import Redis

from bot.domain.boards import Board
from bot.messages.message import Message, Rank, Say
from bot.ports import State
from bot.store.keys import BOARD_TTL, Keys
from bot.store.lanes import RedisLanes
from bot.store.state import RedisState

KEYS = Keys("T1")
BOARD = Board("C1", since=100.0, live=(("acme", "d-1"),), ended={"failed": 1}, failed=(("acme", "d-0"),))


@pytest.fixture
def state(redis: Redis) -> State:
    return RedisState(redis, "T1")


def shows(text: str) -> list[Say]:
    return [Say(BOARD.lane, "C1", root=Message(text), rank=Rank.PROGRESS)]


async def shown(redis: Redis) -> str:
    lane = await RedisLanes(redis, "T1").claim(lease=0.001)
    return lane.root.text if lane and lane.root else ""


async def test_it_is_saved_whole_with_what_it_shows(state: State, redis: Redis) -> None:
    assert await state.save_board(BOARD, say=shows("one"))
    assert await state.boards() == (replace(BOARD, revision=1),)
    assert await shown(redis) == "one"


async def test_nobody_begins_it_a_second_time(state: State, redis: Redis) -> None:
    await state.save_board(BOARD, say=shows("one"))
    assert not await state.save_board(replace(BOARD, since=200.0), say=shows("two"))
    assert await state.boards() == (replace(BOARD, revision=1),)
    assert await shown(redis) == "one"


async def test_an_old_revision_changes_and_says_nothing(state: State, redis: Redis) -> None:
    await state.save_board(BOARD)
    await state.save_board(replace(BOARD, revision=1, link="x"), say=shows("two"))
    assert not await state.save_board(replace(BOARD, revision=1), say=shows("three"))
    assert await state.boards() == (replace(BOARD, revision=2, link="x"),)
    assert await shown(redis) == "two"


async def test_each_channel_has_its_own(state: State) -> None:
    assert await state.boards() == ()
    await state.save_board(replace(BOARD, channel="C2"))
    await state.save_board(BOARD)
    assert [board.channel for board in await state.boards()] == ["C1", "C2"]


async def test_it_is_forgotten_in_the_end(state: State, redis: Redis) -> None:
    await state.save_board(BOARD)
    assert await redis.ttl(KEYS.board("C1")) == BOARD_TTL
    await redis.delete(KEYS.board("C1"))
    assert await state.boards() == ()
