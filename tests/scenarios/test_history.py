"""A stack's history, page by page, and any deployment by its number."""

from __future__ import annotations

import pytest

from sandbox.slack_driver import find_button
from tests.scenarios.scene import SOON, Json, Scene

pytestmark = [pytest.mark.scenario, pytest.mark.asyncio(loop_scope="module")]


async def history(scene: Scene, user: str, text: str) -> Json:
    """The private page that a command brings."""
    before = await scene.no_whisper_yet("deploys")
    await scene.ask(user, "deploys", text)
    return await scene.whisper(user, "deploys", "History of", ignoring=before)


async def turned(scene: Scene, user: str, page: Json, way: str, title: str) -> Json:
    """The same private message, after a button was pressed."""
    await scene.slack.press(user, "deploys", page, f"qd:history:{way}")

    def look(at: Json) -> Json | None:
        shown = (
            one
            for one in at["ephemerals"]
            if title in one["text"] and one["ephemeral_to"] == f"U0{user.upper()}"
        )
        return next(shown, None)

    return await scene.slack.seen(look, "deploys", SOON, title)


async def test_pages_turn_in_place_and_each_row_has_its_log(scene: Scene) -> None:
    await scene.pulumi.put_stack("past/dev", "quick-success")
    for _ in range(12):
        await scene.pulumi.start("past/dev")
    await scene.deployed("past/dev")
    first = await history(scene, "ana", "history past/dev")
    assert "page 1 of 2, 12 deployments" in first["text"]
    assert "past/dev#12" in first["text"]
    assert "past/dev#2>" not in first["text"]
    assert find_button(first, "qd:logs:12") is not None
    count = len((await scene.slack.channel("deploys"))["ephemerals"])
    second = await turned(scene, "ana", first, "older", "page 2 of 2")
    assert "past/dev#1>" in second["text"]
    assert len((await scene.slack.channel("deploys"))["ephemerals"]) == count
    again = await turned(scene, "ana", second, "newer", "page 1 of 2")
    assert find_button(again, "qd:history:newer") is None
    await scene.slack.press("ana", "deploys", again, "qd:logs:11")
    await scene.view("ana", lambda one: "past/dev#11" in str(one["title"]))


async def test_a_status_filters_and_says_who_asked(scene: Scene) -> None:
    await scene.pulumi.put_stack("mixed/dev", "quick-success")
    await scene.ask("ben", "deploys", "deploy mixed/dev")
    await scene.card("deploys", "mixed/dev#1", "succeeded")
    await scene.pulumi.put_stack("mixed/dev", "failing-update")
    await scene.ask("ben", "deploys", "deploy mixed/dev")
    await scene.card("deploys", "mixed/dev#2", "failed")
    page = await history(scene, "cleo", "history mixed/dev failed")
    assert "mixed/dev#2" in page["text"]
    assert "mixed/dev#1" not in page["text"]
    assert "<@U0BEN>" in page["text"]


async def test_any_deployment_can_be_named_by_its_number(scene: Scene) -> None:
    await scene.pulumi.put_stack("old/dev", "quick-success")
    for _ in range(2):
        await scene.pulumi.start("old/dev")
    await scene.deployed("old/dev")
    await scene.quiet()
    said = await scene.told("ana", "deploys", "status old/dev#1")
    assert "old/dev#1" in said
    assert "succeeded" in said
    assert "does not exist" in await scene.told("ana", "deploys", "status old/dev#99")
    assert "that deployment of old/dev" in await scene.told("ana", "deploys", "cancel old/dev#1")
    await scene.ask("ana", "deploys", "logs old/dev#1")
    await scene.view("ana", lambda one: "old/dev#1" in str(one["title"]))
    answer = await scene.ask("ana", "deploys", "deploy old/dev#1")
    assert "one past deployment" in answer["body"]["text"]
