"""A worker on a real Redis: nothing that was put in the inbox is lost, and a stop is clean."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

import pytest
from redis.asyncio import Redis
from structlog.testing import capture_logs

from bot import worker as module
from bot.domain.commands import Command, Verb
from bot.domain.requests import RequestState
from bot.errors import SlackError, StoreUnavailableError
from bot.poller import Pace, Poller
from bot.ports import Delivery, Inbox
from bot.runner import Runner
from bot.slack.budget import SlackBudget
from bot.slack.outbox import Outbox
from bot.slack.setbacks import Patience
from bot.store.inbox import RedisInbox
from bot.store.lanes import RedisLanes
from bot.store.replies import RedisReplies
from bot.worker import PARALLEL, TRIES, Worker
from tests.bot.crew import KEYS, Crew
from tests.bot.slack.fakes import FakeSlack, Plenty
from tests.builders import ADA, DEPLOYS, DEV, PROD, TEAM, create_command, create_deployment, create_policy

DEPLOY = create_command(Verb.DEPLOY)
PAUSE = create_command(Verb.PAUSE)


@pytest.fixture(autouse=True)
def brisk(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test waits for a tick, nor for a worker's patience."""
    for name in ("TICK", "GRACE", "STORE_PAUSE"):
        monkeypatch.setattr(module, name, 0.01)


@dataclass(slots=True)
class Shift:
    """A worker, what it works with, and what people see of it."""

    crew: Crew
    slack: FakeSlack
    inbox: Inbox
    outbox: Outbox
    stop: asyncio.Event

    async def put(self, *commands: Command) -> None:
        """As the web process does."""
        for command in commands:
            await RedisInbox(self.crew.redis, TEAM).put(command, dedupe=command.id, window=60)

    @property
    def worker(self) -> Worker:
        """A new one each time."""
        context = self.crew.context
        return Worker(
            runner=Runner(context),
            poller=Poller(context, Pace(fast=0.01, slow=0.01)),
            outbox=self.outbox,
            inbox=self.inbox,
            state=context.state,
            orgs=self.crew.orgs,
        )

    @contextlib.asynccontextmanager
    async def at_work(self) -> AsyncIterator[asyncio.Task[None]]:
        """A worker runs; at the end it is told to stop, and has stopped."""
        self.stop.clear()
        running = asyncio.create_task(self.worker.run(self.stop))
        try:
            yield running
        finally:
            self.stop.set()
            async with asyncio.timeout(10):
                await running

    async def until(self, so: Callable[[], Any]) -> None:
        """Wait until what is asked for is so."""
        async with asyncio.timeout(10):
            while not await so():
                await self.nothing()

    async def nothing(self) -> None:
        """A short moment, in which others work."""
        await asyncio.sleep(0.005)

    async def entries(self, stream: str) -> list[tuple[Any, dict[Any, Any]]]:
        """What stands in a stream."""
        found: Any = await self.crew.redis.xrange(stream)
        return list(found)

    async def is_empty(self) -> bool:
        """Nothing waits in the inbox, and nothing is under way."""
        return int(await self.crew.redis.xlen(KEYS.inbox)) == 0


@pytest.fixture
def shift(crew: Crew, redis: Redis) -> Shift:
    slack = FakeSlack()
    outbox = Outbox(
        lanes=RedisLanes(redis, TEAM),
        replies=RedisReplies(redis, TEAM),
        slack=slack,
        budget=SlackBudget(Plenty()),
        patience=Patience(lease=20.0, settle=0.0),
    )
    return Shift(crew, slack, RedisInbox(redis, TEAM), outbox, asyncio.Event())


async def left_behind(shift: Shift, command: Command, *, deliveries: int = 1) -> None:
    """A worker took it, and died long ago."""
    await shift.put(command)
    [(entry, _)] = await shift.entries(KEYS.inbox)
    await shift.crew.redis.hset(KEYS.claims, entry, f"0 {deliveries} dead")


async def test_a_command_is_carried_out_and_its_card_stands_in_the_channel(shift: Shift) -> None:
    await shift.put(DEPLOY)
    async with shift.at_work():
        await shift.until(shift.is_empty)
        async with asyncio.timeout(10):
            await shift.slack.said.wait()
    assert len(shift.crew.pulumi.of(DEV)) == 1
    assert next(shown.keys for shown in shift.slack.shown if shown.channel == DEPLOYS) == (DEPLOY.id,)


