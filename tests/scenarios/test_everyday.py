"""A working day: what people do with commands, cards, modals and the Home tab, and what comes of it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from sandbox.slack_driver import find_button
from tests.scenarios.scene import LATER, SOON, Json, Scene, has, until

pytestmark = [pytest.mark.scenario, pytest.mark.asyncio(loop_scope="module")]

NewScene = Callable[..., Awaitable[Scene]]


async def home_of(scene: Scene, user: str, wanted: Callable[[Json], bool]) -> Json:
    """The Home tab of somebody who opens it until it is as wanted."""

    async def look() -> Json | None:
        await scene.slack.open_home(user)
        await asyncio.sleep(1.0)  # nobody opens it more often, and Slack takes a hundred a minute
        view = (await scene.slack.state())["homes"].get(f"U0{user.upper()}")
        return view if view is not None and wanted(view) else None

    return await until(look, within=SOON, what=f"the Home tab of {user}")


async def file_in_thread(scene: Scene, channel: str, card: Json) -> Json:
    """The file under a card."""

    def look(at: Json) -> Json | None:
        replies = [reply for one in at["messages"] if one["ts"] == card["ts"] for reply in one["replies"]]
        return next((file for reply in replies for file in reply["files"]), None)

    return await scene.slack.seen(look, channel, LATER, "a file in the thread")


async def test_the_log_opens_in_a_modal_and_goes_whole_into_the_thread(scene: Scene) -> None:
    await scene.pulumi.put_stack("day/logs", "slow-success")
    await scene.ask("ana", "deploys", "deploy day/logs --branch feature/search")
    await scene.card("deploys", "day/logs", "feature/search")
    card = await scene.assert_told_once("deploys", "day/logs", outcome="succeeded")
    await scene.press_anew("ben", "deploys", card, "qd:logs")
    view = await scene.view("ben", lambda one: find_button(one, "qd:send_log") is not None)
    assert "The last 150 of" in str(view["blocks"])
    await scene.slack.press_in_view("ben", view, "qd:send_log")
    file = await file_in_thread(scene, "deploys", card)
    assert file["name"] == "day-logs-1.log"
    lines = file["content"].splitlines()
    assert len(lines) > 300
    assert not [line for line in lines if "\x1b" in line or "\r" in line]
    assert any("feature/search" in line for line in lines)
    assert any("added 1042 packages" in line for line in lines)


async def test_a_commit_reaches_pulumi(scene: Scene) -> None:
    await scene.pulumi.put_stack("day/commit", "quick-success")
    await scene.ask("ana", "prod", "deploy day/commit --commit 1f0c9abdeadbeef")
    card = await scene.assert_told_once("prod", "day/commit", outcome="succeeded")
    assert "1f0c9ab" in str(card["blocks"])
    before = await scene.no_whisper_yet("prod")
    await scene.slack.faults({"match": "views.open", "fault": "status:500", "count": 1})
    await scene.ask("ana", "prod", "logs day/commit#1")
    log = await scene.whisper("ana", "prod", "Log of day/commit#1", ignoring=before)
    await scene.slack.press("ana", "prod", log, "qd:send_log")
    file = await file_in_thread(scene, "prod", card)
    assert "HEAD is now at 1f0c9ab" in file["content"]


async def test_a_rejection_asks_why_and_everybody_reads_it(scene: Scene) -> None:
    await scene.pulumi.put_stack("rejected/prod", "quick-success")
    await scene.ask("ana", "prod", "deploy rejected/prod")
    card = await scene.card("prod", "rejected/prod", "approve")
    await scene.slack.press("ben", "prod", card, "qd:reject")
    view = await scene.view("ben", lambda one: one["callback_id"] == "qd:reject")
    empty = await scene.slack.submit("ben", view["id"], {})
    assert empty["status"] == 0
    blank = await scene.slack.submit("ben", view["id"], {"reason": {"reason": "   "}})
    assert "say why" in str(blank["body"])
    await scene.slack.submit("ben", view["id"], {"reason": {"reason": "wait for the <!here> migration"}})
    rejected = await scene.card("prod", "rejected/prod", "rejected", "migration")
    assert find_button(rejected, "qd:approve") is None
    assert [one["kind"] for one in rejected["mentions"]] == ["user"] * len(rejected["mentions"])
    await scene.whisper("ben", "prod", "You rejected")
    await scene.quiet()
    assert await scene.pulumi.deployments("rejected/prod") == []


async def test_the_requester_withdraws_from_the_home_tab(scene: Scene) -> None:
    await scene.pulumi.put_stack("withdrawn/prod", "quick-success")
    await scene.ask("cleo", "prod", "deploy withdrawn/prod")
    await scene.card("prod", "withdrawn/prod", "approve")
    home = await home_of(scene, "cleo", lambda view: find_button(view, "qd:withdraw") is not None)
    assert find_button(home, "qd:approve") is None
    await scene.slack.press_in_view("cleo", home, "qd:withdraw")
    await scene.card("prod", "withdrawn/prod", "withdrawn")
    await scene.quiet()
    assert await scene.pulumi.deployments("withdrawn/prod") == []


async def test_the_home_tab_shows_what_runs_and_waits_and_its_approval_counts(scene: Scene) -> None:
    await scene.pulumi.put_stack("home/slow", "slow-success")
    await scene.pulumi.put_stack("home/prod", "quick-success")
    await scene.ask("ana", "oncall", "deploy home/slow")
    await scene.ask("ana", "prod", "deploy home/prod")
    await scene.card("prod", "home/prod", "approve")

    def shows_both(view: Json) -> bool:
        return "home/slow#1" in str(view["blocks"]) and find_button(view, "qd:approve") is not None

    home = await home_of(scene, "ben", shows_both)
    await scene.slack.press_in_view("ben", home, "qd:approve")
    await scene.assert_told_once("prod", "home/prod", outcome="succeeded")
    await scene.assert_told_once("oncall", "home/slow", outcome="succeeded")


async def test_destroy_asks_first_and_never_mind_means_never(scene: Scene) -> None:
    await scene.pulumi.put_stack("torn/dev", "quick-success")
    before = await scene.no_whisper_yet("deploys")
    await scene.ask("ana", "deploys", "destroy torn/dev")
    asked = await scene.whisper("ana", "deploys", "torn/dev", "can't be undone", ignoring=before)
    await scene.slack.press("ana", "deploys", asked, "qd:dismiss")
    await scene.quiet()
    assert await scene.pulumi.deployments("torn/dev") == []
    assert asked["ts"] not in await scene.no_whisper_yet("deploys")
    await scene.ask("ana", "deploys", "destroy torn/dev")
    again = await scene.whisper("ana", "deploys", "torn/dev", "can't be undone", ignoring=before)
    await scene.slack.press("ana", "deploys", again, "qd:destroy")
    card = await scene.assert_told_once("deploys", "torn/dev", outcome="succeeded")
    assert has(card["text"], "destroy")


async def test_cancel_asks_first_and_the_card_says_who(scene: Scene) -> None:
    await scene.pulumi.put_stack("day/cancel", "slow-success")
    await scene.ask("dev", "prod", "deploy day/cancel")
    await scene.card("prod", "day/cancel", "running")
    await scene.ask("dev", "prod", "cancel day/cancel")
    asked = await scene.whisper("dev", "prod", "Cancel", "day/cancel", "inconsistent state")
    await scene.slack.press("dev", "prod", asked, "qd:cancel")
    card = await scene.assert_told_once("prod", "day/cancel", outcome="canceled")
    assert "<@U0DEV>" in card["text"]


@pytest.mark.parametrize(
    ("path", "how", "words"),
    [
        ("news/staging", {"initiator": "console", "login": "grace"}, ["Grace Hopper", "console"]),
        ("push/dev", {"initiator": "github", "login": "ada"}, ["Ada Lovelace", "GitHub"]),
    ],
)
async def test_what_is_started_elsewhere_is_announced_where_people_listen(
    scene: Scene, path: str, how: dict[str, str], words: list[str]
) -> None:
    await scene.pulumi.put_stack(path, "failing-update")
    await scene.pulumi.start(path, **how)
    await scene.card("deploys", path, "failed", *words)
    card = await scene.assert_told_once("deploys", path, outcome="failed")
    assert "BucketAlreadyExists" in str(card["replies"])


async def test_status_of_one_stack_tells_of_that_one_only(scene: Scene) -> None:
    said = await scene.told("ana", "deploys", "status api/prod")
    state = await scene.slack.channel("deploys")
    shown = next(one for one in state["ephemerals"] if one["text"] == said)
    assert "api/prod#3" in str(shown["blocks"])
    assert "web/" not in str(shown["blocks"])


async def test_the_buttons_pause_and_resume_hold_and_release_a_stack(scene: Scene) -> None:
    await scene.pulumi.put_stack("held/stack", "quick-success")
    await scene.ask("ana", "oncall", "deploy held/stack")
    card = await scene.assert_told_once("oncall", "held/stack", outcome="succeeded")
    await scene.slack.press("ben", "oncall", card, "qd:pause")
    await scene.card("oncall", "held/stack", "paused by <@U0BEN>")
    await scene.slack.press("ana", "oncall", card, "qd:deploy")
    queued = await scene.card("oncall", "held/stack#2", "queued", "paused")
    assert "paused" in await scene.told("ana", "oncall", "pause held/stack")
    await scene.slack.press("ana", "oncall", queued, "qd:resume")
    await scene.card("oncall", "held/stack", "resumed by <@U0ANA>")
    await scene.card("oncall", "held/stack#2", "succeeded")
    await scene.assert_told_once("oncall", "held/stack", outcome="succeeded", operations=2)


async def test_what_was_previewed_is_deployed_from_its_card(scene: Scene) -> None:
    await scene.pulumi.put_stack("day/preview", "preview-changes")
    await scene.ask("ana", "prod", "preview day/preview --branch main")
    card = await scene.assert_told_once("prod", "day/preview", outcome="succeeded")
    assert "2 to create" in card["text"]
    assert "1 to replace" in card["text"]
    await scene.slack.press("cleo", "prod", card, "qd:deploy")
    await scene.card("prod", "day/preview#2", "deploy", "succeeded")
    deployed = await scene.assert_told_once("prod", "day/preview", outcome="succeeded", operations=2)
    assert "<@U0CLEO>" in deployed["text"]
    assert "2 created" in deployed["text"]


async def test_a_refresh_reads_and_says_so(scene: Scene) -> None:
    await scene.pulumi.put_stack("day/refresh", "quick-success")
    await scene.ask("ana", "deploys", "refresh day/refresh")
    card = await scene.assert_told_once("deploys", "day/refresh", outcome="succeeded")
    assert has(card["text"], "refresh")


async def test_a_request_that_nobody_decides_expires(new_scene: NewScene, tmp_path: Path) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text(
        '[[rules]]\nname = "soon"\nstacks = ["*/*/prod"]\noperations = ["deploy"]\napprovals = 1\nexpires = "3s"\n'
    )
    scene = await new_scene(policy=policy)
    await scene.ask("ana", "prod", "deploy web/prod")
    card = await scene.card("prod", "web/prod", "approve")
    button = find_button(card, "qd:approve")
    assert button is not None
    expired = await scene.card("prod", "web/prod", "expired")
    assert find_button(expired, "qd:approve") is None
    stale = {**expired, "blocks": card["blocks"]}
    await scene.slack.press("ben", "prod", stale, "qd:approve", value=button["value"], stale=True)
    await scene.whisper("ben", "prod", "expired")
    await scene.quiet()
    assert not [
        one for one in await scene.pulumi.deployments("web/prod") if one["initiator"] == "quarterdeck"
    ]
