"""The policy file's newer words: who, how many of whom, when, and past what; every mistake with its line."""

from __future__ import annotations

import pytest

from bot.domain.commands import Surface
from bot.domain.policy_file import load
from bot.domain.quorum import Seat
from bot.domain.rules import Policy, Rule

BASE = '[[rules]]\nname = "r"\nstacks = ["*/*/prod"]\noperations = ["deploy"]\n'


def only(text: str) -> Rule:
    policy = load(BASE + text, source="p")
    assert isinstance(policy, Policy), policy
    return policy.rules[0]


def test_approvals_may_be_of_some_people() -> None:
    rule = only('approvals = 2\napprovers = ["@sre", "U0ANA"]\nrequester_counts = true\n')
    assert (rule.seats, rule.approvals, rule.requester_counts) == ((Seat(2, ("@sre", "U0ANA")),), 2, True)


def test_approvals_may_be_of_several_groups() -> None:
    rule = only('approvals = { "@platform" = 1, "@sre" = 2 }\none_vote_fills_all = true\n')
    assert rule.seats == (Seat(1, ("@platform",)), Seat(2, ("@sre",)))
    assert (rule.approvals, rule.shared) == (3, True)


def test_approvals_of_anybody_name_nobody() -> None:
    assert only("approvals = 2\n").seats == ()


def test_a_rule_says_who_from_where_and_how() -> None:
    rule = only(
        'effect = "allow"\nwho = ["members"]\nsurfaces = ["slash", "modal"]\nconfirm = "type"\nbreak_glass = ["@sre"]\n'
    )
    assert rule.who == ("members",)
    assert rule.surfaces == {Surface.SLASH, Surface.MODAL}
    assert rule.confirm
    assert rule.break_glass == ("@sre",)
    assert rule.lines["who"] == 6


def test_a_freeze_has_a_zone_and_holds_or_refuses() -> None:
    rule = only('effect = "allow"\nfreeze = ["Sat - Sun"]\nzone = "Asia/Tokyo"\nwhen_closed = "hold"\n')
    (window,) = rule.freeze
    assert (window.zone.key, rule.holds) == ("Asia/Tokyo", True)


def test_names_become_ids_where_they_are_peoples() -> None:
    policy = load(BASE + 'approvals = 1\napprovers = ["@ana", "@sre"]\nwho = ["@ana"]\n', source="p")
    assert isinstance(policy, Policy)
    assert policy.handles == {"@ana", "@sre"}
    (rule,) = policy.with_people({"@ana": "U0ANA"}).rules
    assert (rule.seats[0].who, rule.who) == (("U0ANA", "@sre"), ("U0ANA",))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            'effect = "allow"\nwho = ["platform"]\n',
            'p:6: "platform" is not "@name" of a user group or a person',
        ),
        ('effect = "deny"\nwho = ["@sre"]\n', 'p:6: who has no meaning with effect = "deny"'),
        (
            'effect = "allow"\napprovers = ["@sre"]\n',
            'p:6: approvers has a meaning only with effect = "approve"',
        ),
        ('effect = "allow"\npreview = true\n', 'p:6: preview has a meaning only with effect = "approve"'),
        ('approvals = { "@sre" = 0 }\n', "p:5: write approvals = {"),
        ("approvals = {}\n", "p:5: write approvals = {"),
        ('approvals = { "@sre" = 9, "@ops" = 9 }\n', "p:5: approvals are 10 at most in all"),
        ('approvals = { "sre" = 1 }\n', 'p:5: "sre" is not "@name"'),
        ('approvals = { "@sre" = 1 }\napprovers = ["@ops"]\n', "p:6: approvers has no meaning where"),
        ("approvals = 1\none_vote_fills_all = true\n", "p:6: one_vote_fills_all has a meaning only where"),
        ('effect = "allow"\nsurfaces = ["phone"]\n', 'p:6: unknown surface "phone": there is slash, button,'),
        ('effect = "allow"\nconfirm = "yes"\n', 'p:6: confirm = "type" asks for'),
        ('effect = "allow"\nwhen_closed = "wait"\n', 'p:6: when_closed = "hold" or "refuse"'),
        ('effect = "allow"\nfreeze = ["weekends"]\n', 'p:6: "weekends" is no time of a week or a year'),
        (
            'effect = "allow"\nfreeze = ["Sat - Sun"]\nzone = "Mars/Base"\n',
            'p:7: "Mars/Base" is no time zone',
        ),
        ('effect = "allow"\nzone = "UTC"\n', "p:6: zone has a meaning only with freeze"),
        ('effect = "allow"\nrequester_counts = "no"\n', "p:6: requester_counts is true or false"),
    ],
)
def test_a_mistake_is_named_with_its_line(text: str, problem: str) -> None:
    found = load(BASE + text, source="p")
    assert isinstance(found, tuple), found
    assert any(each.startswith(problem) for each in found), found


def rules(*tables: str) -> str:
    return "\n".join(
        f'[[rules]]\nname = "{number}"\neffect = "deny"\n{table}' for number, table in enumerate(tables)
    )


@pytest.mark.parametrize(
    ("tables", "never"),
    [
        (['stacks = ["*/*/*"]\noperations = ["deploy"]', 'stacks = ["*/*/prod"]\noperations = ["deploy"]'], "0"),
        (['stacks = ["a/*/*"]\noperations = ["deploy"]', 'stacks = ["*/*/prod"]\noperations = ["deploy"]'], ""),
        (['stacks = ["*/*/p*"]\noperations = ["deploy"]', 'stacks = ["*/*/p*d"]\noperations = ["deploy"]'], "0"),
        (['stacks = ["*/*/p*d"]\noperations = ["deploy"]', 'stacks = ["*/*/p*"]\noperations = ["deploy"]'], ""),
        (['stacks = ["*/*/*"]\noperations = ["deploy"]', 'stacks = ["*/*/*"]\noperations = ["deploy", "refresh"]'], ""),
        (
            ['stacks = ["*/*/*"]\noperations = ["deploy"]\nchannels = ["#a"]', 'stacks = ["*/*/*"]\noperations = ["deploy"]'],
            "",
        ),
        (
            ['stacks = ["*/*/*"]\noperations = ["deploy"]\nchannels = ["#a"]', 'stacks = ["*/*/*"]\noperations = ["deploy"]\nchannels = ["#a"]'],
            "0",
        ),
        (
            ['stacks = ["*/*/*"]\noperations = ["deploy"]\nsurfaces = ["home"]', 'stacks = ["*/*/*"]\noperations = ["deploy"]\nsurfaces = ["slash"]'],
            "",
        ),
        (
            [
                'stacks = ["*/*/a"]\noperations = ["deploy"]',
                'stacks = ["*/*/b"]\noperations = ["deploy"]',
                'stacks = ["*/*/a", "*/*/b"]\noperations = ["deploy"]',
            ],
            '0" and "1',
        ),
    ],
)  # fmt: skip
def test_a_rule_that_never_decides_is_named_with_those_that_always_do(tables: list[str], never: str) -> None:
    found = load(rules(*tables), source="p")
    assert isinstance(found, tuple) == bool(never), found
    if isinstance(found, tuple):
        assert f'the rule "{len(tables) - 1}" never decides: "{never}" always comes first' in found[0]
