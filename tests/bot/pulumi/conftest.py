"""A client, and the service it talks to: a fresh one for each test."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.domain.stacks import StackRef
from bot.pulumi.client import PulumiClient
from bot.pulumi.transport import Limits
from tests.bot.pulumi.service import TOKEN, Service


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
def client(http: httpx.AsyncClient, service: Service, limits: Limits) -> PulumiClient:
    return PulumiClient(http, base_url=service.url, token=TOKEN, limits=limits)


@pytest.fixture
def stack() -> StackRef:
    return StackRef(org="acme", project="web", stack="dev")


@pytest.fixture
def seed() -> Callable[[str], Any]:
    """One of the seed's examples by name."""
    return lambda name: json.loads((Path(__file__).parent / "seed" / f"{name}.json").read_text())
