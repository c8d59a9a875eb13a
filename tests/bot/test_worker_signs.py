"""A worker and a Redis that is away for a while: it comes back, and what takes long is not taken for abandoned."""

from __future__ import annotations

import asyncio
import contextlib

import pytest

from bot import worker as module
from bot.domain.commands import Verb
from bot.errors import StoreUnavailableError
from bot.ports import Delivery, Inbox
from tests.bot.shift import PATIENCE, Shift
from tests.builders import DEV, create_command

DEPLOY = create_command(Verb.DEPLOY)
PAUSE = create_command(Verb.PAUSE)


class Flaky:
    """An inbox whose Redis is away for the first take; it also counts signs of life."""

    def __init__(self, inbox: Inbox, *, away: int = 0) -> None:
        self._inbox = inbox
        self.away = away
        self.alive = asyncio.Event()
        self.signs = 0

    def __getattr__(self, name: str) -> object:
        return getattr(self._inbox, name)

    async def take(self, consumer: str, *, count: int, pages: int, block: float) -> list[Delivery]:
        if self.away:
            self.away -= 1
            raise StoreUnavailableError("away")
        return await self._inbox.take(consumer, count=count, pages=pages, block=block)

    async def keep(self, delivery: Delivery, consumer: str) -> None:
        self.signs += 1
        if self.signs == 1:
            raise StoreUnavailableError("away")
        await self._inbox.keep(delivery, consumer)
        self.alive.set()


async def test_when_redis_comes_back_so_does_the_worker(shift: Shift) -> None:
    shift.inbox = Flaky(shift.inbox, away=2)  # type: ignore[assignment]  # the rest of it is the real one
    await shift.put(PAUSE)
    async with shift.at_work():
        await shift.until(shift.is_empty)
    assert shift.crew.pulumi.paused == {DEV}


async def test_what_takes_long_gives_signs_of_life_also_after_one_was_lost(
    shift: Shift, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SIGN_OF_LIFE", 0.001)
    flaky = Flaky(shift.inbox)
    shift.inbox = flaky  # type: ignore[assignment]  # the rest of it is the real one

    async def long_work() -> None:
        async with asyncio.timeout(PATIENCE):
            await flaky.alive.wait()

    shift.crew.pulumi.meanwhile["pause"] = long_work
    await shift.put(PAUSE)
    async with shift.at_work():
        await shift.until(shift.is_empty)
    assert flaky.signs >= 2


class Deaf(Flaky):
    """An inbox whose signs of life swallow being canceled, as Python 3.11's `wait_for` does when the answer comes at that moment."""

    async def keep(self, delivery: Delivery, consumer: str) -> None:
        self.signs += 1
        self.alive.set()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.Event().wait()


async def test_a_sign_of_life_that_is_not_canceled_at_once_is_the_last(
    shift: Shift, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SIGN_OF_LIFE", 0.001)
    deaf = Deaf(shift.inbox)
    shift.inbox = deaf  # type: ignore[assignment]  # the rest of it is the real one

    async def long_work() -> None:
        await deaf.alive.wait()

    shift.crew.pulumi.meanwhile["pause"] = long_work
    await shift.put(PAUSE)
    async with shift.at_work():
        await shift.until(shift.is_empty)
    await shift.nothing()
    assert deaf.signs == 1
    assert not [task for task in asyncio.all_tasks() if "_keep" in repr(task)]
