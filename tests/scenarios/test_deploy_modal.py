"""A deployment put together in the form: from the command, the shortcut and Home, by script and in a real Chromium."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import expect

from tests.browser import chromium, opened
from tests.scenarios.scene import SOON, Json, Scene, until

pytestmark = [pytest.mark.scenario, pytest.mark.asyncio(loop_scope="module")]

PATIENCE = 30_000  # milliseconds


def is_form(view: Json) -> bool:
    return bool(view["callback_id"] == "qd:form")


def filled(stack: str, **more: Any) -> Json:
    """The form's values in the sandbox's short form."""
    return {name: {_action(name): value} for name, value in {"stack": stack, **more}.items()}


def _action(name: str) -> str:
    return "qd:stack" if name == "stack" else name


async def variables_of(scene: Scene, path: str) -> Json:
    """What Pulumi holds of the newest deployment's own variables."""
    newest = await scene.pulumi.newest(path)
    return {each["name"]: each for each in newest["configuration"]["environmentVariables"]}


async def test_what_is_put_together_reaches_pulumi_and_secrets_stay_sealed(scene: Scene) -> None:
    await scene.pulumi.put_stack("form/dev", "quick-success")
    await scene.ask("ana", "deploys", "deploy")
    view = await scene.view("ana", is_form)
    offered = await scene.slack.options("ana", view, "qd:stack", "acme/form/dev")
    assert [each["value"] for each in offered] == ["acme/form/dev"]
    answer = await scene.slack.submit(
        "ana",
        view["id"],
        filled(
            "acme/form/dev",
            operation="preview",
            source="branch",
            ref="feature/search",
            environment="REGION=eu-west-1\nAPI_KEY=secret:hunter2-hunter2",
            message="see what search costs",
            channel="C0PROD",
        ),
    )
    assert answer["status"] == 200
    assert answer["body"] in ("", None, {})
    card = await scene.assert_told_once("prod", "form/dev", outcome="succeeded")
    shown = str(card)
    for words in ("preview", "see what search costs", "REGION=eu-west-1", "API_KEY", "feature/search"):
        assert words in shown, words
    assert "hunter2" not in str(await scene.slack.state())
    held = await variables_of(scene, "form/dev")
    assert held["REGION"]["value"] == "eu-west-1"
    assert "hunter2" not in str(held["API_KEY"])
    assert held["API_KEY"]["secret"]
    assert held["QUARTERDECK_MESSAGE"]["value"] == "see what search costs"


async def test_again_takes_the_variables_over(scene: Scene) -> None:
    await scene.pulumi.put_stack("form/again", "quick-success")
    await scene.ask("ana", "deploys", "deploy form/again --env REGION=eu-north-1")
    card = await scene.card("deploys", "form/again#1", "succeeded")
    await scene.press_anew("ben", "deploys", card, "qd:deploy")
    await scene.card("deploys", "form/again#2", "succeeded")
    assert (await variables_of(scene, "form/again"))["REGION"]["value"] == "eu-north-1"


async def test_what_is_wrong_is_said_under_each_input_and_nothing_starts(scene: Scene) -> None:
    await scene.slack.members("random", "quarterdeck", "kick")
    await scene.slack.shortcut("ben", "deploy", channel="deploys")
    view = await scene.view("ben", is_form)
    assert view["values"]["channel"]["channel"]["selected_conversation"] == "C0DEPLOYS"
    await scene.slack.submit(
        "ben",
        view["id"],
        filled("acme/web/dev", source="commit", ref="main", environment="PULUMI_ACCESS_TOKEN=x"),
    )
    errors = (await scene.view("ben", is_form))["errors"]
    assert "not a commit" in errors["ref"]
    assert "reserved" in errors["environment"]
    await scene.slack.close("ben", view["id"])


async def test_a_channel_without_the_bot_is_refused_under_its_input(scene: Scene) -> None:
    await scene.slack.members("prod", "quarterdeck", "kick")
    try:
        await scene.ask("cleo", "deploys", "deploy")
        view = await scene.view("cleo", is_form)
        await scene.slack.submit("cleo", view["id"], filled("acme/web/dev", channel="C0PROD"))
        assert "/invite" in (await scene.view("cleo", is_form))["errors"]["channel"]
        await scene.slack.close("cleo", view["id"])
    finally:
        await scene.slack.members("prod", "quarterdeck", "invite")


async def test_destroy_asks_once_more_and_keeps_the_variables(scene: Scene) -> None:
    await scene.pulumi.put_stack("form-gone/dev", "quick-success")
    await scene.ask("ana", "deploys", "destroy")
    view = await scene.view("ana", is_form)
    assert view["values"]["operation"]["operation"]["selected_option"]["value"] == "destroy"
    before = await scene.no_whisper_yet("deploys")
    await scene.slack.submit("ana", view["id"], filled("acme/form-gone/dev", environment="FORCE=1"))
    question = await scene.whisper("ana", "deploys", "Destroy form-gone/dev", ignoring=before)
    await scene.slack.press("ana", "deploys", question, "qd:destroy")
    await scene.card("deploys", "form-gone/dev#1", "destroy", "succeeded")
    assert (await variables_of(scene, "form-gone/dev"))["FORCE"]["value"] == "1"


@pytest.mark.browser
async def test_in_a_browser_a_stack_is_searched_submitted_and_its_card_appears(scene: Scene) -> None:
    await scene.pulumi.put_stack("cart/dev", "quick-success")
    await scene.ask("dev", "deploys", "preview cart/dev")
    await scene.card("deploys", "cart/dev#1", "succeeded")
    async with chromium() as browser:
        page = await opened(
            await browser.new_page(viewport={"width": 1280, "height": 900}),
            f"{scene.world.slack}/c/deploys?as=dev",
        )
        page.set_default_timeout(PATIENCE)
        box = page.get_by_test_id("composer-input")
        await box.fill("/pulumi deploy")
        await box.press("Enter")
        modal = page.get_by_test_id("modal")
        await expect(modal.get_by_test_id("modal-title")).to_have_text("Deploy", timeout=PATIENCE)
        stack = modal.get_by_label("Stack", exact=True)
        await stack.fill("car")
        await modal.get_by_role("option", name="cart/dev").click()
        await modal.get_by_label("The head of a branch").check()
        await modal.get_by_label("Branch or commit").fill("bad..name")
        await modal.get_by_test_id("modal-submit").click()
        await expect(modal.get_by_test_id("input-error")).to_contain_text(
            "can't be the name of a branch", timeout=PATIENCE
        )
        await modal.get_by_label("Branch or commit").fill("feature/cart")
        await modal.get_by_label("Why").fill("the new cart")
        await modal.get_by_test_id("modal-submit").click()
        await expect(modal).to_have_count(0, timeout=PATIENCE)
        await expect(page.get_by_test_id("messages")).to_contain_text("the new cart", timeout=PATIENCE)
        await expect(page.get_by_test_id("messages")).to_contain_text("cart/dev#2", timeout=PATIENCE)
    card = await scene.card("deploys", "cart/dev#2", "succeeded")
    assert "feature/cart" in str(card["blocks"])


async def test_home_has_a_way_to_the_form(scene: Scene) -> None:
    await scene.slack.open_home("cleo")

    async def look() -> Json | None:
        home: Json | None = (await scene.slack.state())["homes"].get("U0CLEO")
        return home

    home = await until(look, within=SOON, what="the Home tab")
    await scene.slack.press_in_view("cleo", home, "qd:deploy")
    view = await scene.view("cleo", is_form)
    await scene.slack.close("cleo", view["id"])
