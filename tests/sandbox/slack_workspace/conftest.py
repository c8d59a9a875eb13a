"""The workspace and an app, over HTTP: servers once, a fresh workspace per test."""

from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.fleet import free_port
from sandbox.slack_workspace import create_app
from tests.sandbox.slack_workspace.stage import MANIFEST, App, HandClock, Servers, Stage


@pytest.fixture(scope="session")
def slack_servers() -> Iterator[Servers]:
    """Two ports, one for the workspace and one for the app."""
    servers = Servers(slack_port=free_port(), app_port=free_port())
    servers.start()
    yield servers
    servers.stop()


@pytest.fixture
async def stage(slack_servers: Servers) -> AsyncIterator[Stage]:
    """A fresh workspace, whose clock stands still until the test moves it."""
    clock = HandClock()
    app = App(clock)
    sandbox = create_app(
        manifest=MANIFEST,
        app_url=slack_servers.app_url,
        public_url=slack_servers.slack_url,
        clock=clock,
        ack_seconds=1.2,
        retry_delays=(0.01, 0.01, 0.01),
    )
    slack_servers.slack.app, slack_servers.app.app = sandbox, app
    async with httpx.AsyncClient(base_url=slack_servers.slack_url) as http:
        client = AsyncWebClient(token="xoxb-sandbox", base_url=f"{slack_servers.slack_url}/api/")
        yield Stage(servers=slack_servers, sandbox=sandbox, client=client, http=http, app=app, clock=clock)
    slack_servers.run(sandbox.workspace.close())
