"""A client, and what it talks to, fresh for each test: a service that plays what it is told (`client`), or the sandbox (`cloud`)."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from structlog.testing import capture_logs

from bot.domain.stacks import StackRef
from bot.pulumi.client import PulumiClient
from bot.pulumi.limits import Limits
from bot.pulumi.transport import Transport
from sandbox.pulumi_cloud import create_app
from sandbox.pulumi_cloud.times import ManualClock
from tests.bot.pulumi.calls import Log
from tests.bot.pulumi.service import TOKEN, Service
from tests.pulumi_server import NOON


@pytest.fixture
async def service() -> AsyncIterator[Service]:
    service = Service()
    tasks: set[asyncio.Task[None]] = set()

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tasks.add(asyncio.create_task(service.serve(reader, writer)))

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    service.url = f"http://{host}:{port}"
    yield service
    server.close()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(trust_env=False) as client:
        yield client


@pytest.fixture
def limits() -> Limits:
    """As in production, a hundred times faster."""
    return Limits(connect=0.5, read=0.2, total=2.0, first_wait=0.005, longest_wait=0.05)


@pytest.fixture
def transport(http: httpx.AsyncClient, service: Service, limits: Limits) -> Transport:
    return Transport(http, base_url=service.url, limits=limits)


@pytest.fixture
def log() -> Iterator[Log]:
    with capture_logs() as entries:
        yield entries


@pytest.fixture
def client(http: httpx.AsyncClient, service: Service, limits: Limits) -> PulumiClient:
    return PulumiClient(http, base_url=service.url, token=TOKEN, limits=limits)


@pytest.fixture
def stack() -> StackRef:
    return StackRef(org="acme", project="web", stack="dev")


@pytest.fixture
def seed() -> Callable[[str], Any]:
    """One of the seed's examples by name."""
    return lambda name: json.loads((Path(__file__).parent / "seed" / f"{name}.json").read_text())


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOON)


@pytest.fixture
async def base(clock: ManualClock) -> AsyncIterator[str]:
    app = create_app(seed=7, clock=clock)
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error", lifespan="off"))
    task = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110  uvicorn has no event for it
        await asyncio.sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    await task


@pytest.fixture
async def cloud(base: str) -> AsyncIterator[PulumiClient]:
    limits = Limits(connect=2, read=2, total=4, first_wait=0.01, longest_wait=0.1)
    async with httpx.AsyncClient(trust_env=False) as http:
        yield PulumiClient(http, base_url=base, token="pul-sandbox", limits=limits)


@pytest.fixture
async def controls(base: str) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=f"{base}/sandbox", trust_env=False) as http:
        yield http
