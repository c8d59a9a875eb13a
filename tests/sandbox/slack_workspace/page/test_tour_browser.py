"""A lived-in workspace in Chromium, light and dark: all of it shows, nothing overflows, nothing complains."""

from typing import Literal

import pytest
from playwright.async_api import BrowserContext, Page, expect

from tests.browser import opened
from tests.sandbox.slack_workspace.page.scene import Scene
from tests.sandbox.slack_workspace.page.tour import furnish
from tests.sandbox.slack_workspace.page.tour_blocks import settings_modal

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest.mark.parametrize("width", [1280, 400])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_surface_shows_whole(
    page: Page, scene: Scene, scheme: Literal["light", "dark"], width: int
) -> None:
    furnish(scene)
    await page.emulate_media(color_scheme=scheme)
    await page.set_viewport_size({"width": width, "height": 800})
    for path in ("/c/deploys", "/c/prod", "/home"):
        await opened(page, f"{path}?as=ana")
        await expect(page.locator("body")).not_to_contain_text("Unsupported")
        assert await page.evaluate("document.documentElement.scrollWidth") <= width


async def test_the_failure_is_told_in_its_thread_with_the_log_as_a_file(
    page: Page, context: BrowserContext, scene: Scene
) -> None:
    furnish(scene)
    await opened(page, "/c/deploys?as=ana")
    await page.get_by_test_id("replies").first.click()
    thread = page.get_by_test_id("thread-messages")
    await expect(thread.locator("pre").first).to_contain_text("error: creating S3 Bucket Policy")
    async with page.expect_download() as download:
        await thread.get_by_role("link", name="Download").click()
    assert (await download.value).suggested_filename == "acme-api-dev-41.log"


async def test_a_modal_fits_the_window_and_keeps_its_buttons_in_sight(page: Page, scene: Scene) -> None:
    await page.set_viewport_size({"width": 400, "height": 500})
    await opened(page, "/c/deploys?as=ana")
    scene.open_modal("U0ANA", settings_modal())
    await expect(page.get_by_test_id("modal-submit")).to_be_in_viewport(ratio=1)
    await expect(page.get_by_test_id("modal-title")).to_be_in_viewport(ratio=1)
