"""A real Chromium for tests: the machine's own, else Playwright's; where there is neither, the test is skipped by name.

`QUARTERDECK_REQUIRE_BROWSER=1` turns the skip into a failure, so that CI never passes without having looked.

    async with chromium() as browser:
        page = await opened(await browser.new_page(), "http://127.0.0.1:8182/c/deploys?as=ana")
"""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, Playwright, async_playwright

REQUIRED = "QUARTERDECK_REQUIRE_BROWSER"
NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def installed_chromium() -> str | None:
    """The path of a Chromium on this machine."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """A headless browser, closed at the end. Skips the running test (or fails it, see above) when there is none."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=_executable(playwright), args=list(ARGUMENTS), headless=True
        )
        try:
            yield browser
        finally:
            await browser.close()


async def opened(page: Page, address: str) -> Page:
    """Open a page of the sandbox workspace and wait until it hears of changes."""
    await page.goto(address)
    await page.wait_for_selector("html[data-live=true]")
    return page


def _executable(playwright: Playwright) -> str:
    path = installed_chromium() or playwright.chromium.executable_path
    if not Path(path).exists():
        missing()
    return path


def missing() -> None:
    """Say that there is no browser: a skip, or a failure where one is required."""
    reason = f"no Chromium: none of {', '.join(NAMES)}, nor Playwright's own (playwright install chromium)"
    if os.environ.get(REQUIRED) == "1":
        pytest.fail(reason)
    pytest.skip(reason)
