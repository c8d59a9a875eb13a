"""Buttons, menus, modals and the Home tab in a real Chromium, against an app that answers over signed HTTP."""

from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser import opened
from tests.sandbox.slack_workspace.page.scene import (
    Scene,
    actions,
    button,
    field_block,
    modal,
    mrkdwn,
    option,
    plain,
    section,
)

DEPLOYS = "/c/deploys?as=ana"
pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
CONFIRM = {
    "title": plain("Cancel?"),
    "text": mrkdwn("It *stops*."),
    "confirm": plain("Cancel it"),
    "deny": plain("Keep"),
    "style": "danger",
}
REASON = field_block("Reason", {"type": "plain_text_input", "action_id": "text"}, "reason")


def control(page: Page, action_id: str) -> Any:
    return page.locator(f"[data-action-id='{action_id}']")


async def test_a_button_tells_the_app_and_shows_that_it_waits(page: Page, scene: Scene) -> None:
    message = scene.post(blocks=[actions(button("Go", "go", value="web/dev"))])
    await opened(page, DEPLOYS)
    with scene.app.held():
        await control(page, "go").click()
        await expect(control(page, "go")).to_have_attribute("aria-busy", "true")
        await expect(control(page, "go")).to_be_disabled()
        scene.edit(message, text="changed meanwhile", blocks=[actions(button("Go!", "go", value="web/dev"))])
        await expect(control(page, "go")).to_have_text("Go!")
    await expect(control(page, "go")).to_be_enabled()
    (action,) = scene.app.last("block_actions")["actions"]
    assert (action["action_id"], action["value"]) == ("go", "web/dev")


async def test_a_button_without_a_value_can_be_pressed(page: Page, scene: Scene) -> None:
    scene.post(blocks=[actions(button("Go", "go"))])
    await (await opened(page, DEPLOYS)).get_by_role("button", name="Go").click()
    await expect(control(page, "go")).to_have_attribute("aria-busy", "false")
    assert scene.app.last("block_actions")["actions"][0]["action_id"] == "go"


async def test_a_confirm_dialog_asks_first(page: Page, scene: Scene) -> None:
    scene.post(blocks=[actions(button("Cancel", "cancel", confirm=CONFIRM))])
    await opened(page, DEPLOYS)
    dialog = page.get_by_test_id("confirm")
    await control(page, "cancel").click()
    await expect(dialog).to_contain_text("It stops.")
    await dialog.get_by_role("button", name="Keep").click()
    await control(page, "cancel").click()
    await page.keyboard.press("Escape")
    await expect(dialog).to_be_hidden()
    assert scene.app.heard == []
    await control(page, "cancel").click()
    await expect(dialog.get_by_role("button", name="Cancel it")).to_contain_class("button--danger")
    await dialog.get_by_role("button", name="Cancel it").click()
    await expect(control(page, "cancel")).to_have_attribute("aria-busy", "false")
    assert scene.app.last("block_actions")["actions"][0]["action_id"] == "cancel"


async def test_a_message_that_changes_while_the_person_is_asked_still_hears_the_answer(
    page: Page, scene: Scene
) -> None:
    def blocks(label: str) -> list[dict[str, Any]]:
        return [actions(button(label, "cancel", value="web/dev", confirm=CONFIRM))]

    message = scene.post(blocks=blocks("Cancel"))
    await opened(page, DEPLOYS)
    await control(page, "cancel").click()
    scene.edit(message, text="changed meanwhile", blocks=blocks("Cancel!"))
    await expect(control(page, "cancel")).to_have_text("Cancel!")
    await page.get_by_test_id("confirm").get_by_role("button", name="Cancel it").click()
    await expect(control(page, "cancel")).to_have_attribute("aria-busy", "false")
    (action,) = scene.app.last("block_actions")["actions"]
    assert (action["action_id"], action["value"]) == ("cancel", "web/dev")


async def test_an_app_that_fails_is_told_by_slackbot(page: Page, scene: Scene) -> None:
    scene.post(blocks=[actions(button("Go", "go"))])
    await opened(page, DEPLOYS)
    scene.app.status = 500
    await control(page, "go").click()
    await expect(page.get_by_test_id("messages")).to_contain_text(
        'The app failed with the error "dispatch_failed"'
    )
    await expect(control(page, "go")).to_be_enabled()


async def test_a_link_button_opens_another_tab_and_tells_the_app(page: Page, scene: Scene) -> None:
    url = f"{(await opened(page, DEPLOYS)).url.split('/c/')[0]}/home?as=ben"
    scene.post(blocks=[actions(button("Open", "open", url=url))])
    async with page.expect_popup() as popup:
        await control(page, "open").click()
    assert (await popup.value).url == url
    await expect(control(page, "open")).to_have_attribute("aria-busy", "false")
    assert scene.app.last("block_actions")["actions"][0]["action_id"] == "open"


