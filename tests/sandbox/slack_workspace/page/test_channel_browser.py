"""A channel in a real Chromium: reading, writing, threads, and staying where one was."""

import re

import pytest
from playwright.async_api import BrowserContext, Locator, Page, expect

from tests.browser import opened
from tests.sandbox.slack_workspace.page.scene import Scene, actions, button, section

DEPLOYS = "/c/deploys?as=ana"
pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


def messages(page: Page) -> Locator:
    return page.get_by_test_id("messages").get_by_test_id("message")


async def test_a_typed_message_appears_with_its_mentions_and_the_composer_is_empty(page: Page) -> None:
    await opened(page, DEPLOYS)
    composer = page.get_by_test_id("composer-input")
    await expect(composer).to_be_focused()
    await composer.fill("hello @ben, *look* <b>")
    await composer.press("Enter")
    message = messages(page).last
    await expect(message.get_by_test_id("content")).to_have_text("hello @Ben Okafor, look <b>")
    await expect(message.get_by_test_id("author")).to_have_text("Ana Duarte")
    await expect(composer).to_have_value("")


async def test_shift_enter_makes_a_new_line(page: Page, scene: Scene) -> None:
    composer = (await opened(page, DEPLOYS)).get_by_test_id("composer-input")
    await composer.press_sequentially("one")
    await composer.press("Shift+Enter")
    await composer.press_sequentially("two")
    await composer.press("Enter")
    await expect(messages(page).last.get_by_test_id("content")).to_have_text("onetwo")
    assert scene.workspace.state.channels["C0DEPLOYS"].messages[-1].text == "one\ntwo"


async def test_a_slash_hints_at_the_command_and_enter_completes_then_sends_it(
    page: Page, scene: Scene
) -> None:
    composer = (await opened(page, DEPLOYS)).get_by_test_id("composer-input")
    await composer.press_sequentially("/pu")
    hints = page.get_by_test_id("composer").get_by_test_id("command-hints")
    await expect(hints).to_contain_text("deploy web/dev | status | help")
    active = await composer.get_attribute("aria-activedescendant")
    await expect(hints.locator(f"#{active}")).to_have_attribute("aria-selected", "true")
    await composer.press("Enter")
    await expect(composer).to_have_value("/pulumi ")
    await composer.press_sequentially("status")
    await expect(hints).to_be_visible()
    scene.app.answers["command"] = {"response_type": "ephemeral", "text": "Nothing runs"}
    await composer.press("Enter")
    await expect(messages(page).last).to_contain_text("Only visible to you")
    await expect(messages(page).last).to_contain_text("Nothing runs")
    assert scene.app.last("command")["text"] == "status"


async def test_a_command_that_fails_is_told_by_slackbot(page: Page, scene: Scene) -> None:
    composer = (await opened(page, DEPLOYS)).get_by_test_id("composer-input")
    scene.app.status = 500
    await composer.fill("/pulumi status")
    await composer.press("Enter")
    await expect(messages(page).last.get_by_test_id("author")).to_have_text("Slackbot")
    await expect(messages(page).last).to_contain_text('/pulumi failed with the error "dispatch_failed"')


async def test_an_update_keeps_the_scroll_position_and_what_is_being_typed(page: Page, scene: Scene) -> None:
    posts = [scene.post(f"message {n}", user="U0BEN") for n in range(60)]
    await opened(page, DEPLOYS)
    scroller = page.locator(".pane .scroll")
    await scroller.evaluate("each => { each.scrollTop = 400 }")
    seen = messages(page).nth(25)
    before = await seen.bounding_box()
    composer = page.get_by_test_id("composer-input")
    await composer.fill("half a thought")
    scene.edit(posts[0], text="a much longer first message\n" * 5)
    await expect(messages(page).first).to_contain_text("much longer")
    scene.post("and a new one", user="U0BEN")
    await expect(page.get_by_test_id("jump-to-latest")).to_be_visible()
    after = await seen.bounding_box()
    assert before is not None
    assert after is not None
    assert abs(before["y"] - after["y"]) <= 1
    await expect(composer).to_have_value("half a thought")
    await page.get_by_test_id("jump-to-latest").click()
    await expect(messages(page).last).to_be_in_viewport()


async def test_a_reader_at_the_end_follows_new_messages(page: Page, scene: Scene) -> None:
    for n in range(40):
        scene.post(f"message {n}")
    await opened(page, DEPLOYS)
    await expect(messages(page).last).to_be_in_viewport()
    scene.post("newest", user="U0BEN")
    await expect(messages(page).last).to_contain_text("newest")
    await expect(messages(page).last).to_be_in_viewport()
    await expect(page.get_by_test_id("jump-to-latest")).to_be_hidden()
    await expect(page.get_by_test_id("announcer")).to_have_text("Ben Okafor: newest")


