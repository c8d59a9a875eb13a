"""No order and no repetition of votes approves what the rule does not, whoever presses what how often."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.approvals import cast, prune, withdraw
from bot.domain.audience import EVERYONE, MEMBERS, Facts, includes
from bot.domain.quorum import Seat, wanted
from bot.domain.refusals import Refusal
from bot.domain.requests import Choice, Request, RequestState, Vote
from bot.domain.stacks import StackRef

PEOPLE = ["U0ANA", "U0BEN", "U0CYD", "U0DEV", "U0EVE"]
TERMS = ["@platform", "@sre", EVERYONE, MEMBERS, "U0DEV"]

groups = st.fixed_dictionaries(
    {"@platform": st.frozensets(st.sampled_from(PEOPLE)), "@sre": st.frozensets(st.sampled_from(PEOPLE))}
)
facts = st.builds(
    Facts,
    groups=groups,
    members=st.frozensets(st.sampled_from(PEOPLE)),
    gone=st.frozensets(st.sampled_from(PEOPLE), max_size=2),
)
seats = st.lists(
    st.builds(Seat, st.integers(1, 2), st.lists(st.sampled_from(TERMS), min_size=1, max_size=2).map(tuple)),
    min_size=1,
    max_size=2,
).map(tuple)
votes = st.lists(
    st.builds(Vote, st.sampled_from(PEOPLE), st.sampled_from([Choice.APPROVE] * 4 + [Choice.REJECT]), st.floats(0, 150), st.sampled_from(["", " ", "no"])),
    max_size=8,
)  # fmt: skip


def asked(seats: tuple[Seat, ...], *, shared: bool, own: bool) -> Request:
    return Request(
        id="r-1",
        stack=StackRef("acme", "web", "prod"),
        operation="update",
        requester="U0ANA",
        channel="C1",
        created_at=0.0,
        state=RequestState.AWAITING,
        approvals_needed=wanted(seats),
        expires_at=100.0,
        seats=seats,
        shared=shared,
        requester_counts=own,
    )


requests = st.builds(asked, seats, shared=st.booleans(), own=st.booleans())


def after(request: Request, votes: list[Vote], facts: Facts) -> Request:
    """Every press in its order; what is refused changes nothing."""
    for vote in votes:
        voted = cast(request, vote, facts)
        request = request if isinstance(voted, Refusal) else voted
    return request


def may_be_approved(request: Request, votes: list[Vote], facts: Facts) -> bool:
    """What the rule says, tried out: is there any way to give every seat a person of its own (or any, where one may fill all)?"""
    willing = {
        vote.user
        for vote in votes
        if vote.choice is Choice.APPROVE and vote.at < request.expires_at and vote.user not in facts.gone
    }
    willing -= set() if request.requester_counts else {request.requester}
    if request.shared:
        return all(
            sum(includes(seat.who, user, facts) for user in willing) >= seat.count for seat in request.seats
        )
    chairs = [seat for seat in request.seats for _ in range(seat.count)]
    return any(
        all(includes(seat.who, user, facts) for seat, user in zip(chairs, row, strict=True))
        for row in permutations(sorted(willing), len(chairs))
    )


@given(requests, votes, facts)
@settings(max_examples=300)
def test_what_is_approved_is_what_the_rule_allows(request: Request, votes: list[Vote], facts: Facts) -> None:
    if after(request, votes, facts).state is RequestState.CREATING:
        assert may_be_approved(request, votes, facts)


@given(requests, votes, facts)
@settings(max_examples=200)
def test_and_what_the_rule_allows_is_approved_unless_somebody_ended_it_before(
    request: Request, votes: list[Vote], facts: Facts
) -> None:
    ended = after(request, votes, facts)
    if ended.state is RequestState.AWAITING:
        assert not may_be_approved(request, votes, facts)


@given(requests, votes, facts, st.integers(1, 3))
@settings(max_examples=150)
def test_pressing_again_changes_nothing(
    request: Request, votes: list[Vote], facts: Facts, times: int
) -> None:
    once = after(request, votes, facts)
    stuttered = after(request, [vote for vote in votes for _ in range(times)], facts)
    assert replace(stuttered, votes=()) == replace(once, votes=())


@given(requests, votes, facts)
@settings(max_examples=150)
def test_nothing_that_is_decided_is_decided_again(request: Request, votes: list[Vote], facts: Facts) -> None:
    decided = after(request, votes, facts)
    if decided.state is not RequestState.AWAITING:
        for vote in votes:
            assert isinstance(cast(decided, vote, facts), Refusal)


@given(requests, votes, facts, facts)
@settings(max_examples=150)
def test_who_left_in_between_counts_no_more(
    request: Request, votes: list[Vote], before: Facts, now: Facts
) -> None:
    voted = after(request, votes, before)
    for vote in prune(voted, now).votes:
        assert vote.choice is Choice.REJECT or any(
            includes(seat.who, vote.user, now) for seat in request.seats
        )


@given(votes, facts, st.sampled_from(PEOPLE))
@settings(max_examples=60)
def test_only_the_one_who_asked_takes_it_back(votes: list[Vote], facts: Facts, user: str) -> None:
    request = after(asked((Seat(2),), shared=False, own=False), votes, facts)
    back = withdraw(request, user, 50.0)
    if user != request.requester or request.state is not RequestState.AWAITING:
        assert isinstance(back, Refusal)
    else:
        assert isinstance(back, Request)
        assert back.state is RequestState.REJECTED
