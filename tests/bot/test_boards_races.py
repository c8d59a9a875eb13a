"""One board a channel, each counted once, nothing hidden: whoever looks at the same time, dies, refuses, or breaks."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot import boards
from bot.boards import RACES, keep_boards
from bot.domain.boards import BEAT, CROWDED, Board
from bot.errors import SlackError, StoreUnavailableError
from bot.poller import Poller
from bot.ports import Tracked
from bot.store.lanes import RedisLanes
from tests.bot.crew import KEYS, PACE, Crew
from tests.bot.crowds import CROWD, begin, board, board_lanes, end, lane, post_board, shown
from tests.builders import DEPLOYS, TEAM, create_policy, create_step, evolved
from tests.fakes import killed_at


@pytest.fixture(autouse=True)
def subscribed(crew: Crew) -> None:
    """#deploys hears of everything."""
    crew.policy = create_policy(hears=DEPLOYS)


async def test_looked_at_twice_nothing_is_saved_twice(crew: Crew) -> None:
    await begin(crew)
    before = await board(crew)
    await crew.look()
    assert await board(crew) == before
    await end(crew, *CROWD)
    over = await board(crew)
    await crew.look()
    assert await board(crew) == over


@pytest.mark.parametrize("breath", range(1, 40, 2))
async def test_killed_anywhere_there_is_one_board_and_each_is_counted_once(crew: Crew, breath: int) -> None:
    crew.pulumi.put(*CROWD)
    await crew.look()
    await post_board(crew)
    crew.pulumi.put(*(evolved(each, "succeeded", create_step("pulumi update")) for each in CROWD[1:]))
    with killed_at(breath) as life:
        await Poller(crew.mortal_context(life), PACE).look("acme")
    await crew.look()
    await end(crew, CROWD[0])
    assert len(await board_lanes(crew)) == 1
    assert f"{CROWDED} deployments ended · {CROWDED} succeeded · 0 failed · 0 canceled" in await shown(crew)


async def test_any_number_of_workers_keep_one_board(crew: Crew) -> None:
    crew.pulumi.put(*CROWD)
    await asyncio.gather(*(crew.look() for _ in range(4)))
    await end(crew, *CROWD)
    await asyncio.gather(*(keep_boards(crew.context) for _ in range(4)))
    assert len(await board_lanes(crew)) == 1
    assert (await board(crew)).ended == {"succeeded": CROWDED}


class Late:
    """The store of a worker that is always overtaken by another one right before it saves a board."""

    def __init__(self, crew: Crew) -> None:
        self._state = crew.state
        self.tries = 0

    def __getattr__(self, name: str) -> object:
        return getattr(self._state, name)

    async def save_board(self, board: Board, **_: object) -> bool:
        self.tries += 1
        there = {each.channel: each for each in await self._state.boards()}
        await self._state.save_board(there.get(board.channel, board))
        return await self._state.save_board(board)


async def test_whoever_is_overtaken_looks_again_and_in_the_end_leaves_it_to_the_next_look(crew: Crew) -> None:
    crew.pulumi.put(*CROWD)
    await crew.look()
    await crew.state.track(replace(await crew.tracked(CROWD[0]), canceled_by="U0ADA"))
    crew.clock.now += BEAT
    late = Late(crew)
    await keep_boards(replace(crew.context, state=late))  # type: ignore[arg-type]  # a stand-in for one call
    assert late.tries == RACES
    assert "being canceled" not in await shown(crew)
    await keep_boards(crew.context)
    assert "being canceled by <@U0ADA>" in await shown(crew)


async def test_without_an_address_the_cards_name_the_board_in_words(crew: Crew) -> None:
    crew.channels.errors.append(SlackError("chat.getPermalink", "ratelimited", retry_after=9))
    await begin(crew)
    assert "Its steps are on the board of this channel." in await crew.card(lane(CROWD[0]))
    assert crew.channels.errors == []


async def test_a_board_that_somebody_deleted_hides_nothing(crew: Crew) -> None:
    await begin(crew)
    await crew.redis.hset(KEYS.lane((await board(crew)).lane), "muted", "1")
    await crew.look()
    await crew.look()
    assert "now pulumi update" in await crew.card(lane(CROWD[0]))


async def test_a_channel_that_refuses_the_board_keeps_the_steps_on_the_cards(crew: Crew) -> None:
    crew.pulumi.put(*CROWD)
    await crew.look()
    lanes = RedisLanes(crew.redis, TEAM)
    while claimed := await lanes.claim(lease=60):
        await lanes.park(claimed, reason="not_in_channel", retry_after=60)
    await crew.look()
    await crew.look()
    assert "now pulumi update" in await crew.card(lane(CROWD[0]))


async def test_a_board_that_breaks_keeps_nobody_from_hearing_of_deployments(
    crew: Crew, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ValueError("a bug")

    monkeypatch.setattr(boards, "render", broken)
    crew.pulumi.put(*CROWD)
    await crew.look()
    assert await crew.lanes() == sorted(map(lane, CROWD))
    assert await crew.state.overview("acme")


async def test_a_store_that_is_away_ends_the_look(crew: Crew, monkeypatch: pytest.MonkeyPatch) -> None:
    async def away(*_: object) -> None:
        raise StoreUnavailableError("gone")

    monkeypatch.setattr(boards, "_kept", away)
    with pytest.raises(StoreUnavailableError):
        await crew.look()


async def test_a_record_of_an_older_version_goes_on_the_board_too(crew: Crew) -> None:
    """It was saved before there were boards."""
    for each in CROWD:
        crew.pulumi.put(each)
        await crew.state.track(Tracked(each, lanes=((lane(each), DEPLOYS),)))
    await crew.look()
    await post_board(crew)
    await crew.look()
    await crew.look()
    assert "the board of this channel" in await crew.card(lane(CROWD[0]))
