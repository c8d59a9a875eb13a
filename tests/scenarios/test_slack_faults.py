"""Slack on a bad day: what was to be said is said once, later, or to the person alone; and nothing is deployed twice."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import httpx
import pytest

from tests.scenarios.scene import LATER, Scene

pytestmark = [pytest.mark.scenario, pytest.mark.asyncio(loop_scope="module")]

NewScene = Callable[..., Awaitable[Scene]]
POST = "chat.postMessage"


@pytest.mark.parametrize("fault", ["drop", "reset", "status:503", "html", "ratelimited:2"])
async def test_a_card_whose_post_met_with_an_accident_stands_once(scene: Scene, fault: str) -> None:
    path = f"card/{fault.replace(':', '-')}"
    channel = "deploys" if "5" in fault or fault == "drop" else "prod"
    await scene.pulumi.put_stack(path, "quick-success")
    await scene.slack.faults({"match": POST, "fault": fault, "count": 1})
    await scene.ask("ana", channel, f"deploy {path}")
    await scene.assert_told_once(channel, path, outcome="succeeded")


@pytest.mark.parametrize("fault", ["drop", "reset", "status:500"])
async def test_a_thread_whose_posts_meet_with_accidents_is_told_once_and_in_order(
    scene: Scene, fault: str
) -> None:
    path = f"thread/{fault.replace(':', '-')}"
    channel = "oncall" if fault == "drop" else "prod"
    await scene.pulumi.put_stack(path, "failing-update")
    await scene.ask("ana", channel, f"deploy {path}")
    await scene.card(channel, path)
    await scene.slack.faults({"match": POST, "fault": fault, "count": 2})
    await scene.assert_told_once(channel, path, outcome="failed")


async def test_a_lost_answer_while_slack_cannot_be_searched_either_is_not_posted_twice(scene: Scene) -> None:
    await scene.pulumi.put_stack("card/unsearchable", "quick-success")
    await scene.slack.faults(
        {"match": POST, "fault": "drop", "count": 1},
        {"match": "conversations.(history|replies)", "fault": "status:503", "count": 2},
    )
    await scene.ask("ana", "deploys", "deploy card/unsearchable")
    await scene.assert_told_once("deploys", "card/unsearchable", outcome="succeeded")


@pytest.mark.parametrize("fault", ["drop", "reset", "status:500", "ratelimited:2"])
async def test_a_card_whose_updates_fail_ends_right(scene: Scene, fault: str) -> None:
    path = f"update/{fault.replace(':', '-')}"
    await scene.pulumi.put_stack(path, "quick-success")
    await scene.slack.faults({"match": "chat.update", "fault": fault, "count": 2})
    await scene.ask("ana", "oncall", f"deploy {path}")
    await scene.assert_told_once("oncall", path, outcome="succeeded")


async def test_a_private_answer_whose_receipt_is_lost_is_said_once(scene: Scene) -> None:
    await scene.slack.faults({"match": "POST /actions/", "fault": "drop", "count": 1})
    await scene.ask("cleo", "deploys", "deploy no/such-stack-dropped")
    await scene.whisper("cleo", "deploys", "such-stack-dropped")
    await scene.quiet()
    said = (await scene.slack.channel("deploys"))["ephemerals"]
    assert len([one for one in said if "such-stack-dropped" in one["text"]]) == 1


async def test_a_private_answer_that_slack_puts_off_is_said_later_and_once(scene: Scene) -> None:
    await scene.slack.faults({"match": "POST /actions/", "fault": "ratelimited:2", "count": 2})
    await scene.ask("cleo", "deploys", "deploy no/such-stack-later")
    await scene.whisper("cleo", "deploys", "such-stack-later")
    await scene.quiet()
    said = (await scene.slack.channel("deploys"))["ephemerals"]
    assert len([one for one in said if "such-stack-later" in one["text"]]) == 1


@pytest.mark.parametrize("fault", ["status:500", "reset", "html", "ratelimited"])
async def test_a_log_whose_modal_does_not_open_comes_by_reply(scene: Scene, fault: str) -> None:
    await scene.slack.faults({"match": "views.open", "fault": fault, "count": 1})
    before = await scene.no_whisper_yet("prod")
    await scene.ask("ana", "prod", "logs api/dev")
    answer = await scene.whisper("ana", "prod", "Log of api/dev", ignoring=before)
    assert "BucketAlreadyExists" in str(answer["blocks"])


async def test_a_bot_taken_out_of_the_channel_half_way_says_so_to_the_requester_and_goes_on_when_it_is_back(
    new_scene: NewScene,
) -> None:
    scene = await new_scene(speed=4)
    await scene.pulumi.put_stack("kicked/out", "quick-success")
    await scene.ask("ben", "deploys", "deploy kicked/out")
    await scene.card("deploys", "kicked/out")
    await scene.slack.members("deploys", "quarterdeck", "kick")

    def word(at: dict[str, object]) -> dict[str, object] | None:
        messages = at["messages"]
        assert isinstance(messages, list)
        return next((one for one in messages if "not a member" in one["text"]), None)

    await scene.slack.seen(word, "D0BEN", LATER, "a direct word to ben")
    assert (await scene.deployed("kicked/out"))["status"] == "succeeded"

    await scene.slack.members("deploys", "quarterdeck", "invite")
    await scene.assert_told_once("deploys", "kicked/out", outcome="succeeded")
    dm = await scene.slack.channel("D0BEN")
    assert len([one for one in dm["messages"] if "not a member" in one["text"]]) == 1
    await scene.pulumi.put_stack("kicked/back", "quick-success")
    await scene.ask("ben", "deploys", "deploy kicked/back")
    await scene.assert_told_once("deploys", "kicked/back", outcome="succeeded")


async def test_a_card_that_somebody_deleted_stays_deleted_and_the_deployment_goes_on(scene: Scene) -> None:
    await scene.pulumi.put_stack("card/deleted", "slow-success")
    await scene.ask("ana", "oncall", "deploy card/deleted")
    card = await scene.card("oncall", "card/deleted", "running")
    async with httpx.AsyncClient(
        base_url=scene.world.slack, headers={"Authorization": "Bearer xoxb-sandbox"}
    ) as http:
        deleted = await http.post("/api/chat.delete", json={"channel": "C0ONCALL", "ts": card["ts"]})
    assert deleted.json()["ok"], deleted.text
    assert (await scene.deployed("card/deleted"))["status"] == "succeeded"
    await scene.quiet()
    standing = (await scene.slack.channel("oncall"))["messages"]
    assert not [one for one in standing if "card/deleted" in one["text"]]
