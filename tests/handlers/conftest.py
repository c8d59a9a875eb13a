"""One office per test: fresh Slack workspace, empty Redis."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from sandbox.fleet import free_port
from tests.handlers.office import Office, open_office


@pytest.fixture
async def office(redis: Redis, redis_url: str) -> AsyncIterator[Office]:
    """Everything works."""
    async with open_office(redis, redis_url) as office:
        yield office


@pytest.fixture
async def office_without_redis(redis: Redis) -> AsyncIterator[Office]:
    """Redis is away for the app; the test still looks into the real one."""
    async with open_office(redis, f"redis://127.0.0.1:{free_port()}/0") as office:
        yield office
