"""Records say who did what, and hold nothing that should not be kept."""

from __future__ import annotations

import pytest

from bot.domain.audit import SERVICE, of_command, of_request
from bot.domain.audit_query import Query
from bot.domain.commands import Verb
from bot.domain.requests import Choice, RequestState, Vote
from tests.builders import ADA, BEN, DEPLOYS, PROD, TEAM, create_command, create_request

TOKEN = "pul-" + "0123456789abcdef" * 2


def test_a_command_is_told_with_its_person_place_and_outcome() -> None:
    told = of_command(create_command(Verb.PAUSE, "web/dev"), "done", at=5.0, rule="default", identity=SERVICE)
    assert (told.id, told.at, told.team, told.user, told.channel) == (
        f"pause-by-{ADA}:command",
        5.0,
        TEAM,
        ADA,
        DEPLOYS,
    )
    assert (told.verb, told.surface, told.stack, told.outcome) == ("pause", "slash", "web/dev", "done")
    assert (told.rule, told.identity) == ("default", SERVICE)


def test_the_reason_is_the_refusals_or_else_the_persons() -> None:
    command = create_command(Verb.REJECT, reason="not today")
    assert of_command(command, "done", at=0).reason == "not today"
    assert of_command(command, "refused", at=0, reason="it has expired").reason == "it has expired"


@pytest.mark.parametrize("field", ["reason", "stack", "deployment_id", "request_id"])
def test_a_token_typed_in_the_wrong_place_is_not_kept(field: str) -> None:
    command = create_command(Verb.REJECT, **{field: f"see {TOKEN} and my-own-secret\nsecond line"})
    told = of_command(command, "refused", at=0, secrets={"my-own-secret"})
    assert getattr(told, field) == "see [redacted Pulumi token] and [redacted] second line"


def test_what_is_kept_is_bounded_and_hides_nothing() -> None:
    told = of_command(create_command(Verb.REJECT, reason="so\u202e long " * 1000), "rejected", at=0)
    assert 490 < len(told.reason) <= 500
    assert "\u202e" not in told.reason


def test_a_request_is_told_by_whom_it_was_approved() -> None:
    voted = create_request(
        RequestState.CREATED, votes=(Vote(BEN, Choice.APPROVE, 1.0),), deployment_id="d7", version=7
    )
    told = of_request(voted, "started", at=2.0)
    assert (told.id, told.user, told.verb, told.stack) == ("r-1:started", ADA, "deploy", str(PROD))
    assert (told.approvers, told.version, told.rule, told.identity) == (
        (BEN,),
        7,
        "production",
        SERVICE,
    )


def test_a_request_of_its_own_fails_with_its_reason_and_as_whom() -> None:
    told = of_request(create_request(operation="detect-drift", identity="ana"), "failed", at=2.0, reason="no")
    assert (told.verb, told.reason, told.identity) == ("detect-drift", "no", "ana")
    assert of_request(create_request(), "expired", at=2.0).reason == ""


def test_a_query_chooses_by_person_and_stack() -> None:
    told = of_command(create_command(Verb.PAUSE, "acme/web/dev"), "done", at=5.0)
    assert Query().matches(told)
    assert Query(user=ADA, stack="acme/web/dev").matches(told)
    assert not Query(user=BEN).matches(told)
    assert not Query(stack="acme/web/prod").matches(told)
