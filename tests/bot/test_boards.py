"""Many deployments live in one channel: one board shows their steps, and each card what matters, whoever looks and dies."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.boards import keep_boards
from bot.domain.boards import BEAT, CALM, CROWDED
from bot.domain.commands import Verb
from bot.domain.rules import Effect
from bot.domain.stacks import StackRef
from bot.messages.message import Rank
from bot.poller import Poller
from tests.bot.crew import PACE, Crew
from tests.bot.crowds import CROWD, LINK, MANY, begin, board, board_lanes, end, lane, rank, shown
from tests.builders import (
    DEPLOYS,
    PRODS,
    create_command,
    create_deployment,
    create_policy,
    create_rule,
    create_step,
    evolved,
)


@pytest.fixture(autouse=True)
def subscribed(crew: Crew) -> None:
    """#deploys hears of everything."""
    crew.policy = create_policy(hears=DEPLOYS)


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


async def test_it_goes_before_anybodys_steps(crew: Crew) -> None:
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
    assert "1 of 2 steps done" not in await shown(crew)
    crew.clock.now += BEAT
    await crew.look()
    assert await crew.card(lane(CROWD[0])) == card
    assert "1 of 2 steps done, now Export" in await shown(crew)
    assert [post.key for post in await crew.posts(lane(CROWD[0]))][-1] == "s1-1:step:0:0:succeeded"


async def test_how_one_ends_stands_on_its_card_and_goes_before_the_board(crew: Crew) -> None:
    await begin(crew)
    await end(crew, CROWD[0], status="failed")
    assert "failed" in await crew.card(lane(CROWD[0]))
    assert "the board" not in await crew.card(lane(CROWD[0]))
    assert await rank(crew, lane(CROWD[0])) is Rank.OUTCOME
    assert await rank(crew, (await board(crew)).lane) is Rank.DETAIL
    assert "1 ended: 1 failed" in await shown(crew)


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
