"""A worker on a real Redis: nothing that was put in the inbox is lost, and what is asked of one stack is done in order."""

from __future__ import annotations

import asyncio

import pytest
from structlog.testing import capture_logs

from bot import worker as module
from bot.domain.commands import Command, Verb
from bot.errors import SlackError, StoreUnavailableError
from bot.runner import Runner
from bot.worker import PARALLEL, TRIES
from tests.bot.crew import KEYS
from tests.bot.shift import PATIENCE, Shift
from tests.builders import ADA, DEPLOYS, DEV, PROD, create_command, create_deployment, create_policy

DEPLOY = create_command(Verb.DEPLOY)
PAUSE = create_command(Verb.PAUSE)


async def test_a_command_is_carried_out_and_its_card_stands_in_the_channel(shift: Shift) -> None:
    await shift.put(DEPLOY)
    async with shift.at_work():
        await shift.until(shift.is_empty)
        async with asyncio.timeout(PATIENCE):
            await shift.slack.said.wait()
    assert len(shift.crew.pulumi.of(DEV)) == 1
    assert next(shown.keys for shown in shift.slack.shown if shown.channel == DEPLOYS) == (DEPLOY.id,)


async def test_it_looks_without_being_asked(shift: Shift) -> None:
    shift.crew.policy = create_policy(hears=DEPLOYS)
    shift.crew.pulumi.put(create_deployment(2))
    async with shift.at_work(), asyncio.timeout(PATIENCE):
        await shift.slack.said.wait()
    assert "web/dev#2" in shift.slack.texts(DEPLOYS)[0]


async def test_what_a_dead_worker_left_is_finished_once(shift: Shift) -> None:
    await shift.left_behind(DEPLOY)
    async with shift.at_work():
        await shift.until(shift.is_empty)
    assert len(shift.crew.pulumi.of(DEV)) == 1


async def test_what_killed_five_workers_is_set_aside_and_told(shift: Shift) -> None:
    await shift.left_behind(PAUSE, deliveries=TRIES)
    async with shift.at_work():
        await shift.until(shift.is_empty)
        async with asyncio.timeout(PATIENCE):
            await shift.slack.said.wait()
    [(_, dead)] = await shift.entries(KEYS.dead)
    assert dead[b"reason"] == b"not done after 5 tries"
    assert "pause" not in shift.crew.pulumi.calls
    assert [(shown.to, "gave up" in shown.message.text) for shown in shift.slack.shown] == [(ADA, True)]


async def test_the_fifth_try_is_still_a_try(shift: Shift) -> None:
    await shift.left_behind(PAUSE, deliveries=TRIES - 1)
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


async def test_what_breaks_is_soon_tried_again_before_what_waits_for_it(
    shift: Shift, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "RETRY", 0.01)
    runner = Breaking(ValueError("a bug"))
    monkeypatch.setattr(Runner, "run", runner.run)
    await shift.put(DEPLOY, PAUSE)
    with capture_logs():
        async with shift.at_work():
            await shift.until(shift.is_empty)
    assert runner.done == [DEPLOY.id, DEPLOY.id, PAUSE.id]


async def test_what_breaks_each_time_is_set_aside_and_told_before_long(
    shift: Shift, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "RETRY", 0.001)
    shift.crew.pulumi.refuse("metadata", *[ValueError("a bug")] * TRIES)
    await shift.put(PAUSE)
    with capture_logs():
        async with shift.at_work():
            await shift.until(shift.is_empty)
            async with asyncio.timeout(PATIENCE):
                await shift.slack.said.wait()
    assert await shift.crew.redis.xlen(KEYS.dead) == 1
    assert "gave up" in shift.slack.shown[0].message.text


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
        async with asyncio.timeout(PATIENCE):
            await done.wait()
        assert len(drawn) <= module.HOMES
        go_on.set()
        await shift.until(shift.is_empty)
    assert len(drawn) == 2 * PARALLEL


async def test_two_workers_do_everything_once(shift: Shift) -> None:
    commands = [create_command(Verb.DEPLOY, id=f"c-{number}") for number in range(6)]
    await shift.put(*commands)
    async with shift.at_work():
        other = asyncio.create_task(shift.worker.run(shift.stop))
        await shift.until(shift.is_empty)
    async with asyncio.timeout(PATIENCE):
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
    async with asyncio.timeout(PATIENCE):
        await other
    dev = [command.id for command in commands if command.stack != "web/prod"]
    assert [each for each in begun if each in dev] == [each for each in ended if each in dev] == dev
    assert len(by) == 2
