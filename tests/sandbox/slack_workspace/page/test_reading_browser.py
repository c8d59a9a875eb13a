"""Reading a channel in a real Chromium: far back, in either direction of writing, and while the connection is lost."""

import pytest
from playwright.async_api import FloatRect, Locator, Page, expect

from tests.browser import opened
from tests.sandbox.slack_workspace.page.scene import Scene, section

DEPLOYS = "/c/deploys?as=ana"
pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


def messages(page: Page) -> Locator:
    return page.get_by_test_id("messages").get_by_test_id("message")


async def box(of: Locator) -> FloatRect:
    """Where it stands in the window."""
    found = await of.bounding_box()
    assert found is not None
    return found


async def scrolled_to_the_top(page: Page) -> None:
    await page.locator(".pane .scroll").evaluate("each => { each.scrollTop = 0 }")


async def test_older_messages_are_a_press_away_and_the_reader_stays_where_they_were(
    page: Page, scene: Scene
) -> None:
    posts = [scene.post(f"message {n}", user="U0BEN") for n in range(250)]
    await opened(page, DEPLOYS)
    await expect(messages(page)).to_have_count(100)
    await scrolled_to_the_top(page)
    first = page.locator(f"[data-ts='{posts[150].ts}']")
    before = await box(first)
    await page.get_by_role("button", name="Show older messages").click()
    await expect(messages(page)).to_have_count(200)
    assert abs((await box(first))["y"] - before["y"]) <= 1
    await expect(page.get_by_test_id("jump-to-latest")).to_be_hidden()
    await scrolled_to_the_top(page)
    await page.get_by_role("button", name="Show older messages").press("Enter")
    await expect(messages(page)).to_have_count(250)
    await expect(page.get_by_test_id("messages")).to_contain_text("very beginning")
    await expect(page.get_by_role("button", name="Show older messages")).to_have_count(0)


async def test_what_is_read_far_back_stays_when_new_messages_come(page: Page, scene: Scene) -> None:
    posts = [scene.post(f"message {n}", user="U0BEN") for n in range(150)]
    await opened(page, DEPLOYS)
    await scrolled_to_the_top(page)
    first = page.locator(f"[data-ts='{posts[50].ts}']")
    before = await box(first)
    for n in range(5):
        scene.post(f"newer {n}", user="U0BEN")
    await expect(messages(page).last).to_contain_text("newer 4")
    assert abs((await box(first))["y"] - before["y"]) <= 1


async def test_a_line_is_read_in_the_direction_of_its_script(page: Page, scene: Scene) -> None:
    scene.post("\u05e9\u05dc\u05d5\u05dd web/dev \u05e2\u05d5\u05dc\u05dd\nleft to right")
    scene.post(blocks=[section("\u0641\u0631\u0639 `main` · deploy")])
    await opened(page, DEPLOYS)
    right = (
        "each => { const line = document.createRange(); line.selectNodeContents(each.firstChild); "
        "return each.getBoundingClientRect().right - line.getBoundingClientRect().right }"
    )
    for n in range(2):
        assert await messages(page).nth(n).locator(".rich").first.evaluate(right) < 2
    ltr = (
        "each => { const line = document.createRange(); line.selectNodeContents(each.lastChild); "
        "return line.getBoundingClientRect().left - each.getBoundingClientRect().left }"
    )
    assert await messages(page).first.locator(".rich").evaluate(ltr) < 2


async def test_long_words_and_names_widen_nothing(page: Page, scene: Scene) -> None:
    scene.workspace.state.users["U0BEN"].real_name = "Benjamin-" * 20
    scene.post("x" * 500, user="U0BEN")
    scene.post(blocks=[section("*" + "stack-" * 60 + "* `" + "branch/" * 60 + "`")])
    await page.set_viewport_size({"width": 390, "height": 844})
    await opened(page, DEPLOYS)
    for n in range(2):
        assert (await box(messages(page).nth(n).get_by_test_id("content")))["width"] <= 390
    assert await page.locator(".pane .scroll").evaluate("each => each.scrollWidth <= each.clientWidth")
    time = await box(messages(page).first.locator(".message__by time"))
    assert time["x"] + time["width"] <= 390
    assert time["height"] < 20


async def test_a_lost_connection_is_said_until_it_is_back(page: Page, scene: Scene) -> None:
    await opened(page, DEPLOYS)
    await page.route("**/live*", lambda route: route.abort())
    scene.workspace.ledger.feed.close()
    await expect(page.get_by_test_id("offline")).to_contain_text("Trying again")
    scene.post("said while nobody listened")
    await page.unroute("**/live*")
    await expect(messages(page)).to_contain_text(["said while nobody listened"])
    await expect(page.get_by_test_id("offline")).to_be_empty()


async def test_the_page_says_what_it_needs_where_scripts_are_off(page: Page, scene: Scene) -> None:
    scene.post("hello")
    browser = page.context.browser
    assert browser is not None
    plain = await browser.new_context(java_script_enabled=False)
    reader = await plain.new_page()
    await reader.goto(f"{scene.address}{DEPLOYS}")
    await expect(messages(reader)).to_contain_text(["hello"])
    await expect(reader.get_by_text("needs JavaScript")).to_be_visible()
    await plain.close()
