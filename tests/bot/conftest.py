"""The bot's core on a real Redis, between a fake Pulumi Cloud and fake channels."""

from __future__ import annotations

import pytest
from redis.asyncio import Redis

from bot import worker
from bot.verbs import creation
from tests.bot.crew import Crew
from tests.bot.shift import Shift, new_shift
from tests.builders import DEV
from tests.fakes import FakeChannels, FakeClock, FakePulumi


@pytest.fixture
def crew(redis: Redis) -> Crew:
    """It knows web/dev by name only."""
    return Crew(redis, FakePulumi(stacks={DEV}), FakeChannels(), FakeClock())


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """As many looks for a lost deployment as ever, with no time between them."""
    for looks in ("LOOKS_AFTER_CUT", "LOOKS_AFTER_SILENCE"):
        monkeypatch.setattr(creation, looks, (0.0,) * len(getattr(creation, looks)))


@pytest.fixture
def shift(crew: Crew, redis: Redis, monkeypatch: pytest.MonkeyPatch) -> Shift:
    """No test waits for a tick, nor for a worker's patience."""
    for name in ("TICK", "GRACE", "STORE_PAUSE"):
        monkeypatch.setattr(worker, name, 0.01)
    return new_shift(crew, redis)
