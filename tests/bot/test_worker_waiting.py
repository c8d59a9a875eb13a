"""A worker looks after what waits, next to its looks at Pulumi: neither holds up the other."""

from __future__ import annotations

import asyncio

import pytest
from structlog.testing import capture_logs

from bot import worker as module
from bot.domain.requests import RequestState
from bot.errors import StoreUnavailableError
from bot.waiting import Waiting
from tests.bot.shift import PATIENCE, Shift
from tests.builders import PROD, START, create_request

NOW = START.timestamp()


async def hold(shift: Shift, *ids: str) -> None:
    """Requests that go on now."""
    for number, name in enumerate(ids):
        await shift.crew.state.add_request(
            create_request(RequestState.HELD, id=name, look_at=NOW - 99 + number, approvals_needed=0)
        )


async def some_looks(shift: Shift) -> None:
    """Time goes by, in which a worker looks at Pulumi a few times."""
    before = shift.crew.pulumi.calls.count("list_org")

    async def it_looked() -> bool:
        shift.crew.clock.now += 0.02
        return shift.crew.pulumi.calls.count("list_org") > before + 2

    await shift.until(it_looked)


class Hanging:
    """A create call that takes as long as a test says."""

    def __init__(self, shift: Shift) -> None:
        self.begun, self.go_on = asyncio.Event(), asyncio.Event()
        shift.crew.pulumi.meanwhile["create"] = self

    async def __call__(self) -> None:
        self.begun.set()
        await self.go_on.wait()


async def test_a_slow_create_holds_up_no_look_and_no_other_request(shift: Shift) -> None:
    slow = Hanging(shift)
    await hold(shift, "slow", "quick")

    async def the_other_is_created() -> bool:
        return len(shift.crew.pulumi.of(PROD)) == 1

    async with shift.at_work():
        async with asyncio.timeout(PATIENCE):
            await slow.begun.wait()
        await shift.until(the_other_is_created)
        await some_looks(shift)
        slow.go_on.set()
    assert len(shift.crew.pulumi.of(PROD)) == 2


async def test_no_more_are_looked_after_than_there_are_places(
    shift: Shift, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "WAITING", 1)
    slow = Hanging(shift)
    await hold(shift, "slow", "next")

    async def all_are_created() -> bool:
        return len(shift.crew.pulumi.of(PROD)) == 2

    async with shift.at_work():
        async with asyncio.timeout(PATIENCE):
            await slow.begun.wait()
        await some_looks(shift)
        assert shift.crew.pulumi.of(PROD) == []
        slow.go_on.set()
        await shift.until(all_are_created)


async def test_two_workers_let_each_go_once(shift: Shift) -> None:
    await hold(shift, *(f"r-{number}" for number in range(12)))

    async def all_are_created() -> bool:
        return not await shift.crew.state.awaiting()

    async with shift.at_work():
        other = asyncio.create_task(shift.worker.run(shift.stop))
        await shift.until(all_are_created)
    async with asyncio.timeout(PATIENCE):
        await other
    made = [each.request_id for each in shift.crew.pulumi.of(PROD)]
    assert sorted(made) == sorted(f"r-{number}" for number in range(12))


async def test_a_stop_lets_one_that_goes_on_come_to_its_end(shift: Shift) -> None:
    slow = Hanging(shift)
    await hold(shift, "slow")
    async with shift.at_work() as running:
        async with asyncio.timeout(PATIENCE):
            await slow.begun.wait()
        shift.stop.set()
        await shift.nothing()
        assert not running.done()
        slow.go_on.set()
    assert (await shift.crew.request("slow")).state is RequestState.CREATED


async def test_once_told_to_stop_it_claims_nothing(shift: Shift) -> None:
    await hold(shift, "r-1")
    worker = shift.worker
    shift.stop.set()
    await worker._look_after(shift.stop)
    assert [each.id for each in await Waiting(shift.crew.context).due(9)] == ["r-1"]


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (ValueError("a bug"), "what waits could not be claimed"),
        (StoreUnavailableError("away"), "redis is away"),
    ],
)
async def test_a_claim_that_breaks_is_logged_and_the_next_one_comes(
    shift: Shift, monkeypatch: pytest.MonkeyPatch, error: Exception, told: str
) -> None:
    claims: list[int] = []

    async def due(_: Waiting, __: int) -> tuple[()]:
        claims.append(1)
        raise error

    async def twice() -> bool:
        return len(claims) > 1

    monkeypatch.setattr(Waiting, "due", due)
    with capture_logs() as logs:
        async with shift.at_work():
            await shift.until(twice)
    assert told in [line["event"] for line in logs]