async def test_an_overflow_menu_works_by_keyboard_and_survives_an_update(page: Page, scene: Scene) -> None:
    menu = {
        "type": "overflow",
        "action_id": "more",
        "options": [option("Logs", "logs"), option("Pause", "pause")],
    }
    message = scene.post(blocks=[section("one", accessory=menu)])
    await opened(page, DEPLOYS)
    await control(page, "more").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("menuitem", name="Logs")).to_be_focused()
    scene.edit(
        message,
        text="t",
        blocks=[{**section("two", accessory=menu), "block_id": message.blocks[0]["block_id"]}],
    )
    await expect(page.get_by_test_id("messages")).to_contain_text("two")
    await page.get_by_role("menuitem", name="Pause").click()
    await expect(control(page, "more")).to_have_attribute("aria-busy", "false")
    assert scene.app.last("block_actions")["actions"][0]["selected_option"]["value"] == "pause"


async def test_a_select_in_a_message_tells_what_was_chosen(page: Page, scene: Scene) -> None:
    select = {
        "type": "static_select",
        "action_id": "env",
        "options": [option("Dev", "dev"), option("Prod", "prod")],
    }
    scene.post(blocks=[actions(select)])
    await opened(page, DEPLOYS)
    await control(page, "env").fill("pr")
    await expect(page.get_by_role("option")).to_have_count(1)
    await page.keyboard.press("Enter")
    await expect(control(page, "env")).to_have_value("Prod")
    await expect(control(page, "env")).to_have_attribute("aria-busy", "false")
    assert scene.app.last("block_actions")["actions"][0]["selected_option"]["value"] == "prod"


async def test_a_modal_sends_every_kind_of_input(page: Page, scene: Scene) -> None:
    fields = modal(
        "All",
        REASON,
        field_block("Lines", {"type": "plain_text_input", "action_id": "a", "multiline": True}, "lines"),
        field_block("Count", {"type": "number_input", "action_id": "a", "is_decimal_allowed": False}, "count"),
        field_block("Stack", {"type": "external_select", "action_id": "stack", "min_query_length": 1}, "stack"),
        field_block("People", {"type": "multi_users_select", "action_id": "a"}, "people"),
        field_block("Way", {"type": "radio_buttons", "action_id": "a", "options": [option("Up", "up"), option("Down", "down")]}, "way"),
        field_block("Also", {"type": "checkboxes", "action_id": "a", "options": [option("X", "x"), option("Y", "y")]}, "also"),
        field_block("Day", {"type": "datepicker", "action_id": "a"}, "day"),
        field_block("Time", {"type": "timepicker", "action_id": "a"}, "time"),
    )  # fmt: skip
    await opened(page, DEPLOYS)
    scene.app.answers["block_suggestion"] = {"options": [option("acme/web/dev", "web/dev")]}
    scene.open_modal("U0ANA", fields)
    await expect(page.get_by_label("Reason")).to_be_focused()
    await page.get_by_label("Reason").fill("because")
    await page.get_by_label("Lines").fill("one\ntwo")
    await page.get_by_label("Count").fill("3")
    await page.get_by_label("Stack").press_sequentially("web")
    await page.get_by_role("option", name="acme/web/dev").click()
    await page.get_by_label("People").click()
    await page.get_by_role("option", name="@Ben Okafor").click()
    await page.get_by_role("option", name="@Dev Raman").click()
    await page.keyboard.press("Escape")
    await page.get_by_label("Down").check()
    await page.get_by_label("Y", exact=True).check()
    await page.get_by_label("Day").fill("2026-12-24")
    await page.get_by_label("Time").fill("18:30")
    await page.get_by_test_id("modal-submit").click()
    await expect(page.get_by_test_id("modal")).to_have_count(0)
    values = scene.app.last("view_submission")["view"]["state"]["values"]
    assert values["reason"]["text"]["value"] == "because"
    assert values["lines"]["a"]["value"] == "one\ntwo"
    assert values["count"]["a"]["value"] == "3"
    assert values["stack"]["stack"]["selected_option"]["value"] == "web/dev"
    assert values["people"]["a"]["selected_users"] == ["U0BEN", "U0DEV"]
    assert values["way"]["a"]["selected_option"]["value"] == "down"
    assert [each["value"] for each in values["also"]["a"]["selected_options"]] == ["y"]
    assert values["day"]["a"]["selected_date"] == "2026-12-24"
    assert values["time"]["a"]["selected_time"] == "18:30"


async def test_a_refused_submission_shows_its_errors_under_the_inputs_and_keeps_what_was_typed(
    page: Page, scene: Scene
) -> None:
    await opened(page, DEPLOYS)
    scene.open_modal("U0ANA", modal("Reject", REASON))
    await page.get_by_test_id("modal-submit").click()
    await expect(page.get_by_test_id("input-error")).to_have_text("Please complete this required field.")
    scene.app.answers["view_submission"] = {"response_action": "errors", "errors": {"reason": "Say more"}}
    await page.get_by_label("Reason").fill("no")
    await page.get_by_test_id("modal-submit").click()
    await expect(page.get_by_test_id("input-error")).to_have_text("Say more")
    await expect(page.get_by_label("Reason")).to_have_value("no")
    await expect(page.get_by_label("Reason")).to_be_focused()


