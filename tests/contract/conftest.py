"""A sandbox Pulumi Cloud over HTTP for two clients that know nothing of it: ours and the official one."""

from collections.abc import AsyncIterator, Iterator

import httpx
import pytest

from bot.pulumi.client import PulumiClient
from sandbox.pulumi_cloud import create_app
from sandbox.pulumi_cloud.times import ManualClock
from tests.pulumi_server import NOON, Switch, served


@pytest.fixture(scope="session")
def switch() -> Iterator[Switch]:
    with served() as switch:
        yield switch


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOON)


@pytest.fixture
def api(switch: Switch, clock: ManualClock) -> Iterator[httpx.Client]:
    """Plain HTTP with an administrator's token, as `curl` would."""
    switch.app = create_app(seed=7, clock=clock, public_url=switch.url)
    headers = {"Authorization": "token pul-sandbox", "Content-Type": "application/json"}
    with httpx.Client(base_url=switch.url, headers=headers) as client:
        yield client
        state = client.get("/sandbox/state").json()
        assert state["contract_violations"] == []


@pytest.fixture
async def http(api: httpx.Client) -> AsyncIterator[httpx.AsyncClient]:
    """The same without blocking."""
    async with httpx.AsyncClient(base_url=api.base_url, headers=api.headers) as client:
        yield client


@pytest.fixture
async def client(api: httpx.Client) -> AsyncIterator[PulumiClient]:
    """The bot's client, talking to the same world."""
    async with httpx.AsyncClient() as pool:
        yield PulumiClient(pool, base_url=str(api.base_url), token="pul-sandbox")
