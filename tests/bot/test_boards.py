"""Many deployments live in one channel: one board shows their steps, and each card what matters, whoever looks and dies."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot import boards
from bot.boards import RACES, keep_boards
from bot.domain.boards import CALM, CROWDED, Board
from bot.domain.commands import Verb
from bot.domain.deployments import Deployment
from bot.domain.rules import Effect
from bot.domain.stacks import StackRef
from bot.errors import SlackError, StoreUnavailableError
from bot.messages.message import Rank
from bot.poller import Poller
from bot.ports import Tracked
from bot.store.lanes import RedisLanes
from tests.bot.crew import KEYS, PACE, Crew
from tests.builders import (
    DEPLOYS,
    PRODS,
    TEAM,
    create_command,
    create_deployment,
    create_policy,
    create_rule,
    create_step,
    evolved,
)
from tests.fakes import killed_at

STEP = create_step("pulumi update", "running")
MANY = [
    create_deployment(number, "running", STEP, stack=StackRef("acme", "web", f"s{number}"))
    for number in range(1, CROWDED + 3)
]
CROWD = MANY[:CROWDED]
LINK = "https://acme.slack.com/archives/C0DEPLOYS/p17000001"


@pytest.fixture(autouse=True)
def subscribed(crew: Crew) -> None:
    """#deploys hears of everything."""
    crew.policy = create_policy(hears=DEPLOYS)


def lane(deployment: Deployment) -> str:
    return f"{deployment.id}:{DEPLOYS}"


async def board(crew: Crew) -> Board:
    """The channel's only board."""
    [only] = await crew.state.boards()
    return only


async def shown(crew: Crew) -> str:
    """What the newest board is to show."""
    return await crew.card((await board(crew)).lane)


async def board_lanes(crew: Crew) -> list[str]:
    return [each for each in await crew.lanes() if each.startswith("board:")]


async def post_board(crew: Crew) -> None:
    """The outbox has posted it, and nothing else."""
    lanes, name = RedisLanes(crew.redis, TEAM), (await board(crew)).lane
    claimed = await lanes.claim(lease=60)
    assert claimed
    assert claimed.name == name
    assert await lanes.begin(claimed, [name], lease=60)
    assert await lanes.posted(claimed, [name], ts="1700.0001")
    await lanes.release(claimed)


async def begin(crew: Crew, *deployments: Deployment) -> None:
    """A board that stands in Slack, and cards that say so."""
    crew.pulumi.put(*(deployments or CROWD))
    await crew.look()
    await post_board(crew)
    await crew.look()
    await crew.look()


async def end(crew: Crew, *deployments: Deployment, status: str = "succeeded") -> None:
    crew.pulumi.put(*(evolved(each, status, create_step("pulumi update", status)) for each in deployments))
    await crew.look()


async def test_a_handful_of_deployments_have_no_board(crew: Crew) -> None:
    crew.pulumi.put(*CROWD[1:])
    await crew.look()
    assert await crew.state.boards() == ()


async def test_one_more_begins_a_board_that_shows_each_of_them(crew: Crew) -> None:
    crew.pulumi.put(*CROWD)
    await crew.look()
    text = await shown(crew)
    assert f"{CROWDED} deployments under way" in text
    assert all(each.name in text for each in CROWD)
    assert "0 of 1 step done, now pulumi update" in text


async def test_it_is_posted_before_anybodys_steps_and_changed_with_them(crew: Crew) -> None:
    crew.pulumi.put(*CROWD)
    await crew.look()
    assert await rank(crew, (await board(crew)).lane) is Rank.DETAIL
    assert await rank(crew, lane(CROWD[0])) is Rank.PROGRESS


async def test_until_the_board_stands_in_slack_the_cards_show_their_steps(crew: Crew) -> None:
    crew.pulumi.put(*CROWD)
    await crew.look()
    await crew.look()
    assert (await board(crew)).link is None
    assert "now pulumi update" in await crew.card(lane(CROWD[0]))


async def test_once_it_stands_each_card_leads_to_it_and_changes_no_more_with_its_steps(crew: Crew) -> None:
    await begin(crew)
    card = await crew.card(lane(CROWD[0]))
    assert f"Its steps are on <{LINK}|the board of this channel>." in card
    crew.pulumi.put(
        evolved(CROWD[0], "running", create_step("pulumi update"), create_step("Export", "running"))
    )
    await crew.look()
    assert await crew.card(lane(CROWD[0])) == card
    assert "1 of 2 steps done, now Export" in await shown(crew)
    assert [post.key for post in await crew.posts(lane(CROWD[0]))][-1] == "s1-1:step:0:0:succeeded"


