"""The sandbox Pulumi Cloud behind one real uvicorn; every test gets a fresh world and a clock that it moves by hand."""

from collections.abc import Iterator

import httpx
import pytest

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
    """A client with an administrator's token, talking to a fresh default world."""
    switch.app = create_app(seed=7, clock=clock, public_url=switch.url)
    with httpx.Client(base_url=switch.url, headers={"Authorization": "token pul-sandbox"}) as client:
        yield client
        assert client.get("/sandbox/state").json()["contract_violations"] == []


@pytest.fixture
def member(api: httpx.Client) -> Iterator[httpx.Client]:
    """A client of somebody who is no administrator."""
    with httpx.Client(base_url=api.base_url, headers={"Authorization": "token pul-member"}) as client:
        yield client
