"""The sandbox Pulumi Cloud behind one real uvicorn; every test gets a fresh world and a clock that it moves by hand."""

import threading
import time
from collections.abc import Iterator

import httpx
import pytest
import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from sandbox.pulumi_cloud import create_app
from sandbox.pulumi_cloud.times import SECOND, ManualClock

NOON = 1_767_614_400 * SECOND
"""2026-01-05 12:00:00 UTC."""


class Switch:
    """An ASGI application that hands on to another, which tests exchange."""

    app: ASGIApp
    url: str

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)


@pytest.fixture(scope="session")
def switch() -> Iterator[Switch]:
    switch = Switch()
    server = uvicorn.Server(
        uvicorn.Config(switch, host="127.0.0.1", port=0, log_level="error", lifespan="off")
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    switch.url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    yield switch
    server.should_exit = True
    thread.join(timeout=5)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOON)


@pytest.fixture
def api(switch: Switch, clock: ManualClock) -> Iterator[httpx.Client]:
    """A client with an administrator's token, talking to a fresh default world."""
    switch.app = create_app(seed=7, clock=clock, public_url=switch.url)
    with httpx.Client(base_url=switch.url, headers={"Authorization": "token pul-sandbox"}) as client:
        yield client


@pytest.fixture
def member(api: httpx.Client) -> Iterator[httpx.Client]:
    """A client of somebody who is no administrator."""
    with httpx.Client(base_url=api.base_url, headers={"Authorization": "token pul-member"}) as client:
        yield client
