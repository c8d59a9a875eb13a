"""What waits: previews before votes, reminders, freezes and locks that hold, votes that become void, glass that is broken."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.domain.commands import Command, Verb
from bot.domain.deployments import Deployment
from bot.domain.freezes import Window
from bot.domain.quorum import Seat
from bot.domain.requests import Request, RequestState
from bot.domain.rules import Effect
from bot.errors import PulumiUnavailableError, SlackError
from bot.ports import LogLine
from bot.runner import Runner
from bot.waiting import look_after
from tests.bot.crew import Crew, buttons
from tests.builders import ADA, BEN, CYD, DEPLOYS, PROD, START, create_command, create_policy, create_rule
from tests.fakes import killed_at

TO_PROD = create_command(Verb.DEPLOY, "web/prod")
HOUR = 3600.0
UTC = ZoneInfo("UTC")
FROZEN = Window(datetime(2026, 3, 1, 14, 30), datetime(2026, 3, 1, 18, 0), UTC)  # noqa: DTZ001  a wall-clock time


@pytest.fixture
def crew(crew: Crew) -> Crew:
    """Production takes one approval."""
    crew.pulumi.stacks.add(PROD)
    rules(crew)
    return crew


def rules(crew: Crew, **facts: Any) -> None:
    rule = create_rule(Effect.APPROVE, Verb.DEPLOY, name="production", expires=4 * HOUR, **facts)
    crew.policy = create_policy(rule)


def approval(user: str = BEN, *, request: Request | None = None, number: int = 0) -> Command:
    return create_command(
        Verb.APPROVE,
        "acme/web/prod",
        user=user,
        id=f"approve-{number}-by-{user}",
        request_id=TO_PROD.id,
        version=request.round or None if request else None,
        at=START.timestamp() + number,
    )


async def tick(crew: Crew, *, after: float = 0.0) -> None:
    """Some time goes by, and what waits is looked after."""
    crew.clock.now += after
    await look_after(crew.context)


async def ended(crew: Crew, *, status: str = "succeeded") -> Deployment:
    """The preview is over, and a look has seen it."""
    (preview,) = [each for each in crew.pulumi.of(PROD) if each.operation == "preview"]
    over = replace(preview, status=status, commit="4bea899c0ffee")
    crew.pulumi.put(over)
    crew.pulumi.logs[preview.id] = [
        LogLine(" - aws:s3:Bucket logs delete"),
        LogLine(" +- aws:rds:Instance db replace"),
    ]
    crew.pulumi.changed[preview.id] = {"delete": 1, "replace": 1, "same": 4}
    await crew.look()
    return over


def updates(crew: Crew) -> int:
    return sum(each.operation == "update" for each in crew.pulumi.of(PROD))


async def state(crew: Crew) -> RequestState:
    return (await crew.request(TO_PROD.id)).state


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
    await tick(crew, after=HOUR + 31)
    assert updates(crew) == 1


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


async def test_a_locked_stack_refuses_where_no_rule_says_hold(crew: Crew) -> None:
    await crew.run(create_command(Verb.LOCK, "web/prod", user=CYD, reason="migration"))
    await crew.run(TO_PROD)
    assert "web/prod is locked (migration)" in (await crew.answers())[-1]
    assert await crew.state.request(TO_PROD.id) is None


async def test_unlocking_what_is_not_locked_is_said(crew: Crew) -> None:
    await crew.run(create_command(Verb.UNLOCK, "web/prod"))
    assert "web/prod is not locked." in (await crew.answers())[-1]


async def test_who_may_breaks_the_glass_and_the_channel_hears_why(crew: Crew) -> None:
    rules(crew, break_glass=("@sre",))
    crew.people.teams["@sre"] = {ADA}
    await crew.run(replace(TO_PROD, break_glass=True, reason="the shop is down"))
    assert updates(crew) == 1
    said = await crew.card(f"{TO_PROD.id}:glass:{DEPLOYS}")
    assert "Break-glass" in said
    assert "the shop is down" in said


async def test_who_may_approve_hears_of_it_in_person_and_the_buttons_go_once_it_is_decided(
    crew: Crew,
) -> None:
    rules(crew, seats=(Seat(1, ("@platform",)),))
    crew.people.teams["@platform"] = {ADA, BEN, CYD}
    crew.people.gone.add(CYD)
    await crew.run(TO_PROD)
    lane = f"{TO_PROD.id}:dm:{BEN}"
    assert await crew.lanes() == sorted([TO_PROD.id, lane])
    assert "Approve" in buttons(await crew.tell(lane))
    await crew.run(approval())
    assert buttons(await crew.tell(lane)) == []


async def test_who_is_not_of_the_group_is_told_so(crew: Crew) -> None:
    rules(crew, seats=(Seat(1, ("@platform",)),))
    crew.people.teams["@platform"] = {BEN}
    await crew.run(TO_PROD, approval(CYD))
    assert "You can't approve this: it takes 1 of @platform." in (await crew.answers())[-1]
    assert updates(crew) == 0


async def test_when_slack_can_not_say_who_is_in_a_group_nothing_counts(crew: Crew) -> None:
    rules(crew, seats=(Seat(1, ("@platform",)),))
    crew.people.teams["@platform"] = {BEN}
    await crew.run(TO_PROD)
    crew.people.errors.append(SlackError("usergroups.list", "fatal_error"))
    await crew.run(approval())
    assert await state(crew) is RequestState.AWAITING
    assert updates(crew) == 0


async def test_a_name_has_to_be_typed_where_a_rule_says_so(crew: Crew) -> None:
    rule = create_rule(Effect.ALLOW, Verb.DESTROY, confirm=True)
    crew.policy = create_policy(rule)
    await crew.run(create_command(Verb.DESTROY, "web/prod", confirmed=True))
    assert "type its name once more" in (await crew.answers())[-1]
    assert not crew.pulumi.of(PROD)
    await crew.run(create_command(Verb.DESTROY, "web/prod", id="d2", typed="web/prod"))
    assert [each.operation for each in crew.pulumi.of(PROD)] == ["destroy"]


async def test_can_explains_and_does_nothing(crew: Crew) -> None:
    crew.people.names["@ben"] = BEN
    ask = create_command(Verb.CAN, "web/prod", person="@ben", about=Verb.DEPLOY)
    await crew.run(ask)
    assert f"<@{BEN}> may, with approvals, deploy web/prod" in (await crew.answers())[-1]
    await crew.run(replace(ask, id="c2", person="@nobody"))
    assert "anybody who goes by @nobody" in (await crew.answers())[-1]
    await crew.run(replace(ask, id="c3", person="me", about=Verb.CANCEL))
    assert "may not" in (await crew.answers())[-1]
    assert not crew.pulumi.of(PROD)


async def test_who_asked_takes_it_back_while_it_is_held(crew: Crew) -> None:
    rules(crew, holds=True)
    await crew.run(create_command(Verb.LOCK, "web/prod", user=CYD))
    await crew.run(TO_PROD, approval())
    await crew.run(create_command(Verb.WITHDRAW, "acme/web/prod", user=ADA, request_id=TO_PROD.id))
    assert await state(crew) is RequestState.REJECTED
    await crew.run(create_command(Verb.UNLOCK, "web/prod", user=CYD))
    await tick(crew, after=HOUR)
    assert updates(crew) == 0
