"""A preview before the votes: started once, told on the request's card, never lost."""

from __future__ import annotations

import asyncio
import tracemalloc

import pytest

from bot.domain.requests import RequestState
from bot.errors import PulumiUnavailableError
from bot.runner import Runner
from bot.verbs import previews
from tests.bot.crew import Crew, buttons
from tests.bot.production import TO_PROD, approval, ended, produce, rules, state, tick, updates
from tests.builders import PROD
from tests.fakes import FakePulumi, killed_at
from tests.long_logs import LITTLE, long_log


@pytest.fixture(autouse=True)
def production(crew: Crew) -> None:
    """Production takes one approval."""
    produce(crew)


async def test_a_preview_comes_before_the_votes_and_pins_its_commit(crew: Crew) -> None:
    rules(crew, preview=True)
    await crew.run(TO_PROD)
    assert await state(crew) is RequestState.PREVIEWING
    assert buttons(await crew.tell(TO_PROD.id)) == ["Withdraw"]
    await crew.run(approval())
    assert "This is being previewed" in (await crew.answers())[-1]
    await ended(crew)
    request = await crew.request(TO_PROD.id)
    assert (request.state, request.commit, request.pinned) == (RequestState.AWAITING, "4bea899c0ffee", True)
    card = await crew.card(TO_PROD.id)
    for words in ("1 to replace · 1 to delete · 4 unchanged", "Deletes logs", "Replaces db"):
        assert words in card
    await crew.run(approval(number=1))
    assert updates(crew) == 1
    assert [each.commit for each in crew.pulumi.of(PROD) if each.operation == "update"] == ["4bea899c0ffee"]


async def test_the_preview_has_no_card_of_its_own(crew: Crew) -> None:
    rules(crew, preview=True)
    await crew.run(TO_PROD)
    await ended(crew)
    assert await crew.lanes() == [TO_PROD.id]


async def test_what_could_not_be_previewed_is_not_voted_on(crew: Crew) -> None:
    rules(crew, preview=True)
    await crew.run(TO_PROD)
    await ended(crew, status="failed")
    assert await state(crew) is RequestState.FAILED
    assert "nothing to approve" in await crew.card(TO_PROD.id)


async def test_a_preview_that_pulumi_forgot_ends_the_request(crew: Crew) -> None:
    rules(crew, preview=True)
    await crew.run(TO_PROD)
    crew.pulumi.delete(*crew.pulumi.of(PROD))
    await crew.look()
    assert await state(crew) is RequestState.FAILED


async def test_a_preview_whose_log_can_not_be_read_says_so(crew: Crew) -> None:
    rules(crew, preview=True)
    await crew.run(TO_PROD)
    crew.pulumi.refuse("log", PulumiUnavailableError("down"))
    await ended(crew)
    assert "could not be read" in await crew.card(TO_PROD.id)


async def test_a_log_that_comes_too_slowly_holds_nothing_up_and_is_named_unread(
    crew: Crew, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never() -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(previews, "LOG_WITHIN", 0.01)
    rules(crew, preview=True)
    await crew.run(TO_PROD)
    crew.pulumi.meanwhile["log"] = never
    async with asyncio.timeout(60):
        await ended(crew)
    assert await state(crew) is RequestState.AWAITING
    assert "could not be read" in await crew.card(TO_PROD.id)


async def test_a_long_log_costs_little_memory(crew: Crew, monkeypatch: pytest.MonkeyPatch) -> None:
    rules(crew, preview=True)
    await crew.run(TO_PROD)
    endless = long_log(" - aws:s3:Bucket logs delete")
    monkeypatch.setattr(FakePulumi, "log", endless)
    tracemalloc.start()
    await ended(crew)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < LITTLE
    assert "Deletes logs" in await crew.card(TO_PROD.id)


@pytest.mark.parametrize("breath", range(2, 30, 3))
async def test_a_worker_that_dies_anywhere_loses_no_preview(crew: Crew, breath: int) -> None:
    rules(crew, preview=True)
    with killed_at(breath) as life:
        await Runner(crew.mortal_context(life)).run(TO_PROD)
    await crew.run(TO_PROD)
    assert len(crew.pulumi.of(PROD)) == 1
    await ended(crew)
    assert await state(crew) is RequestState.AWAITING


async def test_a_look_in_time_finds_a_preview_whose_end_nobody_told(crew: Crew) -> None:
    rules(crew, preview=True)
    await crew.run(TO_PROD)
    request = await crew.request(TO_PROD.id)
    await ended(crew)
    voting = await crew.request(TO_PROD.id)
    await crew.state.change_request(voting, request)
    await tick(crew, after=31)
    assert await state(crew) is RequestState.AWAITING


async def test_where_a_preview_is_asked_for_it_comes_first_again(crew: Crew) -> None:
    rules(crew, preview=True)
    await crew.run(TO_PROD)
    await ended(crew)
    crew.pulumi.digests[PROD] = "changed"
    await crew.run(approval(number=1))
    request = await crew.request(TO_PROD.id)
    assert (request.state, request.commit, request.preview) == (RequestState.PREVIEWING, "", None)
    assert len([each for each in crew.pulumi.of(PROD) if each.operation == "preview"]) == 2
    assert updates(crew) == 0
