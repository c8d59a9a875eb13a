"""The policy file: what it may say, and how every mistake is named."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.commands import Verb
from bot.domain.policy_file import load
from bot.domain.policy_rules import DEFAULT_EXPIRY
from bot.domain.rules import Effect, Policy, Rule
from bot.domain.stacks import Pattern
from bot.domain.subscriptions import Subscription

RULE = {"name": '"r"', "stacks": '["*/*/prod"]', "operations": '["deploy"]', "effect": '"deny"'}


def rule(**keys: str) -> str:
    """A rule that is right but for `keys`; an empty one is left out. Keys stand on lines 2, 3, … in order."""
    entries = {**RULE, **keys}
    return "[[rules]]\n" + "".join(f"{key} = {value}\n" for key, value in entries.items() if value)


def loaded(text: str) -> Policy:
    policy = load(text, source="policy.toml")
    assert isinstance(policy, Policy), policy
    return policy


def problems(text: str) -> tuple[str, ...]:
    answer = load(text, source="p")
    assert isinstance(answer, tuple), answer
    return answer


def test_an_empty_file_has_no_rules() -> None:
    assert loaded("# nothing yet\n") == Policy()


def test_rules_and_subscriptions_are_read_in_order() -> None:
    policy = loaded("""
[[rules]]
name = "production needs a second pair of eyes"
stacks = ["*/*/prod", "acme/db/*"]
operations = ["update", "refresh"]
channels = ["#prod", "C0123ABCD", "ops"]
approvals = 2
expires = "1d4h30m5s"
message = "Two of the platform team, please."

[[rules]]
name = "development may be torn down"
stacks = ["*/*/dev"]
operations = ["destroy", "cancel", "pause", "resume"]
effect = "allow"

[[subscriptions]]
channel = "#prod"
stacks = ["acme/*/prod"]
outcomes_only = true

