"""What a rule is about."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.commands import Intent, Surface, Verb
from bot.domain.rules import Effect, Policy, Rule
from bot.domain.stacks import Pattern, StackRef
from bot.domain.subscriptions import Subscription

RULE = Rule(
    "r", (Pattern("*", "*", "prod"),), frozenset({Verb.DEPLOY}), Effect.DENY, channels=("#prod", "C2")
)
DEPLOY = Intent(Verb.DEPLOY, StackRef("acme", "web", "prod"), user="ADA", channel="C2", surface=Surface.SLASH)
POLICY = Policy((RULE,), (Subscription("#ops", ()), Subscription("C9", ())))


def test_a_rule_applies_when_operation_stack_and_channel_fit() -> None:
    assert RULE.applies(DEPLOY)
    assert not RULE.applies(replace(DEPLOY, verb=Verb.REFRESH))
    assert not RULE.applies(replace(DEPLOY, stack=StackRef("acme", "web", "dev")))
    assert not RULE.applies(replace(DEPLOY, channel="C1"))


def test_without_channels_a_rule_applies_everywhere() -> None:
    assert replace(RULE, channels=()).applies(replace(DEPLOY, channel="D1"))


def test_channels_named_by_name_apply_once_their_ids_are_known() -> None:
    assert POLICY.channel_names == {"#prod", "#ops"}
    known = POLICY.with_channel_ids({"#prod": "C1", "#ops": "C3", "#other": "C4"})
    assert known.rules[0].channels == ("C1", "C2")
    assert [subscription.channel for subscription in known.subscriptions] == ["C3", "C9"]
    assert known.rules[0].applies(replace(DEPLOY, channel="C1"))
    assert known.channel_names == frozenset()


def test_a_name_without_an_id_stays_and_is_still_named() -> None:
    assert POLICY.with_channel_ids({"#prod": "C1"}).channel_names == {"#ops"}
