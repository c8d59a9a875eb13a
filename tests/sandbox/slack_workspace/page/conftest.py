"""A scene for every test; the page on a real port, in a real browser, for those that ask for it."""

import socket
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page

from tests.browser import chromium
from tests.sandbox.slack_workspace.page.scene import Scene, new_scene
from tests.sandbox.slack_workspace.page.serving import playing


@pytest.fixture
def scene() -> Iterator[Scene]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield new_scene(listening)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def context(browser: Browser, scene: Scene) -> AsyncIterator[BrowserContext]:
    """A fresh browser profile at the page's address. What its console complains about fails the test."""
    complaints: list[str] = []
    async with playing(scene) as base:
        context = await browser.new_context(base_url=base, viewport={"width": 1280, "height": 800})
        context.set_default_timeout(5000)
        context.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        yield context
        await context.close()
    assert complaints == []


@pytest_asyncio.fixture(loop_scope="session")
async def page(context: BrowserContext) -> Page:
    return await context.new_page()
