"""Pulumi Cloud on a bad day: a clear answer to the person, nothing twice, nothing half done."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import httpx
import pytest

from sandbox.slack_driver import find_button
from tests.scenarios.scene import CREATE, LATER, Scene

pytestmark = [pytest.mark.scenario, pytest.mark.asyncio(loop_scope="module")]

NewScene = Callable[..., Awaitable[Scene]]
TO_CREATE = "^POST .*/deployments$"


@pytest.mark.parametrize("fault", ["drop", "reset", "ratelimited"])
async def test_a_create_that_met_with_an_accident_happens_once(scene: Scene, fault: str) -> None:
    path = f"once/{fault}"
    await scene.pulumi.put_stack(path, "quick-success")
    await scene.pulumi.faults({"match": TO_CREATE, "fault": fault, "count": 1})
    await scene.ask("ana", "deploys", f"deploy {path}")
    await scene.assert_told_once("deploys", path, outcome="succeeded")


async def test_a_create_answered_by_silence_happens_once_however_late(scene: Scene) -> None:
    await scene.pulumi.put_stack("once/silent", "quick-success")
    await scene.pulumi.faults({"match": TO_CREATE, "fault": "delay:31", "count": 1})
    await scene.ask("ana", "oncall", "deploy once/silent")
    await scene.card("oncall", "once/silent", "starting")
    await scene.assert_told_once("oncall", "once/silent", outcome="succeeded")


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("status:500", ("could not be started", "does not answer properly")),
        ("status:503", ("could not be started", "does not answer properly")),
        ("html", ("may have started", "can't say whether")),
        ("status:403", ("could not be started", "token")),
        ("status:404", ("could not be started", "Pulumi Cloud said")),
        ("status:409", ("could not be started", "Pulumi Cloud said")),
        ("ratelimited:120", ("could not be started", "Try again in 120 s")),
    ],
)
async def test_a_create_that_is_refused_says_so_on_its_card_and_can_be_asked_for_again(
    scene: Scene, fault: str, words: tuple[str, str]
) -> None:
    path = f"refused/{fault.replace(':', '-')}"
    await scene.pulumi.put_stack(path, "quick-success")
    await scene.pulumi.faults({"match": TO_CREATE, "fault": fault})
    channel = "deploys" if "5" in fault else "prod"
    await scene.ask("ana", channel, f"deploy {path}")
    card = await scene.card(channel, path, *words)
    await scene.quiet()
    assert await scene.pulumi.deployments(path) == []
    await scene.pulumi.faults()
    await scene.slack.press("ben", channel, card, "qd:deploy")
    await scene.assert_told_once(channel, path, outcome="succeeded")


@pytest.mark.parametrize("status", ["failed", "skipped", "canceled"])
async def test_whatever_a_canceled_deployment_says_of_itself_its_card_comes_to_an_end(
    scene: Scene, status: str
) -> None:
    path = f"canceled/{status}"
    await scene.pulumi.put_stack(path, "slow-success")
    await scene.pulumi.tune(options={"canceled_running": status})
    await scene.ask("ana", "oncall", f"deploy {path}")
    running = await scene.card("oncall", path, "running")
    await scene.slack.press("ana", "oncall", running, "qd:cancel")
    await scene.assert_told_once("oncall", path, outcome="canceled")
    await scene.pulumi.tune(options={"canceled_running": "failed"})


async def test_a_list_that_fails_for_a_while_costs_no_transition(scene: Scene) -> None:
    await scene.pulumi.put_stack("list/fails", "slow-success")
    await scene.ask("ana", "oncall", "deploy list/fails")
    await scene.card("oncall", "list/fails", "running")
    await scene.pulumi.faults(
        {"match": "GET /api/orgs/acme/deployments", "fault": "status:500", "count": 3},
        {"match": "GET /api/orgs/acme/deployments", "fault": "reset", "count": 2},
        {"match": "GET /api/orgs/acme/deployments", "fault": "ratelimited", "count": 1},
        {"match": "GET /api/orgs/acme/deployments", "fault": "html", "count": 1},
        {"match": "GET /api/orgs/acme/deployments", "fault": "html:200", "count": 1},
    )
    await scene.assert_told_once("oncall", "list/fails", outcome="succeeded")


async def test_a_log_that_can_be_read_later_still_says_why(scene: Scene) -> None:
    await scene.pulumi.put_stack("log/later", "failing-update")
    await scene.pulumi.faults({"match": "/logs", "fault": "status:503", "count": 2})
    await scene.ask("ana", "prod", "deploy log/later")
    card = await scene.assert_told_once("prod", "log/later", outcome="failed")
    assert "BucketAlreadyExists" in str(card["replies"])


async def test_a_log_that_may_not_be_read_does_not_hold_the_outcome_back(scene: Scene) -> None:
    await scene.pulumi.put_stack("log/never", "failing-update")
    await scene.pulumi.faults({"match": "/logs", "fault": "status:403"})
    await scene.ask("ana", "oncall", "deploy log/never")
    card = await scene.assert_told_once("oncall", "log/never", outcome="failed")
    assert "No log line says why" in str(card["replies"])
    assert "pulumi update" in card["text"]


@pytest.mark.parametrize("fault", ["drop", "reset", "status:503", "html"])
async def test_a_pause_that_met_with_an_accident_is_told_once(scene: Scene, fault: str) -> None:
    path = f"pause/{fault.replace(':', '-')}"
    await scene.pulumi.put_stack(path, "quick-success")
    await scene.pulumi.faults({"match": "/pause$", "fault": fault, "count": 1})
    await scene.ask("ana", "prod", f"pause {path}")
    await scene.card("prod", path, "paused by")
    await scene.quiet()
    told = [one for one in (await scene.slack.channel("prod"))["messages"] if path in one["text"]]
    assert len(told) == 1


async def test_a_cancel_that_met_with_an_accident_cancels_once(scene: Scene) -> None:
    await scene.pulumi.put_stack("cancel/dropped", "slow-success")
    await scene.ask("ana", "deploys", "deploy cancel/dropped")
    card = await scene.card("deploys", "cancel/dropped", "running")
    await scene.pulumi.faults({"match": "/cancel$", "fault": "drop", "count": 1})
    await scene.slack.press("ana", "deploys", card, "qd:cancel")
    await scene.assert_told_once("deploys", "cancel/dropped", outcome="canceled")


async def test_a_stack_without_settings_cannot_be_paused_and_the_person_learns_why(scene: Scene) -> None:
    assert "settings" in await scene.told("ana", "deploys", "pause legacy/main")


async def test_a_wrong_token_is_told_to_the_person_without_the_token(new_scene: NewScene) -> None:
    scene = await new_scene(overrides={"PULUMI_ACCESS_TOKEN": "pul-revoked-long-ago"})
    said = await scene.told("ana", "deploys", "deploy web/dev", within=LATER)
    assert "PULUMI_ACCESS_TOKEN" in said
    assert "401" in said
    assert await scene.pulumi.requests(CREATE) == 0
    everything = str(await scene.slack.state()) + await scene.story()
    assert "revoked-long-ago" not in everything


async def test_pulumis_webhooks_make_the_bot_look(scene: Scene) -> None:
    await scene.pulumi.start("web/dev", initiator="console", login="grace")
    await scene.card("deploys", "web/dev#4", "succeeded")
    await scene.assert_told_once("deploys", "web/dev", outcome="succeeded", operations=4)
    async with httpx.AsyncClient() as http:
        metrics = (await http.get(f"{scene.world.web}/metrics")).text
        unsigned = await http.post(f"{scene.world.web}/pulumi/webhook", json={"organization": "acme"})
    assert 'route="/pulumi/webhook",status="204"' in metrics
    assert unsigned.status_code == 401


async def test_a_deployment_deleted_underneath_is_no_longer_followed(scene: Scene) -> None:
    await scene.pulumi.put_stack("gone/soon", "slow-success")
    await scene.ask("ana", "oncall", "deploy gone/soon")
    card = await scene.card("oncall", "gone/soon", "running")
    (deployment,) = await scene.pulumi.deployments("gone/soon")
    await scene.pulumi.remove(deployment)
    gone = await scene.card("oncall", "gone/soon", "no longer known to Pulumi")
    assert find_button(gone, "qd:cancel") is None
    old = find_button(card, "qd:cancel")
    assert old is not None
    before = await scene.no_whisper_yet("oncall")
    await scene.slack.press(
        "ana", "oncall", {**gone, "blocks": card["blocks"]}, "qd:cancel", value=old["value"], stale=True
    )
    await scene.whisper("ana", "oncall", "no longer exists", ignoring=before)