async def test_it_looks_without_being_asked(shift: Shift) -> None:
    shift.crew.policy = create_policy(hears=DEPLOYS)
    shift.crew.pulumi.put(create_deployment(2))
    async with shift.at_work(), asyncio.timeout(10):
        await shift.slack.said.wait()
    assert "web/dev#2" in shift.slack.texts(DEPLOYS)[0]


async def test_what_a_dead_worker_left_is_finished_once(shift: Shift) -> None:
    await left_behind(shift, DEPLOY)
    async with shift.at_work():
        await shift.until(shift.is_empty)
    assert len(shift.crew.pulumi.of(DEV)) == 1


async def test_what_killed_five_workers_is_set_aside_and_told(shift: Shift) -> None:
    await left_behind(shift, PAUSE, deliveries=TRIES)
    async with shift.at_work():
        await shift.until(shift.is_empty)
        async with asyncio.timeout(10):
            await shift.slack.said.wait()
    [(_, dead)] = await shift.entries(KEYS.dead)
    assert dead[b"reason"] == b"not done after 5 tries"
    assert "pause" not in shift.crew.pulumi.calls
    assert [(shown.to, "gave up" in shown.message.text) for shown in shift.slack.shown] == [(ADA, True)]


async def test_the_fifth_try_is_still_a_try(shift: Shift) -> None:
    await left_behind(shift, PAUSE, deliveries=TRIES - 1)
    async with shift.at_work():
        await shift.until(shift.is_empty)
    assert shift.crew.pulumi.paused == {DEV}
    assert await shift.crew.redis.xlen(KEYS.dead) == 0


class Breaking:
    """A runner that breaks on the first command, and knows when it did."""

    def __init__(self, error: Exception) -> None:
        self.error = error
        self.done: list[str] = []

    async def run(self, command: Command) -> None:
        self.done.append(command.id)
        if len(self.done) == 1:
            raise self.error