async def test_only_the_message_that_changed_is_swapped(page: Page, scene: Scene) -> None:
    first = scene.post("first")
    second = scene.post("second", user="U0BEN")
    await opened(page, DEPLOYS)
    await page.evaluate("document.querySelectorAll('.message').forEach(each => { each.mark = true })")
    scene.edit(second, text="second, edited")
    await expect(page.locator(f"[data-ts='{second.ts}']")).to_contain_text("(edited)")
    kept = "ts => document.querySelector(`[data-ts='${ts}'] .message`).mark === true"
    assert await page.evaluate(kept, first.ts)
    assert not await page.evaluate(kept, second.ts)


async def test_a_deleted_message_goes_away(page: Page, scene: Scene) -> None:
    message = scene.post("oops")
    await opened(page, DEPLOYS)
    scene.workspace.ledger.delete(message)
    await expect(page.locator(f"[data-ts='{message.ts}']")).to_have_count(0)


async def test_a_thread_opens_beside_takes_replies_and_closes(page: Page, scene: Scene) -> None:
    parent = scene.post("parent")
    scene.post("first reply", thread_ts=parent.ts)
    await opened(page, DEPLOYS)
    await page.get_by_test_id("replies").click()
    thread = page.get_by_test_id("thread-messages")
    await expect(thread.get_by_test_id("message")).to_have_count(2)
    await expect(page).to_have_url(f"/c/deploys/t/{parent.ts}?as=ana")
    await page.get_by_test_id("thread-input").fill("second reply")
    await page.get_by_test_id("thread-input").press("Enter")
    await expect(thread).to_contain_text("second reply")
    await expect(page.get_by_test_id("replies")).to_contain_text("2 replies")
    await expect(messages(page)).to_have_count(1)
    await page.keyboard.press("Escape")
    await expect(page.get_by_test_id("thread")).to_be_hidden()


async def test_a_thread_has_an_address_of_its_own(page: Page, scene: Scene) -> None:
    parent = scene.post("parent")
    scene.post("a reply", thread_ts=parent.ts)
    await opened(page, f"/c/deploys/t/{parent.ts}?as=ben")
    await expect(page.get_by_test_id("thread-messages")).to_contain_text("a reply")


async def test_each_person_sees_their_own_ephemerals_at_the_same_time(
    context: BrowserContext, scene: Scene
) -> None:
    ana = await opened(await context.new_page(), DEPLOYS)
    ben = await opened(await context.new_page(), "/c/deploys?as=ben")
    scene.post("for ana", ephemeral_to="U0ANA")
    scene.post("for all")
    await expect(messages(ana)).to_have_count(2)
    await expect(messages(ben)).to_have_count(1)


async def test_one_acts_as_another_person_from_the_menu(page: Page) -> None:
    await opened(page, DEPLOYS)
    await page.get_by_role("button", name="Acting as Ana Duarte").click()
    await page.get_by_role("menuitem", name="Cleo Marchetti").click()
    await expect(page).to_have_url("/c/deploys?as=cleo")
    await expect(page.get_by_test_id("acting-as")).to_have_text("Cleo Marchetti")


async def test_a_channel_with_something_new_stands_out_until_it_is_opened(page: Page, scene: Scene) -> None:
    await opened(page, DEPLOYS)
    link = page.locator("[data-testid=channel-link][data-channel=C0PROD]")
    scene.post("news", channel="C0PROD")
    await expect(link).to_contain_class("sidebar__link--unread")
    await link.click()
    await expect(page.get_by_test_id("channel-name")).to_contain_text("prod")
    await expect(link).not_to_contain_class("sidebar__link--unread")


async def test_a_date_is_written_in_the_browsers_own_zone(context: BrowserContext, scene: Scene) -> None:
    scene.post("at <!date^1700000000^{date_num} {time}|fallback>")
    browser = context.browser
    assert browser is not None
    base = (await opened(await context.new_page(), DEPLOYS)).url
    far = await browser.new_context(timezone_id="Asia/Tokyo", locale="en-GB")
    page = await far.new_page()
    await page.goto(base)
    await expect(messages(page).last.get_by_test_id("content")).to_have_text(
        re.compile("at 2023-11-15 0?7:13")
    )
    await far.close()


async def test_hostile_text_stays_text(page: Page, scene: Scene) -> None:
    evil = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"
    scene.post(evil, blocks=[section(evil), actions(button("B", 'a"><script>'))])
    scene.post(evil)
    await opened(page, DEPLOYS)
    await expect(messages(page)).to_have_count(2)
    assert await page.locator(".messages img, .messages script").count() == 0
    assert await page.title() == "#deploys · Acme"


async def test_the_page_is_usable_in_a_narrow_window(page: Page) -> None:
    await page.set_viewport_size({"width": 390, "height": 800})
    await opened(page, DEPLOYS)
    await expect(page.get_by_test_id("sidebar")).not_to_be_in_viewport()
    await page.get_by_role("button", name="Show channels").click()
    await page.get_by_role("link", name="prod").click()
    await expect(page.get_by_test_id("channel-name")).to_contain_text("prod")
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390


async def test_a_page_that_lost_the_connection_catches_up(page: Page, scene: Scene) -> None:
    await opened(page, DEPLOYS)
    scene.workspace.ledger.feed.close()
    scene.post("said while nobody listened")
    await expect(messages(page)).to_contain_text(["said while nobody listened"])
