"""approve, reject: every vote counts once, and what it decides happens once."""

from __future__ import annotations

import asyncio
import importlib
from dataclasses import replace
from typing import Any

import pytest

from bot.domain.commands import Command, Verb
from bot.domain.requests import Choice, RequestState, Vote
from bot.errors import BadRequestError
from bot.runner import Runner
from tests.bot.crew import Crew, buttons
from tests.builders import ADA, BEN, CYD, DEPLOYS, PROD, START, create_command, create_request
from tests.fakes import killed_at


def approve(user: str = BEN, **facts: Any) -> Command:
    return create_command(Verb.APPROVE, "", user=user, request_id="r-1", **facts)


def reject(user: str = BEN, reason: str = "not on a Friday") -> Command:
    return create_command(Verb.REJECT, "", user=user, request_id="r-1", reason=reason)


async def asked(crew: Crew, **facts: Any) -> None:
    await crew.state.add_request(create_request(**facts))


async def test_another_persons_approval_starts_it(crew: Crew) -> None:
    await asked(crew)
    await crew.run(approve())
    request = await crew.request("r-1")
    assert (request.state, request.votes[0].user) == (RequestState.CREATED, BEN)
    assert len(crew.pulumi.of(PROD)) == 1
    assert f"Approved by <@{BEN}>" in await crew.card("r-1")
    assert await crew.answers() == ["You approved the deploy of web/prod. It is starting now."]


async def test_nobody_approves_their_own(crew: Crew) -> None:
    await asked(crew)
    await crew.run(approve(ADA))
    assert crew.pulumi.of(PROD) == []
    [said] = await crew.answers()
    assert "somebody else has to approve" in said


async def test_one_person_counts_once(crew: Crew) -> None:
    await asked(crew, approvals_needed=2)
    again = approve(id="again", at=START.timestamp() + 60)
    await crew.run(approve(), again)
    assert (await crew.request("r-1")).state is RequestState.AWAITING
    assert "1 more approval" in await crew.answer(again)
    assert "1 of 2" in await crew.card("r-1")


async def test_the_second_of_two_starts_it(crew: Crew) -> None:
    await asked(crew, approvals_needed=2)
    await crew.run(approve(), approve(CYD))
    assert len(crew.pulumi.of(PROD)) == 1
    counted, starting = await crew.answer(approve()), await crew.answer(approve(CYD))
    assert counted == "You approved the deploy of web/prod: 1 of 2 approvals so far."
    assert starting == "You approved the deploy of web/prod. It is starting now."


async def test_a_late_vote_is_told_who_decided(crew: Crew) -> None:
    await asked(crew)
    await crew.run(approve(), approve(CYD), reject(CYD))
    assert len(crew.pulumi.of(PROD)) == 1
    for late in (approve(CYD), reject(CYD)):
        assert f"already approved: <@{BEN}>." in await crew.answer(late)


async def test_ten_clicks_at_once_start_one_deployment(crew: Crew) -> None:
    await asked(crew)
    crowd = [approve(f"U0P{number}") for number in range(10)]
    await asyncio.gather(*(Runner(crew.context).run(each) for each in crowd))
    assert len(crew.pulumi.of(PROD)) == 1
    assert len((await crew.request("r-1")).votes) == 1
    told = await crew.answers()
    assert len(told) == 10
    assert sum("starting now" in each for each in told) == 1
    assert sum("already approved" in each for each in told) == 9


async def test_ten_people_all_count_where_ten_are_needed(crew: Crew) -> None:
    await asked(crew, approvals_needed=10)
    crowd = [approve(f"U0P{number}") for number in range(10)]
    await asyncio.gather(*(Runner(crew.context).run(each) for each in crowd))
    assert len((await crew.request("r-1")).votes) == 10
    assert len(crew.pulumi.of(PROD)) == 1


async def test_a_crowd_beyond_all_tries_is_asked_to_press_again(
    crew: Crew, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.import_module("bot.verbs.vote"), "RACES", 0)
    await asked(crew)
    await crew.run(approve())
    assert await crew.answers() == ["Too many votes at once. Press the button again."]


