"""Locks: one holder, taken over with a word to them, and what they hold or refuse."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.domain.audit_query import Query
from bot.domain.commands import Verb
from bot.domain.locks import Lock
from bot.domain.requests import RequestState
from bot.runner import Runner
from tests.bot.crew import Crew
from tests.bot.production import (
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
from tests.builders import ADA, BEN, CYD, DEPLOYS, PROD, create_command, create_origin
from tests.fakes import killed_at


@pytest.fixture(autouse=True)
def production(crew: Crew) -> None:
    """Production takes one approval."""
    produce(crew)


async def test_a_lock_holds_what_others_ask_for_until_it_is_given_back(crew: Crew) -> None:
    rules(crew, holds=True)
    await crew.run(create_command(Verb.LOCK, "web/prod", user=CYD, reason="migration", lasts=2 * HOUR))
    assert "locked by <@U0CYD>" in await crew.card("lock-by-U0CYD")
    await crew.run(TO_PROD, approval())
    assert (await state(crew), updates(crew)) == (RequestState.HELD, 0)
    await crew.run(create_command(Verb.UNLOCK, "web/prod", user=CYD))
    await tick(crew)
    assert (await state(crew), updates(crew)) == (RequestState.CREATED, 1)


async def test_a_lock_that_runs_out_holds_no_longer(crew: Crew) -> None:
    rules(crew, holds=True)
    await crew.run(create_command(Verb.LOCK, "web/prod", user=CYD, lasts=HOUR))
    await crew.run(TO_PROD, approval())
    await tick(crew, after=HOUR)
    assert updates(crew) == 1


async def test_a_lock_that_runs_out_says_so_where_it_stood_and_to_whoever_had_it(crew: Crew) -> None:
    await crew.run(create_command(Verb.LOCK, "web/prod", user=CYD, reason="migration", lasts=HOUR))
    await tick(crew, after=HOUR - 1)
    assert "Unlock" in str((await crew.tell("lock-by-U0CYD")).blocks)
    for _ in range(2):
        await tick(crew, after=1)
    over = await crew.tell("lock-by-U0CYD")
    assert "It ran out" in over.text
    assert "Unlock" not in str(over.blocks)
    [told] = [reply for reply in await crew.replies() if "ran out" in reply.message.text]
    assert (told.user, told.channel) == (CYD, DEPLOYS)
    assert "Lock it again" in str(told.message.blocks)
    assert await crew.state.lock(PROD) is None
    page = await crew.state.audited(Query(stack=str(PROD)))
    assert [(each.verb, each.outcome, each.user) for each in page.entries][:1] == [("lock", "expired", CYD)]


async def test_of_two_workers_one_ends_a_lock(crew: Crew) -> None:
    await crew.run(create_command(Verb.LOCK, "web/prod", user=CYD, lasts=HOUR))
    crew.clock.now += HOUR
    await asyncio.gather(*(look_after(crew.context) for _ in range(3)))
    assert len(await crew.replies()) == 1


async def test_a_lock_from_before_an_upgrade_ends_without_a_word_on_a_message_that_nobody_knows(
    crew: Crew,
) -> None:
    await crew.state.change_lock(PROD, None, Lock(PROD, CYD, at=1.0, until=2.0))
    await tick(crew)
    assert await crew.state.lock(PROD) is None
    assert await crew.lanes() == []


async def test_a_message_of_a_lock_that_is_over_offers_no_unlock(crew: Crew) -> None:
    await crew.run(create_command(Verb.LOCK, "web/prod", user=CYD, id="first"))
    await crew.run(create_command(Verb.LOCK, "web/prod", user=CYD, id="again", lasts=HOUR))
    assert "Locked anew" in await crew.card("first")
    await crew.run(create_command(Verb.LOCK, "web/prod", user=BEN, id="bens", confirmed=True))
    assert "<@U0BEN> took it over" in await crew.card("again")
    await crew.run(create_command(Verb.UNLOCK, "web/prod", user=BEN))
    assert "<@U0BEN> unlocked it" in await crew.card("bens")
    for lane in ("first", "again", "bens"):
        assert "Unlock" not in str((await crew.tell(lane)).blocks)


async def test_a_redelivered_lock_changes_nothing(crew: Crew) -> None:
    command = create_command(Verb.LOCK, "web/prod", user=CYD)
    await crew.run(command, command)
    assert "Unlock" in str((await crew.tell(command.id)).blocks)


async def test_somebody_elses_lock_is_taken_over_after_a_question_and_they_hear_of_it(crew: Crew) -> None:
    await crew.run(create_command(Verb.LOCK, "web/prod", user=CYD, reason="migration"))
    take = create_command(Verb.LOCK, "web/prod", user=BEN)
    await crew.run(take)
    assert "Take it over?" in (await crew.answers())[-1]
    held = await crew.state.lock(PROD)
    assert held is not None
    assert held.user == CYD
    await crew.run(replace(take, id="take", confirmed=True))
    taken = await crew.state.lock(PROD)
    assert taken is not None
    assert taken.user == BEN
    assert any(
        reply.user == CYD and "took over your lock" in reply.message.text for reply in await crew.replies()
    )


@pytest.mark.parametrize(
    ("verb", "why", "told"),
    [
        (Verb.LOCK, "hotfix", f"hotfix; it was {CYD}'s"),
        (Verb.LOCK, "", f"it was {CYD}'s"),
        (Verb.UNLOCK, "done", f"done; it was {CYD}'s"),
    ],
)
async def test_the_audit_names_who_had_a_lock_before(crew: Crew, verb: Verb, why: str, told: str) -> None:
    await crew.run(create_command(Verb.LOCK, "web/prod", user=CYD))
    await crew.run(create_command(verb, "web/prod", user=BEN, reason=why, confirmed=True))
    page = await crew.state.audited(Query(stack=str(PROD)))
    assert (page.entries[0].user, page.entries[0].reason) == (BEN, told)


async def test_the_audit_names_nobody_where_a_lock_was_ones_own(crew: Crew) -> None:
    await crew.run(create_command(Verb.LOCK, "web/prod", user=CYD, id="first"))
    await crew.run(create_command(Verb.LOCK, "web/prod", user=CYD, id="again", reason="longer"))
    page = await crew.state.audited(Query(stack=str(PROD)))
    assert page.entries[0].reason == "longer"


async def test_a_locked_stack_refuses_where_no_rule_says_hold(crew: Crew) -> None:
    await crew.run(create_command(Verb.LOCK, "web/prod", user=CYD, reason="migration"))
    await crew.run(TO_PROD)
    assert "web/prod is locked (migration)" in (await crew.answers())[-1]
    assert await crew.state.request(TO_PROD.id) is None


async def test_unlocking_what_is_not_locked_is_said(crew: Crew) -> None:
    await crew.run(create_command(Verb.UNLOCK, "web/prod"))
    assert "web/prod is not locked." in (await crew.answers())[-1]


async def test_who_asked_takes_it_back_while_it_is_held(crew: Crew) -> None:
    rules(crew, holds=True)
    await crew.run(create_command(Verb.LOCK, "web/prod", user=CYD))
    await crew.run(TO_PROD, approval())
    await crew.run(create_command(Verb.WITHDRAW, "acme/web/prod", user=ADA, request_id=TO_PROD.id))
    assert await state(crew) is RequestState.REJECTED
    await crew.run(create_command(Verb.UNLOCK, "web/prod", user=CYD))
    await tick(crew, after=HOUR)
    assert updates(crew) == 0


async def test_an_unlock_that_is_delivered_again_contradicts_nothing(crew: Crew) -> None:
    await crew.run(create_command(Verb.LOCK, "web/prod", user=CYD))
    unlock = create_command(Verb.UNLOCK, "web/prod", user=CYD)
    await crew.run(unlock, unlock)
    assert await crew.answers() == []
    assert "unlocked by" in await crew.card(unlock.id)


@pytest.mark.parametrize("breath", range(1, 26))
async def test_an_unlock_killed_at_any_moment_is_told_once_and_frees_what_was_held(
    crew: Crew, breath: int
) -> None:
    rules(crew, holds=True)
    await crew.run(create_command(Verb.LOCK, "web/prod", user=CYD), TO_PROD, approval())
    unlock = create_command(Verb.UNLOCK, "web/prod", user=CYD)
    with killed_at(breath) as life:
        await Runner(crew.mortal_context(life)).run(unlock)
    await crew.run(unlock)
    assert not any("is not locked" in said for said in await crew.answers())
    await tick(crew)
    assert (await state(crew), updates(crew)) == (RequestState.CREATED, 1)


@pytest.mark.parametrize("breath", range(1, 26))
async def test_the_question_before_an_unlock_killed_at_any_moment_says_what_was_decided(
    crew: Crew, breath: int
) -> None:
    await crew.run(create_command(Verb.LOCK, "web/prod", user=CYD))
    asked = create_origin(BEN, is_private=True, response_url="http://slack/1")
    sure = replace(create_command(Verb.UNLOCK, str(PROD), confirmed=True), origin=asked)
    with killed_at(breath) as life:
        await Runner(crew.mortal_context(life)).run(sure)
    await crew.run(sure)
    assert await crew.answer(sure) == "You unlocked web/prod."
