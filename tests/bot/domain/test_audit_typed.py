"""How the audit is asked for, and that no token is quoted back."""

from __future__ import annotations

import pytest

from bot.domain.commands import Invocation, Verb
from bot.domain.grammar import parse
from bot.domain.refusals import Refusal


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("audit", {}),
        ("audit web/prod", {"stack": "web/prod"}),
        ("audit @ana", {"person": "@ana"}),
        ("audit <@U0ANA|ana> web/prod", {"person": "U0ANA", "stack": "web/prod"}),
        ("audit me since 2d", {"person": "me", "lasts": 172_800.0}),
        ("audit Since 90m web/prod @ana", {"person": "@ana", "stack": "web/prod", "lasts": 5400.0}),
    ],
)
def test_whose_records_of_what_since_when(text: str, meant: dict[str, object]) -> None:
    assert parse(text) == Invocation(Verb.AUDIT, **meant)  # type: ignore[arg-type]  # names of fields


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("audit since", "Since when?"),
        ("audit since yesterday", "is no time"),
        ("audit web/prod web/dev", "I don't know what to do with"),
        ("audit web/prod#4", "I don't know what to do with"),
    ],
)
def test_what_is_wrong_is_said(text: str, said: str) -> None:
    refused = parse(text)
    assert isinstance(refused, Refusal)
    assert said in refused.problem


@pytest.mark.parametrize(
    ("word", "person"), [("@ana", "@ana"), ("U0ANA", "U0ANA"), ("<@U0ANA|ana>", "U0ANA"), ("me", "me")]
)
def test_somebody_else_can_be_unlinked(word: str, person: str) -> None:
    assert parse(f"unlink {word}") == Invocation(Verb.UNLINK, person=person)


@pytest.mark.parametrize("words", ["web/dev", "@ana @ben"])
def test_what_is_nobody_is_not_unlinked(words: str) -> None:
    assert parse(f"unlink {words}") == Refusal("That is nobody.", "Try /pulumi unlink @ana.")


@pytest.mark.parametrize("verb", ["link", "unlink", "whoami", "audit"])
def test_what_is_about_no_stack_is_no_question_for_its_rules(verb: str) -> None:
    refused = parse(f"can @ana {verb} web/dev")
    assert isinstance(refused, Refusal)
    assert "nothing that a rule about a stack decides" in refused.problem


@pytest.mark.parametrize("verb", ["link", "unlink", "whoami"])
def test_what_stands_alone_quotes_nothing_that_follows(verb: str) -> None:
    assert parse(verb) == Invocation(Verb(verb))
    refused = parse(f"{verb} pul-0123456789")
    assert isinstance(refused, Refusal)
    assert "pul-0123456789" not in f"{refused.problem} {refused.remedy}"