[[subscriptions]]
channel = "C0123ABCD"
stacks = ["acme/*/dev"]
""")
    assert policy.rules == (
        Rule(
            name="production needs a second pair of eyes",
            stacks=(Pattern("*", "*", "prod"), Pattern("acme", "db", "*")),
            operations=frozenset({Verb.DEPLOY, Verb.REFRESH}),
            effect=Effect.APPROVE,
            channels=("#prod", "C0123ABCD", "#ops"),
            approvals=2,
            expires=86_400 + 4 * 3_600 + 30 * 60 + 5,
            message="Two of the platform team, please.",
        ),
        Rule(
            name="development may be torn down",
            stacks=(Pattern("*", "*", "dev"),),
            operations=frozenset({Verb.DESTROY, Verb.CANCEL, Verb.PAUSE, Verb.RESUME}),
            effect=Effect.ALLOW,
        ),
    )
    assert policy.subscriptions == (
        Subscription("#prod", (Pattern("acme", "*", "prod"),), outcomes_only=True),
        Subscription("C0123ABCD", (Pattern("acme", "*", "dev"),)),
    )


def test_effect_approve_means_one_approval_within_a_day() -> None:
    (only,) = loaded(rule(effect='"approve"')).rules
    assert (only.approvals, only.expires) == (1, DEFAULT_EXPIRY)


def test_a_rule_may_be_written_inline() -> None:
    policy = loaded('rules = [{name = "r", stacks = ["*/*/*"], operations = ["deploy"], effect = "deny"}]')
    assert policy.rules[0].name == "r"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("rules = 3\n", "p:1: write [[rules]] once for each"),
        ("[rules]\nname = 'x'\n", "p:1: write [[rules]] once for each"),
        ("\nrule = 1\n", 'p:2: unknown key "rule": did you mean rules?'),
        ("[[wishes]]\n", 'p:1: unknown key "wishes": there is rules, subscriptions'),
        ("x = [[[\n", "p: Invalid value (at end of document)"),
        ("\n\na b\n", "p:3: Expected '=' after a key in a key/value pair"),
        (rule(name=""), "p:1: name is missing"),
        (rule(name='""'), "p:2: name is missing"),
        (rule(name="3"), "p:2: name is a text in quotes"),
        (rule(stacks=""), 'p:1: stacks must name at least one: stacks = ["*/*/prod"]'),
        (rule(stacks="[]"), 'p:3: stacks must name at least one: stacks = ["*/*/prod"]'),
        (rule(stacks='"*/*/prod"'), 'p:3: stacks is a list of texts: stacks = ["*/*/prod"]'),
        (rule(stacks="[1]"), "p:3: stacks is a list of texts"),
        (rule(stacks='["*/prod"]'), 'p:3: "*/prod" is not org/project/stack'),
        (rule(operations=""), 'p:1: operations must name at least one: operations = ["deploy", "destroy"]'),
        (rule(operations='["depoly"]'), 'p:4: unknown operation "depoly": did you mean deploy?'),
        (rule(operations='["launch"]'), 'p:4: unknown operation "launch": there is deploy, preview,'),
        (rule(operations='["logs"]'), 'p:4: "logs" is always allowed and takes no rule'),
        (rule(effect='"forbid"'), 'p:5: say effect = "allow", "approve" or "deny", or approvals = 1'),
        (rule(effect=""), 'p:1: say effect = "allow", "approve" or "deny", or approvals = 1'),
        (rule(effect="", approvals="0"), "p:5: approvals is a number from 1 to 10"),
        (rule(effect="", approvals="true"), "p:5: approvals is a number from 1 to 10"),
        (rule(effect="", approvals='"2"'), "p:5: approvals is a number from 1 to 10"),
        (rule(effect="", approvals="11"), "p:5: approvals is a number from 1 to 10"),
        (rule(approvals="1"), 'p:6: approvals has a meaning only with effect = "approve"'),
        (rule(expires='"4h"'), 'p:6: expires has a meaning only with effect = "approve"'),
        (rule(effect='"approve"', expires='"4 moons"'), 'p:6: expires is a time like "4h"'),
        (rule(effect='"approve"', expires='""'), 'p:6: expires is a time like "4h"'),
        (rule(effect='"approve"', expires='"31d"'), 'p:6: expires is a time like "4h"'),
        (rule(effect='"approve"', expires="4"), "p:6: expires is a text in quotes"),
        (rule(effect='"approve"', operations='["cancel"]'), "p:4: cancel can't wait for an approval"),
        (rule(effect='"allow"', message='"hm"'), "p:6: message is never shown by a rule that allows"),
        (rule(channels="[]"), 'p:6: channels must name at least one: channels = ["#prod"]'),
        (rule(channels='["#Two Words"]'), 'p:6: "#Two Words" is neither a channel\'s name'),
        (rule(stack='"x"'), 'p:6: unknown key "stack": did you mean stacks?'),
        (rule(colour='"x"'), 'p:6: unknown key "colour": there is name, stacks, operations,'),
        (rule() + rule(), 'p:7: a second rule has the name "r"'),
        ('[[subscriptions]]\nstacks = ["*/*/*"]\n', "p:1: channel is missing"),
        ('[[subscriptions]]\nchannel = "a,b"\nstacks = ["*/*/*"]\n', 'p:2: "a,b" is neither'),
        (
            '[[subscriptions]]\nchannel = "#a"\nstacks = ["*/*/*"]\noutcomes_only = "yes"\n',
            "p:4: outcomes_only is true or false",
        ),
        ('rules = [{name = "r"}]', "p:1: stacks must name at least one"),
    ],
)
def test_a_mistake_is_named_with_its_line(text: str, problem: str) -> None:
    assert any(found.startswith(problem) for found in problems(text)), problems(text)


def test_all_mistakes_are_named_at_once() -> None:
    found = problems(rule(name="", stacks='["x"]', operations='["y"]', effect='"z"', extra="1"))
    assert len(found) == 5


def test_names_and_messages_lose_what_is_hidden_in_them() -> None:
    (only,) = loaded(rule(name='"a\\u202eb"', message='"x\\ny"')).rules
    assert (only.name, only.message) == ("ab", "x y")


@given(st.text(max_size=80))
@settings(max_examples=100)
def test_any_text_is_read_or_refused(text: str) -> None:
    answer = load(text, source="p")
    assert isinstance(answer, Policy) or all(problem.startswith("p:") for problem in answer)


values = st.sampled_from(['"a"', "1", "true", "[]", '["a"]', "[1]", "{}", "[{}]", "1979-05-27", '["deploy"]'])
keys = st.dictionaries(
    st.sampled_from(
        [
            "name",
            "stacks",
            "operations",
            "channels",
            "effect",
            "approvals",
            "expires",
            "message",
            "channel",
            "other",
        ]
    ),
    values,
)


@given(st.sampled_from(["rules", "subscriptions"]), keys)
@settings(max_examples=100)
def test_any_value_under_any_key_is_read_or_refused(table: str, entries: dict[str, str]) -> None:
    answer = load(
        f"[[{table}]]\n" + "".join(f"{key} = {value}\n" for key, value in entries.items()), source="p"
    )
    assert isinstance(answer, Policy) or answer


def test_who_reads_the_audit_is_said_once() -> None:
    policy = load('[audit]\nreaders = ["@platform", "U0ANA"]\n', source="p.toml")
    assert isinstance(policy, Policy)
    assert policy.readers == ("@platform", "U0ANA")
    assert policy.handles == {"@platform"}
    assert policy.with_people({"@platform": "U0BEN"}).readers == ("U0BEN", "U0ANA")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[[audit]]\nreaders = []", "p.toml:1: write [audit] once"),
        ('[audit]\nreader = ["U0ANA"]', 'p.toml:2: unknown key "reader": did you mean readers?'),
        ('[audit]\nreaders = ["ana"]', 'p.toml:2: "ana" is not'),
        ('[audit]\nreaders = ["members"]', "p.toml:2: readers are people, user groups"),
        ("[audit]\nreaders = []", "p.toml:2: readers must name at least one"),
    ],
)
def test_a_wrong_audit_table_is_named_with_its_line(text: str, problem: str) -> None:
    found = load(text, source="p.toml")
    assert isinstance(found, tuple)
    assert any(each.startswith(problem) for each in found), found
