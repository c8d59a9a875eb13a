"""The page on a real port, in a real browser."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page

from tests.browser import chromium
from tests.sandbox.slack_workspace.page.scene import Scene, new_scene
from tests.sandbox.slack_workspace.page.serving import serving


@pytest.fixture
def scene() -> Scene:
    return new_scene()


@pytest_asyncio.fixture(loop_scope="session")
async def base(scene: Scene) -> AsyncIterator[str]:
    async with serving(scene.workspace) as address:
        yield address


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def context(browser: Browser, base: str) -> AsyncIterator[BrowserContext]:
    """A fresh browser profile at the page's address. What its console complains about fails the test."""
    context = await browser.new_context(base_url=base, viewport={"width": 1280, "height": 800})
    context.set_default_timeout(5000)
    complaints: list[str] = []
    context.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    yield context
    await context.close()
    assert complaints == []


@pytest_asyncio.fixture(loop_scope="session")
async def page(context: BrowserContext) -> Page:
    return await context.new_page()
