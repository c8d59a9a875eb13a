"""The form: every problem at once, each with its field."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain import drafts
from bot.domain.commands import Verb
from bot.domain.drafts import Checked, Draft, check

SOUND = Draft(stack="acme/web/dev", channel="C0DEPLOYS")


def checked(draft: Draft) -> Checked:
    found = check(draft, can_seal=True)
    assert isinstance(found, Checked), found
    return found


def problems(draft: Draft, *, can_seal: bool = True) -> dict[str, str]:
    found = check(draft, can_seal=can_seal)
    assert isinstance(found, dict), found
    return found


def test_the_least_is_a_stack_and_a_channel() -> None:
    found = checked(SOUND)
    assert (found.verb, found.stack, found.branch, found.commit) == (Verb.DEPLOY, "acme/web/dev", "", "")
    assert (found.variables, found.inherit, found.message) == ((), True, "")


def test_a_branch_or_a_commit_runs() -> None:
    assert checked(replace(SOUND, source="branch", ref=" main ")).branch == "main"
    assert checked(replace(SOUND, source="commit", ref="1F0C9AB")).commit == "1f0c9ab"


def test_a_value_that_looks_like_a_secret_becomes_one() -> None:
    plain, secret, meant = checked(
        replace(SOUND, environment="A=1\nDB_PASSWORD=hunter2\nX=secret:y")
    ).variables
    assert (plain.is_secret, secret.is_secret, meant.is_secret) == (False, True, True)


def test_every_problem_is_told_at_once() -> None:
    found = problems(Draft(stack="", operation="status", source="branch", ref="a..b", environment="1=2"))
    assert set(found) == {
        drafts.STACK,
        drafts.OPERATION,
        drafts.REF,
        drafts.ENVIRONMENT,
        drafts.CHANNEL,
    }


@pytest.mark.parametrize(
    ("source", "ref", "problem"),
    [
        ("settings", "main", "branch or a commit"),
        ("branch", "", "Name the branch."),
        ("commit", " ", "Name the commit."),
        ("commit", "main", "is not a commit"),
    ],
)
def test_what_is_to_run_is_named_once(source: str, ref: str, problem: str) -> None:
    assert problem in problems(replace(SOUND, source=source, ref=ref))[drafts.REF]


def test_without_a_key_secrets_are_refused_with_the_way_out_and_plain_values_are_not() -> None:
    told = problems(replace(SOUND, environment="A=1\nTOKEN=secret:hunter2"), can_seal=False)
    assert "ENCRYPTION_KEY" in told[drafts.ENVIRONMENT]
    assert "hunter2" not in str(told)
    assert isinstance(check(replace(SOUND, environment="A=1"), can_seal=False), Checked)


def test_a_draft_never_shows_what_was_typed() -> None:
    assert "hunter2" not in repr(replace(SOUND, environment="TOKEN=secret:hunter2"))
