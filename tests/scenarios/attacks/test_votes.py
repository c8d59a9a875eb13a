"""Votes by those who may not, of what is no request of theirs, too late, or past their rule: counted for nothing.

Every attack has a stack of its own, so that "nothing ran" is counted there as well.
"""

from __future__ import annotations

import pytest

from bot.domain.refusals import OUR_BUTTONS
from tests.scenarios.attacks.attacker import SOURCE, asked, attack, ran, value_of
from tests.scenarios.scene import Scene

pytestmark = [pytest.mark.scenario, pytest.mark.asyncio(loop_scope="module")]

PRODUCTION = "production in general"
APPROVE = "qd:approve"


async def test_who_asked_does_not_approve_by_any_surface(scene: Scene) -> None:
    """Self-approval by the channel's card, by a button forged onto it, and by App Home, which offers none."""
    card = await asked(scene, "self/prod")
    value = value_of(card, APPROVE)
    async with attack(scene, "ana", answer="You asked for this yourself", rule=PRODUCTION):
        await scene.slack.press("ana", "prod", card, APPROVE)
    async with attack(scene, "ana", answer="You asked for this yourself", rule=PRODUCTION) as ana:
        await ana.press(card, f"{APPROVE}:7", value)
    await scene.slack.open_home("ana")
    await scene.quiet()
    home = (await scene.slack.state())["homes"]["U0ANA"]
    elements = [each for block in home["blocks"] for each in block.get("elements", ())]
    assert value not in [
        each.get("value") for each in elements if str(each.get("action_id")).startswith(APPROVE)
    ]
    assert await ran(scene, "self/prod") == 0


async def test_a_vote_after_the_end_counts_nothing(scene: Scene) -> None:
    card = await asked(scene, "late/one")
    value = value_of(card, APPROVE)
    await scene.card("prod", "late/one", "expired")
    async with attack(scene, "ben", answer="This request has expired", rule="expires soon") as ben:
        await ben.press(card, APPROVE, value)
    assert await ran(scene, "late/one") == 0


FORGED = ("r=0123456789abcdef0123", "r=", "r=..%2F..", "s=acme%2Fforged%2Fprod")


async def test_an_altered_request_id_is_a_vote_for_nothing(scene: Scene) -> None:
    card = await asked(scene, "forged/prod")
    for number, forged in enumerate(FORGED):
        async with attack(scene, "ben", answer="no longer on record") as ben:
            await ben.press(card, f"{APPROVE}:{number}", forged)
    assert await ran(scene, "forged/prod") == 0


async def test_a_button_that_names_another_request_votes_on_none(scene: Scene) -> None:
    """The stack on the button and the request that it names have to go together."""
    mine = await asked(scene, "mine/prod", by="ben")
    other = await asked(scene, "theirs/prod", by="ana")
    forged = value_of(mine, APPROVE).replace("mine%2Fprod", "theirs%2Fprod")
    async with attack(scene, "ben", answer="belongs to another request", rule=OUR_BUTTONS) as ben:
        await ben.press(other, f"{APPROVE}:x", forged)
    assert [await ran(scene, path) for path in ("theirs/prod", "mine/prod")] == [0, 0]


async def test_the_preview_of_a_request_is_no_request_to_vote_on(scene: Scene) -> None:
    card = await asked(scene, "moved/inner")
    async with attack(scene, "ben", answer="no longer on record") as ben:
        await ben.press(card, f"{APPROVE}:1", f"{value_of(card, APPROVE)}p0")
    assert await ran(scene, "moved/inner") == 0


async def test_an_altered_value_can_not_confirm_a_destroy_past_its_rule(scene: Scene) -> None:
    """`y=1` on a forged button says "confirmed"; the rule wants an approval all the same, or the name typed."""
    card = await asked(scene, "confirm/prod")
    await scene.pulumi.put_stack("named/one", "quick-success", settings=SOURCE)
    async with attack(scene, "ben", answer=None, rule=PRODUCTION, outcome="awaiting") as ben:
        await ben.press(card, "qd:destroy:con", "s=acme%2Fconfirm%2Fprod&y=1")
    await scene.card("prod", "confirm/prod", "destroy waiting for approval")
    async with attack(
        scene, "ben", answer="type its name once more", rule="destroyed by name", outcome="asked"
    ) as ben:
        await ben.press(card, "qd:destroy:nam", "s=acme%2Fnamed%2Fone&y=1")
    for path in ("confirm/prod", "named/one"):
        assert await ran(scene, path, operation="destroy") == 0


async def test_who_may_not_approve_can_neither_approve_nor_reject(scene: Scene) -> None:
    card = await asked(scene, "team/outsider")
    rule = "two of site reliability"
    async with attack(scene, "cleo", answer=("You can't approve this", "@sre or @platform"), rule=rule):
        await scene.slack.press("cleo", "prod", card, APPROVE)
    async with attack(scene, "cleo", answer="You can't reject this", rule=rule):
        await scene.slack.press("cleo", "prod", card, "qd:reject")
        view = await scene.view("cleo", lambda one: bool(one["callback_id"] == "qd:reject"))
        await scene.slack.submit("cleo", view["id"], {"reason": {"reason": "because"}})
    await scene.card("prod", "team/outsider", "waiting for approval")
    assert await ran(scene, "team/outsider") == 0


async def test_who_did_not_ask_takes_nothing_back(scene: Scene) -> None:
    card = await asked(scene, "withdrawn/prod")
    async with attack(scene, "ben", answer="Only the one who asked can withdraw this", rule=PRODUCTION):
        await scene.slack.press("ben", "prod", card, "qd:withdraw")
    await scene.card("prod", "withdrawn/prod", "waiting for approval")


async def test_who_is_not_of_the_group_breaks_no_glass(scene: Scene) -> None:
    await scene.pulumi.put_stack("glass/one", "quick-success", settings=SOURCE)
    async with attack(scene, "cleo", answer="Only @sre may break the glass", rule="behind glass"):
        await scene.ask("cleo", "prod", 'deploy glass/one --break-glass --reason "let me in"')
    async with attack(scene, "ben", answer="needs a reason", rule="behind glass"):
        await scene.ask("ben", "prod", "deploy glass/one --break-glass")
    assert await ran(scene, "glass/one") == 0


async def test_the_reason_for_breaking_it_mentions_nobody(scene: Scene) -> None:
    await scene.pulumi.put_stack("glass/two", "quick-success", settings=SOURCE)
    evil = "<!channel> <https://evil.example|click> `*"
    async with attack(scene, "ben", answer=None, rule="behind glass", outcome="started", runs=1):
        await scene.ask("ben", "prod", f'deploy glass/two --break-glass --reason "{evil}"')
    alarm = await scene.card("prod", "Break-glass", "glass/two", "evil.example")
    assert "<!channel>" not in str(alarm)
    assert "<https://evil.example|" not in str(alarm)
    await scene.card("prod", "glass/two", "succeeded")
