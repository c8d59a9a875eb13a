"""What waits, looked after: reminders and expiry, holds that end by themselves, votes that become void."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot import waiting
from bot.domain.requests import Request, RequestState
from bot.errors import PulumiUnavailableError, StoreUnavailableError
from bot.verbs.context import Context
from bot.waiting import LEASE, Waiting
from tests.bot.crew import KEYS, Crew
from tests.bot.production import (
    FROZEN,
    HOUR,
    TO_PROD,
    approval,
    look_after,
    produce,
    rules,
    state,
    tick,
    updates,
)
from tests.builders import BEN, CYD, PROD, START, create_request
from tests.fakes import killed_at

NOW = START.timestamp()


@pytest.fixture(autouse=True)
def production(crew: Crew) -> None:
    """Production takes one approval."""
    produce(crew)


async def test_a_request_that_waited_too_long_expires_and_its_card_says_so(crew: Crew) -> None:
    late = create_request(expires_at=NOW - 1)
    await crew.state.add_request(late)
    await crew.state.add_request(create_request(id="r-2", expires_at=NOW + 1))
    await crew.state.add_request(create_request(id="r-3", expires_at=0.0))
    await look_after(crew.context)
    assert (await crew.request("r-1")).state is RequestState.EXPIRED
    assert "expired" in await crew.card("r-1")
    assert [request.id for request in await crew.state.awaiting()] == ["r-2", "r-3"]


async def test_a_vote_that_was_faster_than_its_end_counts(crew: Crew) -> None:
    late = create_request(expires_at=NOW - 1)
    await crew.state.add_request(late)
    context = crew.context
    voted = replace(late, state=RequestState.REJECTED)

    waiting = Waiting(context)
    [due] = await waiting.due(9)
    await context.state.change_request(late, voted)
    await waiting.look_after(due)
    await waiting.look_after(voted)
    assert await crew.request("r-1") == voted
    assert await crew.card("r-1") == ""


async def test_a_reminder_is_told_once_when_three_quarters_are_over(crew: Crew) -> None:
    await crew.run(TO_PROD)
    await tick(crew, after=3 * HOUR - 1)
    assert await crew.thread(TO_PROD.id) == []
    await tick(crew, after=1)
    await tick(crew, after=1)
    (said,) = await crew.thread(TO_PROD.id)
    assert "still takes 1 more approval" in said
    await tick(crew, after=HOUR)
    assert await state(crew) is RequestState.EXPIRED
    await crew.run(approval(number=9))
    assert updates(crew) == 0


async def test_settings_that_changed_void_the_votes_and_everybody_who_voted_hears_of_it(crew: Crew) -> None:
    rules(crew, approvals=2)
    await crew.run(TO_PROD, approval())
    crew.pulumi.digests[PROD] = "changed"
    await crew.run(approval(CYD))
    request = await crew.request(TO_PROD.id)
    assert (request.state, request.votes, request.round) == (RequestState.AWAITING, (), 1)
    told = {(reply.user, reply.message.text) for reply in await crew.replies()}
    assert any(user == BEN and "no longer counts" in text for user, text in told)
    assert any(user == CYD and "was not counted" in text for user, text in told)
    assert "The votes began anew" in await crew.card(TO_PROD.id)
    await crew.run(approval(CYD))  # delivered again: it was for what is gone
    assert (await crew.request(TO_PROD.id)).votes == ()
    await crew.run(approval(BEN, request=request, number=2), approval(CYD, request=request, number=3))
    assert updates(crew) == 1


async def test_what_is_approved_in_a_freeze_waits_and_goes_on_by_itself(crew: Crew) -> None:
    rules(crew, freeze=(FROZEN,), holds=True)
    await crew.run(TO_PROD)
    crew.clock.now += HOUR
    await crew.run(approval())
    assert (await state(crew), updates(crew)) == (RequestState.HELD, 0)
    assert "on hold" in await crew.card(TO_PROD.id)
    await tick(crew, after=2 * HOUR)
    assert (await state(crew), updates(crew)) == (RequestState.HELD, 0)
    await tick(crew, after=HOUR)
    assert (await state(crew), updates(crew)) == (RequestState.CREATED, 1)
    await tick(crew, after=HOUR)
    assert updates(crew) == 1


async def test_what_is_held_runs_only_as_it_was_approved(crew: Crew) -> None:
    """Settings that change, and people who leave, while a freeze lasts."""
    rules(crew, freeze=(FROZEN,), holds=True)
    await crew.run(TO_PROD)
    crew.clock.now += HOUR
    await crew.run(approval())
    crew.pulumi.digests[PROD] = "changed"
    await tick(crew, after=3 * HOUR)
    assert (await state(crew), updates(crew)) == (RequestState.AWAITING, 0)
    assert any(
        reply.user == BEN and "no longer counts" in reply.message.text for reply in await crew.replies()
    )


async def test_who_left_while_it_was_held_counts_no_more(crew: Crew) -> None:
    rules(crew, freeze=(FROZEN,), holds=True)
    await crew.run(TO_PROD)
    crew.clock.now += HOUR
    await crew.run(approval())
    crew.people.gone.add(BEN)
    await tick(crew, after=3 * HOUR)
    request = await crew.request(TO_PROD.id)
    assert (request.state, request.votes, updates(crew)) == (RequestState.AWAITING, (), 0)


@pytest.mark.parametrize("breath", range(2, 16, 2))
async def test_a_worker_that_dies_while_it_lets_go_is_followed_by_another(crew: Crew, breath: int) -> None:
    rules(crew, freeze=(FROZEN,), holds=True)
    await crew.run(TO_PROD)
    crew.clock.now += HOUR
    await crew.run(approval())
    crew.clock.now += 3 * HOUR
    with killed_at(breath) as life:
        await look_after(crew.mortal_context(life))
    await tick(crew, after=61)
    await tick(crew, after=61)
    assert (await state(crew), updates(crew)) == (RequestState.CREATED, 1)


@pytest.mark.parametrize(
    "error", [ValueError("a bug"), PulumiUnavailableError("down"), StoreUnavailableError("away")]
)
async def test_one_that_breaks_stops_nobody_elses_and_is_tried_again_when_its_claim_is_over(
    crew: Crew, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    looked: list[str] = []

    async def look(context: Context, request: Request) -> None:
        looked.append(request.id)
        if request.id == "r-1":
            raise error
        await context.state.change_request(request, replace(request, look_at=request.look_at + LEASE))

    monkeypatch.setitem(waiting._LOOKS, RequestState.HELD, look)
    for number in (1, 2):
        await crew.state.add_request(create_request(RequestState.HELD, id=f"r-{number}", look_at=NOW))
    for _ in range(2):
        await look_after(crew.context)
        assert sorted(looked) == ["r-1", "r-2"]
    await tick(crew, after=LEASE)
    assert sorted(looked[2:]) == ["r-1", "r-2"]


async def test_votes_that_cannot_be_looked_after_stay_open_as_they_are(
    crew: Crew, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def look(*_: object) -> None:
        raise ValueError("a bug")

    monkeypatch.setitem(waiting._LOOKS, RequestState.AWAITING, look)
    asked = await crew.state.add_request(create_request(expires_at=NOW - 1))
    await look_after(crew.context)
    assert await crew.request(asked.id) == asked


async def test_locks_that_cannot_be_ended_stop_no_request(
    crew: Crew, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def end_locks(_: Context) -> None:
        raise ValueError("a bug")

    monkeypatch.setattr(waiting, "end_locks", end_locks)
    asked = await crew.state.add_request(create_request(expires_at=NOW - 1))
    await look_after(crew.context)
    assert (await crew.request(asked.id)).state is RequestState.EXPIRED


async def test_a_store_that_is_away_claims_nothing(crew: Crew, monkeypatch: pytest.MonkeyPatch) -> None:
    async def end_locks(_: Context) -> None:
        raise StoreUnavailableError("away")

    monkeypatch.setattr(waiting, "end_locks", end_locks)
    with pytest.raises(StoreUnavailableError):
        await Waiting(crew.context).due(9)


async def test_one_that_takes_long_is_looked_after_by_nobody_else(
    crew: Crew, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its claim would have run out; signs of life make it last."""
    monkeypatch.setattr(waiting, "SIGN_OF_LIFE", 0.001)
    given = asyncio.Event()
    keep = Waiting._keep

    async def sign(self: Waiting, request: Request) -> None:
        await keep(self, request)
        given.set()

    async def look(*_: object) -> None:
        crew.clock.now += LEASE - 1
        await given.wait()
        crew.clock.now += LEASE - 1
        assert await Waiting(crew.context).due(9) == ()
        looked.append(1)

    looked: list[int] = []
    monkeypatch.setattr(Waiting, "_keep", sign)
    monkeypatch.setitem(waiting._LOOKS, RequestState.HELD, look)
    await crew.state.add_request(create_request(RequestState.HELD, look_at=NOW))
    ours = Waiting(crew.context)
    [due] = await ours.due(9)
    await ours.look_after(due)
    assert looked
    assert await Waiting(crew.context).due(9) == (due,)


async def test_any_number_of_workers_let_one_go_once(crew: Crew) -> None:
    held = create_request(RequestState.HELD, look_at=NOW, approvals_needed=0)
    await crew.state.add_request(held)
    await asyncio.gather(*(look_after(crew.context) for _ in range(4)))
    assert updates(crew) == 1
    assert crew.pulumi.calls.count("create") == 1
    assert await crew.redis.hlen(KEYS.awaiting_claims) == 0
