"""A worker's stop is clean, and one that can't do its part ends."""

from __future__ import annotations

import asyncio
import contextlib

import pytest
from structlog.testing import capture_logs

from bot import worker as module
from bot.domain.commands import Verb
from bot.domain.requests import RequestState
from bot.errors import StoreUnavailableError
from bot.poller import Poller
from bot.ports import Delivery
from bot.slack.outbox import Outbox
from bot.store.inbox import RedisInbox
from tests.bot.crew import KEYS
from tests.bot.shift import PATIENCE, Shift
from tests.builders import DEV, create_command

DEPLOY = create_command(Verb.DEPLOY)
PAUSE = create_command(Verb.PAUSE)


async def test_a_stop_lets_what_is_under_way_come_to_its_end(shift: Shift) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def hang() -> None:
        begun.set()
        await go_on.wait()

    shift.crew.pulumi.meanwhile["create"] = hang
    await shift.put(DEPLOY)
    async with shift.at_work() as running:
        await asyncio.wait_for(begun.wait(), PATIENCE)
        shift.stop.set()
        await asyncio.sleep(0)
        assert not running.done()
        go_on.set()
    assert (await shift.crew.request(DEPLOY.id)).state is RequestState.CREATED
    assert await shift.is_empty()


async def test_a_stop_waits_only_so_long_and_another_worker_finishes_it(
    shift: Shift, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "DRAIN", 0.01)
    begun, never = asyncio.Event(), asyncio.Event()

    async def hang() -> None:
        begun.set()
        await never.wait()

    shift.crew.pulumi.meanwhile["create"] = hang
    await shift.put(DEPLOY)
    before = asyncio.all_tasks()
    async with shift.at_work():
        await asyncio.wait_for(begun.wait(), PATIENCE)
    for task in asyncio.all_tasks() - before:  # the process ends
        task.cancel()
    [(entry, _)] = await shift.entries(KEYS.inbox)
    await shift.crew.redis.hset(KEYS.claims, entry, "0 1 dead")
    async with shift.at_work():
        await shift.until(shift.is_empty)
    assert len(shift.crew.pulumi.of(DEV)) == 1


async def test_a_look_under_way_is_given_up_at_a_stop_and_due_again(shift: Shift) -> None:
    begun, never = asyncio.Event(), asyncio.Event()

    async def hang() -> None:
        begun.set()
        await never.wait()

    shift.crew.pulumi.meanwhile["list_org"] = hang
    async with shift.at_work():
        await asyncio.wait_for(begun.wait(), PATIENCE)
    assert await shift.crew.state.claim_due(shift.crew.clock.now + 1, lease=60) == "acme"


@pytest.mark.parametrize(
    ("error", "told"),
    [(ValueError("a bug"), "a look at pulumi broke"), (StoreUnavailableError("away"), "redis is away")],
)
async def test_a_look_that_breaks_is_logged_and_the_next_one_comes(
    shift: Shift, monkeypatch: pytest.MonkeyPatch, error: Exception, told: str
) -> None:
    ticks: list[int] = []

    async def tick(_: Poller) -> bool:
        ticks.append(1)
        raise error

    monkeypatch.setattr(Poller, "tick", tick)

    async def twice() -> bool:
        return len(ticks) > 1

    with capture_logs() as logs:
        async with shift.at_work():
            await shift.until(twice)
    assert told in [line["event"] for line in logs]


async def test_an_outbox_that_breaks_ends_the_worker_rather_than_leaving_it_mute(
    shift: Shift, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def run(_: Outbox, __: asyncio.Event) -> None:
        raise ValueError("a bug")

    monkeypatch.setattr(Outbox, "run", run)
    with pytest.raises(ValueError, match="a bug"):
        await asyncio.wait_for(shift.worker.run(shift.stop), PATIENCE)
    assert shift.stop.is_set()


async def test_an_inbox_that_breaks_ends_the_worker_rather_than_leaving_it_idle(
    shift: Shift, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def take(*_: object, **__: object) -> list[Delivery]:
        raise ValueError("a bug")

    monkeypatch.setattr(RedisInbox, "take", take)
    with pytest.raises(ValueError, match="a bug"):
        await asyncio.wait_for(shift.worker.run(shift.stop), PATIENCE)


async def test_a_look_that_misses_a_cancel_is_told_again(
    shift: Shift, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = asyncio.Event()

    async def tick(_: Poller) -> bool:
        begun.set()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
        await asyncio.Event().wait()
        return False

    monkeypatch.setattr(Poller, "tick", tick)
    async with shift.at_work():
        await asyncio.wait_for(begun.wait(), PATIENCE)
    assert not [task for task in asyncio.all_tasks() if "tick" in repr(task)]


async def test_once_told_to_stop_it_begins_no_look(shift: Shift, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "TICK", 1000)
    looks: list[int] = []

    async def tick(_: Poller) -> bool:
        looks.append(1)
        return False

    monkeypatch.setattr(Poller, "tick", tick)
    worker = shift.worker
    shift.stop.set()
    await worker.run(shift.stop)
    await worker._tick(shift.stop)
    assert looks == []
