"""The life of a request around its votes: rounds, time, holds, and whom it concerns."""

from __future__ import annotations

from dataclasses import replace
from math import inf

import pytest

from bot.domain.approvals import cast, may_vote, withdraw
from bot.domain.audience import Facts, in_words, named
from bot.domain.commands import Intent, Surface, Verb
from bot.domain.locks import Lock
from bot.domain.plan_lines import Change, Risky
from bot.domain.policy import Policy, hold, load
from bot.domain.quorum import Seat
from bot.domain.refusals import Refusal
from bot.domain.requests import (
    Choice,
    Hold,
    Preview,
    Request,
    RequestState,
    Vote,
    asked_anew,
    begin_anew,
    due,
)
from bot.domain.stacks import StackRef

PROD = StackRef("acme", "web", "prod")
ASKED = Request(
    id="r-1",
    stack=PROD,
    operation="update",
    requester="U0ANA",
    channel="C1",
    created_at=1000.0,
    state=RequestState.AWAITING,
    approvals_needed=1,
    expires_at=1400.0,
    settings="before",
)
YES = Vote("U0BEN", Choice.APPROVE, 1001.0)


def test_votes_that_begin_anew_forget_all_that_was_seen() -> None:
    seen = replace(ASKED, votes=(YES,), preview=Preview("d", 1), commit="abc", pinned=True, previews=True)
    anew = begin_anew(seen, why="the settings changed", settings="after")
    assert (anew.state, anew.votes, anew.preview, anew.commit) == (RequestState.PREVIEWING, (), None, "")
    assert (anew.round, anew.void, anew.settings) == (1, "the settings changed", "after")


def test_a_commit_that_was_asked_for_stays() -> None:
    anew = begin_anew(replace(ASKED, commit="abc"), why="x", settings="after")
    assert (anew.state, anew.commit) == (RequestState.AWAITING, "abc")


def test_new_votes_have_as_much_time_as_the_first() -> None:
    assert asked_anew(replace(ASKED, reminded=True), 5000.0) == replace(
        ASKED, asked_at=5000.0, expires_at=5400.0
    )
    assert asked_anew(replace(ASKED, expires_at=0.0), 5000.0).expires_at == 0.0


@pytest.mark.parametrize(
    ("request_", "when"),
    [
        (ASKED, 1300.0),
        (replace(ASKED, reminded=True), 1400.0),
        (replace(ASKED, expires_at=1059.0), 1059.0),
        (replace(ASKED, expires_at=0.0), inf),
        (replace(ASKED, state=RequestState.HELD, look_at=7.0), 7.0),
        (replace(ASKED, state=RequestState.PREVIEWING), inf),
    ],
)
def test_it_is_looked_at_when_there_is_something_to_do(request_: Request, when: float) -> None:
    assert due(request_) == when


@pytest.mark.parametrize("state", [RequestState.PREVIEWING, RequestState.AWAITING, RequestState.HELD])
def test_who_asked_takes_it_back_as_long_as_it_does_not_run(state: RequestState) -> None:
    back = withdraw(replace(ASKED, state=state, hold=Hold("frozen")), "U0ANA", 1001.0)
    assert isinstance(back, Request)
    assert (back.state, back.hold) == (RequestState.REJECTED, None)


@pytest.mark.parametrize("state", [RequestState.CREATING, RequestState.CREATED, RequestState.EXPIRED])
def test_and_no_longer(state: RequestState) -> None:
    assert isinstance(withdraw(replace(ASKED, state=state), "U0ANA", 1001.0), Refusal)


def test_what_is_watched_is_open_or_was_let_go_under_a_note() -> None:
    creating = replace(ASKED, state=RequestState.CREATING)
    assert [ASKED.is_watched, creating.is_watched, replace(creating, look_at=1.0).is_watched] == [
        True,
        False,
        True,
    ]


def test_a_vote_while_it_is_previewed_waits() -> None:
    refused = cast(replace(ASKED, state=RequestState.PREVIEWING), YES)
    assert isinstance(refused, Refusal)
    assert refused.problem == "This is being previewed."


def test_who_may_vote() -> None:
    facts = Facts(groups={"@sre": frozenset({"U0BEN"})}, gone=frozenset({"U0CYD"}))
    seats = replace(ASKED, seats=(Seat(1, ("@sre", "U0CYD")),))
    assert [may_vote(seats, user, facts) for user in ("U0BEN", "U0CYD", "U0ANA", "U0EVE")] == [
        True,
        False,
        False,
        False,
    ]
    own = replace(seats, seats=(Seat(1),), requester_counts=True)
    assert may_vote(own, "U0ANA", facts)


def test_a_group_is_named_by_its_people_and_everybody_by_nobody() -> None:
    facts = Facts(groups={"@sre": frozenset({"U0DEV", "U0BEN"})}, gone=frozenset({"U0EVE"}))
    assert named(("@sre", "U0ANA", "U0EVE", "everyone", "members", "@none"), facts) == (
        "U0BEN",
        "U0DEV",
        "U0ANA",
    )
    assert in_words(()) == "nobody"


def policy(more: str = "") -> Policy:
    text = f'[[rules]]\nname = "r"\nstacks = ["acme/web/prod", "acme/x/*"]\noperations = ["deploy"]\neffect = "allow"\n{more}'
    found = load(text, source="p")
    assert isinstance(found, Policy), found
    return found


def test_what_keeps_a_decided_request_from_running() -> None:
    intent = Intent(Verb.DEPLOY, PROD, user="U0ANA", channel="C1", surface=Surface.SLASH)
    frozen = policy('freeze = ["2026-01-01 - 2026-12-31"]\n')
    summer, later = 1_780_000_000.0, 1_900_000_000.0
    held = hold(frozen, intent, Facts(now=summer))
    assert held is not None
    assert held.why == "frozen"
    assert hold(frozen, intent, Facts(now=later)) is None
    lock = Lock(PROD, "U0BEN", at=0.0, reason="db")
    assert hold(frozen, intent, Facts(now=later, lock=lock)) == Hold("locked (db)", user="U0BEN")
    assert hold(Policy(), intent, Facts(lock=replace(lock, reason=""))) == Hold("locked", user="U0BEN")
    assert hold(Policy(), replace(intent, user="U0BEN"), Facts(lock=lock)) is None


def test_a_policy_knows_what_it_wants_to_know() -> None:
    assert not policy().asks_members
    assert policy('who = ["members"]\n').asks_members
    ((_, pattern),) = policy().stray([PROD])
    assert str(pattern) == "acme/x/*"


def test_a_replacement_is_told_as_one_in_whatever_order_its_rows_come() -> None:
    rows = [" +- aws:s3:Bucket a replace", " - aws:s3:Bucket a delete"]
    for order in (rows, rows[::-1]):
        found = Risky()
        for row in order:
            found.read(row)
        assert found.changes == (Change("replace", "aws:s3:Bucket", "a"),)