async def test_a_modal_shows_that_it_waits_and_that_the_app_failed(page: Page, scene: Scene) -> None:
    await opened(page, DEPLOYS)
    scene.open_modal("U0ANA", modal("Reject", REASON))
    await page.get_by_label("Reason").fill("no")
    scene.app.status = 500
    with scene.app.held():
        await page.get_by_test_id("modal-submit").click()
        await expect(page.get_by_test_id("modal-submit")).to_have_attribute("aria-busy", "true")
    await expect(page.get_by_test_id("modal-trouble")).to_have_text(
        "We had some trouble connecting. Try again?"
    )
    await expect(page.get_by_test_id("modal-submit")).to_be_enabled()
    await expect(page.get_by_label("Reason")).to_have_value("no")


async def test_an_update_of_a_modal_keeps_what_is_being_typed(page: Page, scene: Scene) -> None:
    await opened(page, DEPLOYS)
    view = scene.open_modal("U0ANA", modal("Reject", REASON))
    await page.get_by_label("Reason").fill("half a th")
    scene.update_modal(view, modal("Reject", section("Loaded"), REASON))
    await expect(page.get_by_test_id("modal")).to_contain_text("Loaded")
    await expect(page.get_by_label("Reason")).to_have_value("half a th")
    await page.keyboard.type("ought")
    await expect(page.get_by_label("Reason")).to_have_value("half a thought")


async def test_modals_stack_and_escape_goes_back_one_and_the_cross_closes_all(
    page: Page, scene: Scene
) -> None:
    await opened(page, DEPLOYS)
    scene.open_modal("U0ANA", modal("First", REASON))
    await expect(page.get_by_test_id("modal-title")).to_have_text("First")
    scene.push_modal("U0ANA", modal("Second", REASON))
    await expect(page.get_by_test_id("modal-title")).to_have_text("Second")
    await page.keyboard.press("Escape")
    await expect(page.get_by_test_id("modal-title")).to_have_text("First")
    scene.push_modal("U0ANA", modal("Third", REASON))
    await expect(page.get_by_test_id("modal-title")).to_have_text("Third")
    await page.get_by_role("button", name="Close").click()
    await expect(page.get_by_test_id("modal")).to_have_count(0)


async def test_a_modal_is_its_persons_alone(page: Page, scene: Scene) -> None:
    await opened(page, "/c/deploys?as=ben")
    scene.open_modal("U0ANA", modal("Hers", REASON))
    scene.open_modal("U0BEN", modal("His", REASON))
    await expect(page.get_by_test_id("modal-title")).to_have_text("His")


async def test_the_home_tab_tells_the_app_that_it_is_open_and_changes_live(page: Page, scene: Scene) -> None:
    await opened(page, "/home?as=ana")
    await expect(page.get_by_test_id("home")).to_contain_text("has not published")
    scene.publish_home("U0ANA", [section("Hello *Ana*"), actions(button("Deploy", "deploy"))])
    await expect(page.get_by_test_id("home-view")).to_contain_text("Hello Ana")
    assert scene.app.last("app_home_opened")["user"] == "U0ANA"
    await control(page, "deploy").click()
    await expect(control(page, "deploy")).to_have_attribute("aria-busy", "false")
    assert scene.app.last("block_actions")["view"]["type"] == "home"


async def test_a_choice_is_taken_back_by_deleting_its_text(page: Page, scene: Scene) -> None:
    select = {
        "type": "static_select",
        "action_id": "env",
        "options": [option("Dev", "dev")],
        "initial_option": option("Dev", "dev"),
    }
    await opened(page, DEPLOYS)
    scene.open_modal("U0ANA", modal("T", field_block("Env", select, "env", optional=True)))
    await page.get_by_label("Env").fill("")
    await page.keyboard.press("Escape")
    await page.get_by_test_id("modal-submit").click()
    await expect(page.get_by_test_id("modal")).to_have_count(0)
    values = scene.app.last("view_submission")["view"]["state"]["values"]
    assert values["env"]["env"]["selected_option"] is None


async def test_an_input_in_a_message_keeps_its_choice_through_updates(page: Page, scene: Scene) -> None:
    boxes = {"type": "checkboxes", "action_id": "also", "options": [option("A", "a"), option("B", "b")]}
    blocks = [{**actions(boxes), "block_id": "b"}, section("one")]
    message = scene.post(blocks=blocks)
    await opened(page, DEPLOYS)
    await page.get_by_label("B").check()
    await expect(control(page, "also")).to_have_attribute("aria-busy", "false")
    assert (
        scene.app.last("block_actions")["state"]["values"]["b"]["also"]["selected_options"][0]["value"] == "b"
    )
    scene.edit(message, text="t", blocks=[blocks[0], section("two")])
    await expect(page.get_by_test_id("messages")).to_contain_text("two")
    await expect(page.get_by_label("B")).to_be_checked()
    await page.reload()
    await expect(page.get_by_label("B")).to_be_checked()
