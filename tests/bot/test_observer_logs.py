"""The lines that say why something failed: read before the outcome is told, and never in its way."""

from __future__ import annotations

import asyncio
import tracemalloc
from dataclasses import replace

import pytest

from bot import observer
from bot.errors import PulumiUnavailableError
from bot.observer import LOG_ATTEMPTS
from bot.ports import LogLine
from tests.bot.crew import Crew
from tests.bot.sightings import BROKEN, LANE, QUEUED, SOURCE, STAGES, TOLD, keys, see
from tests.builders import ADA, DEPLOYS, create_policy, evolved
from tests.fakes import FakePulumi
from tests.long_logs import LITTLE, long_log


@pytest.fixture(autouse=True)
def subscribed(crew: Crew) -> None:
    """#deploys hears of everything."""
    crew.policy = create_policy(hears=DEPLOYS)


async def test_a_failure_is_told_with_the_lines_of_the_failing_step(crew: Crew) -> None:
    crew.pulumi.step_logs["dev-7", 0, 0] = [LogLine(text="error: of another step")]
    crew.pulumi.step_logs["dev-7", 0, 1] = [LogLine(text="error: bucket is taken, key AKIAIOSFODNN7EXAMPLE")]
    await see(crew, STAGES[1], BROKEN)
    [why] = [text for text in await crew.thread(LANE) if "error:" in text]
    assert "bucket is taken" in why
    assert "AKIA" not in why
    assert "another step" not in why
    assert "bucket is taken" in (await crew.tell(LANE)).blocks[0]["text"]["text"]


async def test_one_of_several_jobs_that_failed_is_read_by_its_numbers(crew: Crew) -> None:
    [first] = STAGES[-1].jobs
    [second] = BROKEN.jobs
    crew.pulumi.step_logs["dev-7", 1, 1] = [LogLine(text="error: of the second job")]
    await see(crew, replace(BROKEN, jobs=(first, second)))
    assert "of the second job" in " ".join(await crew.thread(LANE))


async def test_where_no_step_failed_the_whole_log_is_read(crew: Crew) -> None:
    crew.pulumi.logs["dev-7"] = [LogLine(header="start"), LogLine(text="error: no space left")]
    await see(crew, evolved(QUEUED, "failed", SOURCE))
    assert "no space left" in " ".join(await crew.thread(LANE))


async def test_a_log_that_cannot_be_read_puts_the_outcome_off(crew: Crew) -> None:
    crew.pulumi.refuse("step_log", PulumiUnavailableError("down"))
    crew.pulumi.step_logs["dev-7", 0, 1] = [LogLine(text="error: bucket is taken")]
    await see(crew, STAGES[1], BROKEN)
    assert await keys(crew) == TOLD[:1]
    assert QUEUED.id in await crew.state.active("acme")
    await see(crew, BROKEN)
    assert "bucket is taken" in (await crew.thread(LANE))[-1]
    assert await crew.state.active("acme") == frozenset()


async def test_a_log_that_comes_too_slowly_holds_nothing_up_and_counts_as_a_try(
    crew: Crew, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never() -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(observer, "LOG_WITHIN", 0.01)
    crew.pulumi.meanwhile["step_log"] = never
    async with asyncio.timeout(10):
        await see(crew, BROKEN)
    assert (await crew.tracked(QUEUED)).log_attempts == 1
    await see(crew, BROKEN)
    assert (await keys(crew))[-1] == "dev-7:failure"


async def test_a_long_log_costs_little_memory(crew: Crew, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FakePulumi, "step_log", long_log("error: bucket is taken"))
    tracemalloc.start()
    await see(crew, BROKEN)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < LITTLE
    assert "bucket is taken" in (await crew.thread(LANE))[-1]


async def test_after_three_tries_the_outcome_is_told_without_it(crew: Crew) -> None:
    crew.pulumi.refuse("step_log", *[PulumiUnavailableError("down") for _ in range(LOG_ATTEMPTS)])
    await see(crew, *[BROKEN] * LOG_ATTEMPTS)
    assert await keys(crew) == []
    await see(crew, BROKEN)
    assert (await keys(crew))[-1] == "dev-7:failure"
    assert crew.pulumi.calls.count("step_log") == LOG_ATTEMPTS


async def test_a_log_that_nothing_can_be_made_of_does_not_hide_the_outcome(
    crew: Crew, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ValueError("a bug")

    monkeypatch.setattr(observer, "excerpt", broken)
    await see(crew, *[BROKEN] * LOG_ATTEMPTS, BROKEN)
    assert (await keys(crew))[-1] == "dev-7:failure"


async def test_no_log_is_read_of_what_no_channel_hears_of(crew: Crew) -> None:
    crew.policy = create_policy()
    await see(crew, BROKEN)
    assert "step_log" not in crew.pulumi.calls
    assert (await crew.tracked(QUEUED)).deployment.status == "failed"


async def test_no_log_is_read_of_what_was_canceled(crew: Crew) -> None:
    await see(crew, STAGES[1])
    await crew.state.track(replace(await crew.tracked(QUEUED), canceled_by=ADA))
    await see(crew, BROKEN)
    assert "step_log" not in crew.pulumi.calls
    assert f"canceled by <@{ADA}>" in await crew.card(LANE)