@pytest.mark.parametrize(
    "error", [StoreUnavailableError("away"), SlackError("chat.postMessage", ""), ValueError("a bug")]
)
async def test_what_breaks_is_left_for_another_try_and_the_rest_goes_on(
    shift: Shift, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    runner = Breaking(error)
    monkeypatch.setattr(Runner, "run", runner.run)
    await shift.put(DEPLOY, create_command(Verb.PAUSE, "web/prod", id="another"))

    async def one_is_left() -> bool:
        return len(runner.done) == 2 and int(await shift.crew.redis.xlen(KEYS.inbox)) == 1

    with capture_logs() as logs:
        async with shift.at_work():
            await shift.until(one_is_left)
    [(_, fields)] = await shift.entries(KEYS.inbox)
    assert DEPLOY.id.encode() in fields[b"c"]
    assert DEPLOY.id in [line.get("id") for line in logs if line["log_level"] in {"warning", "error"}]


async def test_a_stop_lets_what_is_under_way_come_to_its_end(shift: Shift) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def hang() -> None:
        begun.set()
        await go_on.wait()

    shift.crew.pulumi.meanwhile["create"] = hang
    await shift.put(DEPLOY)
    async with shift.at_work() as running:
        await begun.wait()
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
        await begun.wait()
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
        await begun.wait()
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
        async with asyncio.timeout(10):
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


async def test_no_more_is_taken_than_can_be_done_at_once(
    shift: Shift, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PARALLEL", 1)
    at_once: list[int] = []
    now = 0

    async def work(_: Runner, __: Command) -> None:
        nonlocal now
        now += 1
        at_once.append(now)
        await asyncio.sleep(0.01)
        now -= 1

    monkeypatch.setattr(Runner, "run", work)
    await shift.put(*(create_command(Verb.PAUSE, id=f"c-{number}") for number in range(4)))
    async with shift.at_work():
        await shift.until(shift.is_empty)
    assert at_once == [1, 1, 1, 1]
    assert PARALLEL > 1


async def test_what_is_asked_of_one_stack_is_done_in_order_and_nothing_else_waits_for_it(
    shift: Shift, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = list[str](), asyncio.Event()

    async def work(_: Runner, command: Command) -> None:
        begun.append(command.id)
        if command.id == "deploy":
            await go_on.wait()

    async def others_are_done() -> bool:
        return {"deploy", "other", "status"} <= set(begun)

    monkeypatch.setattr(Runner, "run", work)
    await shift.put(
        create_command(Verb.PAUSE, "web/dev", id="pause"),
        create_command(Verb.DEPLOY, "acme/web/dev", id="deploy"),
        create_command(Verb.RESUME, "web/dev", id="resume"),
        create_command(Verb.DEPLOY, "web/prod", id="other"),
        create_command(Verb.STATUS, "web/dev", id="status"),
    )
    async with shift.at_work():
        await shift.until(others_are_done)
        assert "resume" not in begun
        go_on.set()
        await shift.until(shift.is_empty)
    assert [each for each in begun if each in {"pause", "deploy", "resume"}] == ["pause", "deploy", "resume"]


async def test_many_homes_opened_at_once_hold_up_no_command(
    shift: Shift, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn, done, go_on = list[str](), asyncio.Event(), asyncio.Event()

    async def work(_: Runner, command: Command) -> None:
        if command.verb is not Verb.HOME:
            done.set()
            return
        drawn.append(command.id)
        await go_on.wait()

    monkeypatch.setattr(Runner, "run", work)
    await shift.put(*(create_command(Verb.HOME, "", id=f"h-{number}") for number in range(2 * PARALLEL)))
    await shift.put(PAUSE)
    async with shift.at_work():
        async with asyncio.timeout(10):
            await done.wait()
        assert len(drawn) <= module.HOMES
        go_on.set()
        await shift.until(shift.is_empty)
    assert len(drawn) == 2 * PARALLEL


async def test_two_workers_do_everything_once(shift: Shift) -> None:
    commands = [create_command(Verb.DEPLOY, id=f"c-{number}") for number in range(12)]
    await shift.put(*commands)
    async with shift.at_work():
        other = asyncio.create_task(shift.worker.run(shift.stop))
        await shift.until(shift.is_empty)
    async with asyncio.timeout(10):
        await other
    made = shift.crew.pulumi.of(DEV)
    assert [each.request_id for each in reversed(made)] == [command.id for command in commands]
    assert shift.crew.pulumi.of(PROD) == []


async def test_two_workers_do_what_is_asked_of_one_stack_in_the_order_in_which_it_was_asked(
    shift: Shift, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, ended, by = list[str](), list[str](), set[str]()

    async def work(runner: Runner, command: Command) -> None:
        begun.append(command.id)
        by.add(str(id(runner)))
        await asyncio.sleep(0.002 * (int(command.id) % 3))
        ended.append(command.id)

    monkeypatch.setattr(Runner, "run", work)
    monkeypatch.setattr(module, "PARALLEL", 2)
    about = ["web/dev", "acme/web/dev", "dev", "web/prod"]
    commands = [
        create_command(Verb.DEPLOY, about[number % 4], id=str(number), deployment_id="")
        for number in range(24)
    ]
    await shift.put(*commands)
    async with shift.at_work():
        other = asyncio.create_task(shift.worker.run(shift.stop))
        await shift.until(shift.is_empty)
    async with asyncio.timeout(10):
        await other
    dev = [command.id for command in commands if command.stack != "web/prod"]
    assert [each for each in begun if each in dev] == [each for each in ended if each in dev] == dev
    assert len(by) == 2


async def test_an_outbox_that_breaks_ends_the_worker_rather_than_leaving_it_mute(
    shift: Shift, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def run(_: Outbox, __: asyncio.Event) -> None:
        raise ValueError("a bug")

    monkeypatch.setattr(Outbox, "run", run)
    with pytest.raises(ValueError, match="a bug"):
        await asyncio.wait_for(shift.worker.run(shift.stop), 10)
    assert shift.stop.is_set()


async def test_an_inbox_that_breaks_ends_the_worker_rather_than_leaving_it_idle(
    shift: Shift, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def take(*_: object, **__: object) -> list[Delivery]:
        raise ValueError("a bug")

    monkeypatch.setattr(RedisInbox, "take", take)
    with pytest.raises(ValueError, match="a bug"):
        await asyncio.wait_for(shift.worker.run(shift.stop), 10)


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
        await asyncio.wait_for(begun.wait(), 10)
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
