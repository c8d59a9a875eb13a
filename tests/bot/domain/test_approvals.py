"""Votes on a request: who may, what counts, and what is answered when it does not."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.approvals import approvers, cast, is_withdrawn, missing, rejection
from bot.domain.refusals import Refusal
from bot.domain.requests import Choice, Request, RequestState, Vote, expire
from bot.domain.stacks import StackRef

ASKED = Request(
    id="r1",
    stack=StackRef("acme", "web", "prod"),
    operation="update",
    requester="ASKER",
    channel="C1",
    created_at=100.0,
    state=RequestState.AWAITING,
    approvals_needed=2,
    expires_at=200.0,
)


def approve(user: str, at: float = 150.0) -> Vote:
    return Vote(user, Choice.APPROVE, at)


def reject(user: str, reason: str = "not today", at: float = 150.0) -> Vote:
    return Vote(user, Choice.REJECT, at, reason)


def after(*votes: Vote, request: Request = ASKED) -> Request:
    for vote in votes:
        counted = cast(request, vote)
        assert isinstance(counted, Request), counted
        request = counted
    return request


def refused(request: Request, vote: Vote) -> Refusal:
    answer = cast(request, vote)
    assert isinstance(answer, Refusal), answer
    return answer


def test_a_request_waits_until_enough_people_approved() -> None:
    one = after(approve("ADA"))
    assert (one.state, approvers(one), missing(one)) == (RequestState.AWAITING, ("ADA",), 1)
    two = after(approve("GRACE"), request=one)
    assert (two.state, approvers(two), missing(two)) == (RequestState.CREATING, ("ADA", "GRACE"), 0)


def test_a_request_that_names_no_number_still_takes_one_approval() -> None:
    assert after(approve("ADA"), request=replace(ASKED, approvals_needed=0)).state is RequestState.CREATING


def test_nobody_approves_what_they_asked_for() -> None:
    assert refused(ASKED, approve("ASKER")) == Refusal(
        "You asked for this yourself: somebody else has to approve."
    )


def test_the_requester_may_withdraw_without_a_reason() -> None:
    withdrawn = after(approve("ADA"), reject("ASKER", ""))
    assert withdrawn.state is RequestState.REJECTED
    assert is_withdrawn(withdrawn)
    assert refused(withdrawn, approve("GRACE")) == Refusal(
        "This request was already withdrawn by the one who asked.", "Ask for it again.", ("ASKER",)
    )


@pytest.mark.parametrize("second", [approve("ADA"), reject("ADA")])
def test_a_second_vote_by_the_same_person_is_refused(second: Vote) -> None:
    assert refused(after(approve("ADA")), second) == Refusal(
        "You have already approved this.", "It takes 1 more approval by other people."
    )


def test_the_refusal_counts_what_is_missing() -> None:
    three = replace(ASKED, approvals_needed=3)
    assert "2 more approvals" in refused(after(approve("ADA"), request=three), approve("ADA")).remedy


@pytest.mark.parametrize("reason", ["", "  \n "])
def test_a_rejection_needs_a_reason(reason: str) -> None:
    assert refused(ASKED, reject("ADA", reason)).problem == "A rejection needs a reason."


def test_one_rejection_with_a_reason_ends_it() -> None:
    ended = after(approve("ADA"), reject("GRACE", " migration is running \n"))
    assert ended.state is RequestState.REJECTED
    assert rejection(ended) == reject("GRACE", "migration is running")
    assert not is_withdrawn(ended)
    assert refused(ended, approve("LIN")) == Refusal(
        "This request was already rejected.", "Ask for it again.", ("GRACE",)
    )


@pytest.mark.parametrize("state", [RequestState.CREATING, RequestState.CREATED])
def test_a_vote_after_the_decision_is_told_who_approved(state: RequestState) -> None:
    approved = replace(after(approve("ADA"), approve("GRACE")), state=state)
    assert refused(approved, reject("LIN")) == Refusal(
        "This request was already approved.", people=("ADA", "GRACE")
    )


def test_a_vote_on_one_that_could_not_be_started_says_so() -> None:
    failed = replace(after(approve("ADA"), approve("GRACE")), state=RequestState.FAILED)
    assert "could not be started" in refused(failed, approve("LIN")).problem
    assert "nobody knows yet" in refused(replace(failed, unsure=True), approve("LIN")).problem


@pytest.mark.parametrize("at", [200.0, 201.0])
def test_a_vote_that_comes_late_is_refused(at: float) -> None:
    assert "has expired" in refused(ASKED, approve("ADA", at=at)).problem


def test_a_request_expires_when_its_time_is_over_and_not_before() -> None:
    assert expire(ASKED, 199.9) is ASKED
    over = expire(ASKED, 200.0)
    assert over.state is RequestState.EXPIRED
    assert "has expired" in refused(over, approve("ADA")).problem


def test_a_request_without_a_limit_never_expires() -> None:
    patient = replace(ASKED, expires_at=0.0)
    assert expire(patient, 1e12) is patient
    assert after(approve("ADA", at=1e12), request=patient).state is RequestState.AWAITING


def test_what_was_decided_does_not_expire() -> None:
    decided = after(approve("ADA"), approve("GRACE"))
    assert expire(decided, 1e12) is decided


def test_without_a_rejection_nothing_was_withdrawn() -> None:
    assert rejection(ASKED) is None
    assert not is_withdrawn(ASKED)


people = st.sampled_from(["ASKER", "ADA", "GRACE", "LIN"])
votes = st.builds(
    Vote,
    people,
    st.sampled_from([Choice.APPROVE, Choice.APPROVE, Choice.REJECT]),
    st.floats(100.0, 260.0),
    st.sampled_from(["", "why not"]),
)


@given(st.lists(votes, max_size=10), st.integers(0, 4))
@settings(max_examples=200)
def test_no_order_or_repetition_of_votes_approves_what_too_few_people_want(
    cast_votes: list[Vote], needed: int
) -> None:
    request = replace(ASKED, approvals_needed=needed)
    for vote in cast_votes:
        before = request
        answer = cast(request, vote)
        request = request if isinstance(answer, Refusal) else answer
        if before.state is not RequestState.AWAITING:
            assert request == before
    valid = {vote.user for vote in cast_votes if vote.choice is Choice.APPROVE and vote.at < ASKED.expires_at}
    if request.state is RequestState.CREATING:
        assert len(valid - {"ASKER"}) >= max(needed, 1)
        assert set(approvers(request)) <= valid - {"ASKER"}
    assert len({vote.user for vote in request.votes if vote.choice is Choice.APPROVE}) == len(
        [vote for vote in request.votes if vote.choice is Choice.APPROVE]
    )
