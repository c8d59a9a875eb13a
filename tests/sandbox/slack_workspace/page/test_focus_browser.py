"""Where the keyboard is: nothing that changes by itself takes it away, and what closes gives it back."""

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
    plain,
    section,
)

DEPLOYS = "/c/deploys?as=ana"
pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
REASON = field_block("Reason", {"type": "plain_text_input", "action_id": "text"}, "reason")


async def test_a_button_pressed_by_keyboard_keeps_the_focus(page: Page, scene: Scene) -> None:
    message = scene.post(blocks=[actions(button("Go", "go", value="web/dev"))])
    await opened(page, DEPLOYS)
    go = page.get_by_role("button", name="Go")
    await go.focus()
    with scene.app.held():
        await page.keyboard.press("Enter")
        await expect(go).to_have_attribute("aria-busy", "true")
        await page.keyboard.press("Enter")
        scene.edit(message, blocks=[actions(button("Go!", "go", value="web/dev"))])
        await expect(go).to_have_text("Go!")
    await expect(go).to_have_attribute("aria-busy", "false")
    await expect(go).to_be_focused()
    assert len([said for said in scene.app.heard if said["type"] == "block_actions"]) == 1


async def test_a_modal_gives_the_focus_back_to_the_button_that_opened_it(page: Page, scene: Scene) -> None:
    scene.post(blocks=[actions(button("Reject", "reject"))])
    await opened(page, DEPLOYS)
    await page.get_by_role("button", name="Reject").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="Reject")).to_have_attribute("aria-busy", "false")
    scene.open_modal("U0ANA", modal("Why?", REASON))
    await expect(page.get_by_label("Reason")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.get_by_test_id("modal")).to_have_count(0)
    await expect(page.get_by_role("button", name="Reject")).to_be_focused()


async def test_a_modal_gives_the_focus_back_though_the_message_changed_meanwhile(
    page: Page, scene: Scene
) -> None:
    message = scene.post(blocks=[actions(button("Reject", "reject"))])
    await opened(page, DEPLOYS)
    await page.get_by_role("button", name="Reject").focus()
    scene.open_modal("U0ANA", modal("Why?", REASON))
    await expect(page.get_by_label("Reason")).to_be_focused()
    scene.edit(message, blocks=[actions(button("Reject!", "reject"))])
    await expect(page.locator("[data-action-id=reject]")).to_have_text("Reject!")
    await page.keyboard.press("Escape")
    await expect(page.get_by_test_id("modal")).to_have_count(0)
    await expect(page.locator("[data-action-id=reject]")).to_be_focused()


async def test_the_person_menu_stays_open_while_another_channel_gets_messages(
    page: Page, scene: Scene
) -> None:
    await opened(page, DEPLOYS)
    await page.get_by_role("button", name="Acting as").click()
    await page.keyboard.press("ArrowDown")
    scene.post("elsewhere", channel="C0PROD")
    await expect(page.locator("[data-channel=C0PROD]")).to_have_class("sidebar__link sidebar__link--unread")
    await expect(page.get_by_role("menuitem", name="Ben Okafor")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_test_id("acting-as")).to_have_text("Ben Okafor")


async def test_a_link_of_the_sidebar_keeps_the_focus_while_other_channels_change(
    page: Page, scene: Scene
) -> None:
    await opened(page, DEPLOYS)
    await page.locator("[data-channel=C0RANDOM]").focus()
    scene.post("elsewhere", channel="C0PROD")
    await expect(page.locator("[data-channel=C0PROD]")).to_have_class("sidebar__link sidebar__link--unread")
    await expect(page.locator("[data-channel=C0RANDOM]")).to_be_focused()


async def test_the_way_into_a_thread_keeps_the_focus_and_gets_it_back(page: Page, scene: Scene) -> None:
    parent = scene.post("parent")
    scene.post("first", thread_ts=parent.ts)
    await opened(page, DEPLOYS)
    await page.get_by_test_id("replies").focus()
    scene.post("second", thread_ts=parent.ts)
    await expect(page.get_by_test_id("replies")).to_contain_text("2 replies")
    await expect(page.get_by_test_id("replies")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_test_id("thread-input")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.get_by_test_id("thread")).to_be_hidden()
    await expect(page.get_by_test_id("replies")).to_be_focused()


async def test_a_modal_keeps_the_tab_key_inside(page: Page, scene: Scene) -> None:
    await opened(page, DEPLOYS)
    scene.open_modal("U0ANA", modal("Why?", REASON))
    await expect(page.get_by_label("Reason")).to_be_focused()
    for _ in range(8):
        await page.keyboard.press("Tab")
        outside = "document.activeElement !== document.body && !document.activeElement.closest('dialog')"
        assert not await page.evaluate(outside)


async def test_in_a_narrow_window_escape_closes_the_sidebar(page: Page) -> None:
    await page.set_viewport_size({"width": 390, "height": 844})
    await opened(page, DEPLOYS)
    await page.get_by_role("button", name="Show channels").click()
    await expect(page.get_by_role("link", name="deploys")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.get_by_test_id("sidebar")).to_be_hidden()
    await expect(page.get_by_role("button", name="Show channels")).to_be_focused()


async def test_a_form_that_takes_the_place_of_what_was_pressed_or_awaited_is_ready_to_type(
    page: Page, scene: Scene
) -> None:
    await opened(page, DEPLOYS)
    view = scene.open_modal("U0ANA", modal("Settings", section("Loading…")))
    await expect(page.get_by_test_id("modal")).to_contain_text("Loading")
    scene.update_modal(view, modal("Settings", actions(button("Edit", "edit"))))
    await expect(page.get_by_role("button", name="Edit")).to_be_focused()
    scene.update_modal(view, modal("Settings", REASON))
    await expect(page.get_by_label("Reason")).to_be_focused()


async def test_a_form_that_changes_leaves_the_focus_on_cancel(page: Page, scene: Scene) -> None:
    await opened(page, DEPLOYS)
    view = scene.open_modal("U0ANA", modal("Why?", REASON))
    await expect(page.get_by_label("Reason")).to_be_focused()
    await page.get_by_test_id("modal-close").focus()
    scene.update_modal(view, modal("Why?", REASON, section("More")))
    await expect(page.get_by_test_id("modal")).to_contain_text("More")
    await expect(page.get_by_test_id("modal-close")).to_be_focused()


async def test_a_second_enter_confirms_nothing_dangerous(page: Page, scene: Scene) -> None:
    ask = {
        "title": plain("Cancel?"),
        "text": mrkdwn("It stops."),
        "confirm": plain("Yes"),
        "deny": plain("No"),
    }
    scene.post(blocks=[actions(button("Cancel", "cancel", confirm={**ask, "style": "danger"}))])
    scene.post(blocks=[actions(button("Approve", "approve", confirm=ask))], user="U0BEN")
    await opened(page, DEPLOYS)
    for name, focused in (("Cancel", "confirm-no"), ("Approve", "confirm-yes")):
        await page.get_by_role("button", name=name).focus()
        await page.keyboard.press("Enter")
        await expect(page.get_by_test_id(focused)).to_be_focused()
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("button", name=name)).to_be_focused()
    assert scene.app.heard == []
