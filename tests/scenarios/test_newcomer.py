"""What a newcomer does after `make demo`, in a real Chromium: every click and every word of it."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser import chromium, opened
from tests.scenarios.scene import Scene

pytestmark = [pytest.mark.scenario, pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

# Milliseconds: far more than anything takes.
LONG = 60_000


async def at(page: Page, scene: Scene, path: str, person: str) -> Page:
    return await opened(page, f"{scene.world.slack}{path}?as={person}")


async def newest(page: Page, says: str) -> Locator:
    """The last message that says this, held on to by its ts whatever follows."""
    found = page.get_by_test_id("messages").get_by_test_id("message").filter(has_text=says).last
    await found.wait_for(timeout=LONG)
    ts = await found.get_attribute("data-ts")
    return page.get_by_test_id("messages").locator(f'[data-testid=message][data-ts="{ts}"]')


async def type_command(page: Page, text: str) -> None:
    composer = page.get_by_test_id("composer-input")
    await composer.fill(text)
    await composer.press("Enter")


async def test_a_deployment_is_asked_for_watched_and_read_about_in_its_thread(scene: Scene) -> None:
    async with chromium() as browser:
        page = await at(await browser.new_page(), scene, "/c/deploys", "ana")
        await type_command(page, "/pulumi deploy web/dev")
        card = await newest(page, "web/dev#")
        await expect(card).to_contain_text(re.compile(r"web/dev#\d+ · deploy · succeeded in"), timeout=LONG)
        await expect(card).to_contain_text("pulumi update")
        await card.get_by_test_id("replies").click()
        thread = page.get_by_test_id("thread-messages")
        await expect(thread).to_contain_text("Succeeded in", timeout=LONG)


async def test_a_failure_shows_the_failing_step_and_why_and_its_log_opens(scene: Scene) -> None:
    async with chromium() as browser:
        page = await at(await browser.new_page(), scene, "/c/deploys", "ben")
        await type_command(page, "/pulumi deploy api/dev")
        card = await newest(page, "api/dev#")
        await expect(card).to_contain_text("Failed in pulumi update", timeout=LONG)
        await card.get_by_test_id("replies").click()
        await expect(page.get_by_test_id("thread-messages")).to_contain_text(
            "BucketAlreadyExists", timeout=LONG
        )
        await card.get_by_role("button", name=re.compile("Logs")).click()
        await expect(page.get_by_test_id("modal")).to_contain_text("Diagnostics", timeout=LONG)
        await page.get_by_test_id("modal-close").first.click()
        await expect(page.get_by_test_id("modal")).to_have_count(0)


async def test_cancel_asks_first_and_keeping_it_keeps_it(scene: Scene) -> None:
    async with chromium() as browser:
        page = await at(await browser.new_page(), scene, "/c/deploys", "dev")
        await type_command(page, "/pulumi deploy web/staging")
        card = await newest(page, "web/staging#")
        await expect(card).to_contain_text("running", timeout=LONG)
        cancel = card.get_by_role("button", name=re.compile("Cancel"))
        await cancel.click()
        await expect(page.get_by_test_id("confirm")).to_contain_text("inconsistent state")
        await page.get_by_test_id("confirm-no").click()
        await expect(card).to_contain_text("running")
        await cancel.click()
        await page.get_by_test_id("confirm-yes").click()
        await expect(card).to_contain_text("canceled by", timeout=LONG)


async def test_production_waits_for_somebody_else(scene: Scene) -> None:
    async with chromium() as browser:
        asking = await at(await browser.new_page(), scene, "/c/prod", "ana")
        await type_command(asking, "/pulumi deploy web/prod")
        card = await newest(asking, "waiting for approval")

        deciding = await at(await browser.new_page(), scene, "/c/prod", "ben")
        theirs = await newest(deciding, "waiting for approval")
        await theirs.get_by_role("button", name=re.compile("Approve")).click()
        await expect(theirs).to_contain_text("Approved by", timeout=LONG)
        await expect(card).to_contain_text(re.compile(r"web/prod#\d+ · deploy · succeeded"), timeout=LONG)
        await expect(card.get_by_role("button", name=re.compile("Approve"))).to_have_count(0)


async def test_status_is_answered_to_the_one_who_asked(scene: Scene) -> None:
    async with chromium() as browser:
        page = await at(await browser.new_page(), scene, "/c/random", "cleo")
        await type_command(page, "/pulumi status")
        answer = page.get_by_test_id("messages").get_by_test_id("message").last
        await expect(answer).to_contain_text("web/dev", timeout=LONG)
        await expect(answer.get_by_test_id("ephemeral-note")).to_be_visible()