@pytest.mark.parametrize("breath", range(1, 40))
async def test_killed_anywhere_and_redelivered_a_vote_counts_once_and_has_its_effect(
    crew: Crew, breath: int
) -> None:
    await asked(crew)
    with killed_at(breath) as life:
        await Runner(crew.mortal_context(life)).run(approve())
    await crew.run(approve())
    assert len(crew.pulumi.of(PROD)) == 1
    assert len((await crew.request("r-1")).votes) == 1
    assert await crew.answers() == ["You approved the deploy of web/prod. It is starting now."]


async def test_a_first_vote_delivered_again_does_not_create_next_to_the_deciding_one(crew: Crew) -> None:
    await asked(crew, approvals_needed=2)
    await crew.run(approve())

    async def redelivered() -> None:
        await crew.run(approve())

    crew.pulumi.meanwhile["create"] = redelivered
    await crew.run(approve(CYD))
    assert len(crew.pulumi.of(PROD)) == 1


async def test_an_approved_request_that_cannot_start_says_so_on_its_card_only(crew: Crew) -> None:
    await asked(crew)
    crew.pulumi.refuse("create", BadRequestError("no settings", status=400))
    await crew.run(approve())
    assert "no settings" in await crew.card("r-1")
    assert await crew.answers() == ["You approved the deploy of web/prod. It is starting now."]
    await crew.run(approve(CYD))
    assert "could not be started" in await crew.answer(approve(CYD))


async def test_a_rejection_ends_it_with_its_reason(crew: Crew) -> None:
    await asked(crew)
    await crew.run(reject(), approve(CYD))
    assert (await crew.request("r-1")).state is RequestState.REJECTED
    assert crew.pulumi.of(PROD) == []
    assert "not on a Friday" in await crew.card("r-1")
    assert "already rejected" in await crew.answer(approve(CYD))


async def test_buttons_go_away_once_decided(crew: Crew) -> None:
    await asked(crew, approvals_needed=2)
    await crew.run(approve())
    assert {"Approve", "Reject"} <= set(buttons(await crew.tell("r-1")))
    await crew.run(reject(CYD))
    assert not {"Approve", "Reject"} & set(buttons(await crew.tell("r-1")))


async def test_a_rejection_needs_a_reason(crew: Crew) -> None:
    await asked(crew)
    await crew.run(reject(reason="  "))
    assert (await crew.request("r-1")).state is RequestState.AWAITING
    assert "needs a reason" in (await crew.answers())[0]


async def test_a_rejection_delivered_again_is_no_second_one_however_its_reason_was_typed(crew: Crew) -> None:
    await asked(crew)
    await crew.run(reject(reason=" wait \n"))
    before = await crew.request("r-1")
    await crew.run(reject(reason=" wait \n"))
    assert await crew.request("r-1") == before
    assert before.votes == (Vote(BEN, Choice.REJECT, START.timestamp(), "wait"),)
    assert len(await crew.answers()) == 1


async def test_the_one_who_asked_may_take_it_back(crew: Crew) -> None:
    await asked(crew)
    await crew.run(reject(ADA, reason=""))
    assert "withdrawn" in await crew.card("r-1")
    assert await crew.answers() == ["You withdrew the deploy of web/prod. Nothing was started."]


async def test_too_late_is_told_as_expired_though_nobody_has_noted_it_yet(crew: Crew) -> None:
    await asked(crew)
    await crew.run(replace(approve(), at=START.timestamp() + 3600))
    assert crew.pulumi.of(PROD) == []
    assert "has expired" in (await crew.answers())[0]


async def test_a_request_that_is_no_longer_on_record_is_refused(crew: Crew) -> None:
    await crew.run(approve())
    [reply] = await crew.replies()
    assert "no longer on record" in reply.message.text
    assert (reply.user, reply.channel) == (BEN, DEPLOYS)