async def test_how_one_ends_stands_on_its_card_with_the_rank_of_an_outcome(crew: Crew) -> None:
    await begin(crew)
    await end(crew, CROWD[0], status="failed")
    assert "failed" in await crew.card(lane(CROWD[0]))
    assert "the board" not in await crew.card(lane(CROWD[0]))
    assert await rank(crew, lane(CROWD[0])) is Rank.OUTCOME
    assert await rank(crew, (await board(crew)).lane) is Rank.PROGRESS
    assert "1 ended: 1 failed" in await shown(crew)


async def rank(crew: Crew, name: str) -> Rank:
    return Rank(int(await crew.redis.hget(KEYS.lane(name), "rank") or 9))


async def test_what_a_card_waits_for_is_told_on_the_card(crew: Crew) -> None:
    await begin(crew)
    queued = create_deployment(50, "not-started", stack=CROWD[0].stack)
    crew.pulumi.put(queued)
    await crew.look()
    assert f"Waiting for {CROWD[0].name} to finish" in await crew.card(lane(queued))
    assert queued.name in await shown(crew)


async def test_what_people_do_to_one_stands_on_its_card_at_once(crew: Crew) -> None:
    crew.policy = create_policy(create_rule(Effect.ALLOW, Verb.CANCEL, stacks="*/*/*"), hears=DEPLOYS)
    await begin(crew)
    crew.pulumi.meanwhile["cancel"] = lambda: said_so(crew)
    await crew.run(create_command(Verb.CANCEL, "web/s1", confirmed=True))
    await crew.look()
    assert "1 ended: 1 canceled" in await shown(crew)


async def said_so(crew: Crew) -> None:
    card = await crew.card(lane(CROWD[0]))
    assert "being canceled by <@U0ADA>" in card
    assert "the board of this channel" in card


async def test_when_few_are_left_it_says_how_it_went_and_their_cards_show_their_steps_again(
    crew: Crew,
) -> None:
    await begin(crew)
    await end(crew, *CROWD[CALM:])
    await crew.look()
    text = await shown(crew)
    assert f"{CROWDED - CALM} deployments ended · {CROWDED - CALM} succeeded · 0 failed · 0 canceled" in text
    assert "went on alone" in text
    assert "now pulumi update" in await crew.card(lane(CROWD[0]))
    assert await rank(crew, (await board(crew)).lane) is Rank.DETAIL
    await end(crew, *CROWD[:CALM], status="failed")
    assert f"{CROWDED} deployments ended · {CROWDED - CALM} succeeded · {CALM} failed" in await shown(crew)
    assert "deployments/1|web/s1#1> · deploy · failed" in await shown(crew)


async def test_a_later_crowd_begins_a_message_of_its_own(crew: Crew) -> None:
    await begin(crew)
    await end(crew, *CROWD)
    crew.clock.now += 3600
    again = [replace(each, id=f"again-{each.id}", version=each.version + 10) for each in CROWD]
    crew.pulumi.put(*again)
    await crew.look()
    assert len(await board_lanes(crew)) == 2
    assert f"{CROWDED} deployments under way" in await shown(crew)
    assert "ended" not in await shown(crew)


async def test_a_channel_that_hears_outcomes_only_has_no_board(crew: Crew) -> None:
    crew.policy = create_policy(hears=DEPLOYS, quiet=PRODS)
    await begin(crew)
    assert [each.channel for each in await crew.state.boards()] == [DEPLOYS]
    assert await crew.lanes() == sorted([*map(lane, CROWD), (await board(crew)).lane])


async def test_a_board_is_of_one_channel_and_cards_of_another_show_their_steps(crew: Crew) -> None:
    await crew.know(evolved(CROWD[0], "running"), channel=PRODS)
    await begin(crew, *MANY)
    assert "now pulumi update" in await crew.card(f"{CROWD[0].id}:{PRODS}")
    assert CROWD[0].name not in await shown(crew)


async def test_deployments_of_several_organisations_share_the_channels_board(crew: Crew) -> None:
    crew.orgs = ("acme", "other")
    elsewhere = [
        create_deployment(n, "running", stack=StackRef("other", "web", f"s{n}"), id=f"other-{n}")
        for n in (1, 2)
    ]
    crew.pulumi.put(*CROWD[2:], *elsewhere)
    await asyncio.gather(*(Poller(crew.context, PACE).look(org) for org in crew.orgs))
    assert f"{CROWDED} deployments under way" in await shown(crew)


async def test_those_of_an_organisation_that_is_no_longer_ours_leave_the_board(crew: Crew) -> None:
    await begin(crew)
    crew.orgs = ()
    await keep_boards(crew.context)
    assert f"{CROWDED} no longer known to Pulumi" in await shown(crew)


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
