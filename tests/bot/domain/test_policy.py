"""Who may do what: reads like the specification of the defaults and of the rules."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.commands import Intent, Surface, Verb
from bot.domain.policy import DEFAULT, Allow, Deny, NeedsApproval, Policy, decide, load
from bot.domain.refusals import Refusal
from bot.domain.stacks import StackRef

WEB_PROD = StackRef("acme", "web", "prod")
WEB_DEV = StackRef("acme", "web", "dev")
NO_FILE = Policy()


def rules(text: str) -> Policy:
    policy = load(text, source="policy.toml")
    assert isinstance(policy, Policy), policy
    return policy


COMPANY = rules("""
[[rules]]
name = "freeze"
stacks = ["acme/frozen/*"]
operations = ["deploy", "refresh", "destroy", "pause", "cancel"]
effect = "deny"
message = "The freeze lasts until Monday."

[[rules]]
name = "release channel"
stacks = ["*/*/prod"]
operations = ["deploy"]
channels = ["C0RELEASE"]
effect = "allow"

[[rules]]
name = "two for production"
stacks = ["*/*/prod"]
operations = ["deploy", "destroy"]
approvals = 2
expires = "4h"

[[rules]]
name = "never reached for prod"
stacks = ["*/*/*"]
operations = ["deploy"]
channels = ["C0EVIL"]
effect = "deny"

[[rules]]
name = "one for the rest"
stacks = ["*/*/staging"]
operations = ["deploy"]
approvals = 1
message = "Ask in the stand-up."

[[rules]]
name = "clean up"
stacks = ["*/*/dev"]
operations = ["destroy", "cancel"]
effect = "allow"
""")


def intent(verb: Verb, stack: StackRef = WEB_DEV, *, channel: str = "C1", own: bool = False) -> Intent:
    return Intent(verb, stack, user="ADA", channel=channel, surface=Surface.SLASH, started_by_user=own)


@pytest.mark.parametrize("verb", [Verb.DEPLOY, Verb.PREVIEW, Verb.REFRESH, Verb.PAUSE, Verb.RESUME])
@pytest.mark.parametrize("stack", [WEB_DEV, WEB_PROD])
def test_without_a_rule_everybody_may_run_pause_and_resume(verb: Verb, stack: StackRef) -> None:
    assert decide(NO_FILE, intent(verb, stack)) == Allow(DEFAULT, f"Everybody may {verb}.")


@pytest.mark.parametrize(
    "verb", [Verb.STATUS, Verb.LOGS, Verb.HELP, Verb.HOME, Verb.SEND_LOG, Verb.APPROVE, Verb.REJECT]
)
def test_looking_and_voting_are_never_up_to_a_rule(verb: Verb) -> None:
    frozen = StackRef("acme", "frozen", "prod")
    assert decide(COMPANY, intent(verb, frozen)) == Allow(DEFAULT, "Everybody may look.")


def test_without_a_rule_everybody_cancels_what_they_started_and_nothing_else() -> None:
    assert decide(NO_FILE, intent(Verb.CANCEL, own=True)) == Allow(
        DEFAULT, "Everybody may cancel what they started."
    )
    refused = decide(NO_FILE, intent(Verb.CANCEL))
    assert isinstance(refused, Deny)
    assert refused.reason.startswith("Somebody else started that deployment of web/dev")


@pytest.mark.parametrize(
    ("verb", "what"),
    [
        (Verb.SETTINGS, "change the settings of web/dev"),
        (Verb.PAUSE_ORG, "pause everything of acme"),
        (Verb.RESUME_ORG, "resume everything of acme"),
        (Verb.UNLINK, "unlink somebody else"),
    ],
)
def test_without_a_rule_nobody_does_what_reaches_further_than_one_deployment(verb: Verb, what: str) -> None:
    refused = decide(NO_FILE, intent(verb))
    assert isinstance(refused, Deny)
    assert refused.reason == f"Nobody may {what} from here unless a rule says so."
    assert f'operations = ["{verb}"]' in refused.remedy


def test_without_a_rule_nobody_destroys() -> None:
    refused = decide(NO_FILE, intent(Verb.DESTROY))
    assert isinstance(refused, Deny)
    assert refused.refusal == Refusal(
        "Destroying web/dev is not allowed unless a rule says so.",
        "Whoever runs the bot can allow it in the policy file:\n"
        "[[rules]]\n"
        'name = "destroy web/dev"\n'
        'stacks = ["acme/web/dev"]\n'
        'operations = ["destroy"]\n'
        'effect = "allow"',
    )


@pytest.mark.parametrize("verb", [Verb.DESTROY, Verb.CANCEL])
def test_the_rule_that_a_refusal_shows_does_allow_it(verb: Verb) -> None:
    refused = decide(NO_FILE, intent(verb))
    assert isinstance(refused, Deny)
    shown = rules(refused.remedy.partition("\n")[2])
    assert decide(shown, intent(verb)) == Allow(f"{verb} web/dev", f'Decided by the rule "{verb} web/dev".')
    assert isinstance(decide(shown, intent(verb, WEB_PROD)), Deny)


def test_a_rule_may_ask_for_approvals() -> None:
    assert decide(COMPANY, intent(Verb.DEPLOY, WEB_PROD)) == NeedsApproval(
        "two for production", "2 other people must approve.", 2, 4 * 3_600.0
    )
    one = rules('[[rules]]\nname = "r"\nstacks = ["*/*/*"]\noperations = ["deploy"]\napprovals = 1')
    assert decide(one, intent(Verb.DEPLOY)) == NeedsApproval(
        "r", "One other person must approve.", 1, 86_400.0
    )


def test_a_rule_may_say_its_own_words() -> None:
    staging = StackRef("acme", "web", "staging")
    assert decide(COMPANY, intent(Verb.DEPLOY, staging)).reason == "Ask in the stand-up."
    frozen = StackRef("acme", "frozen", "dev")
    assert decide(COMPANY, intent(Verb.PAUSE, frozen)) == Deny(
        "freeze", "The freeze lasts until Monday.", 'Decided by the rule "freeze".'
    )


def test_a_rule_without_words_says_what_it_forbids() -> None:
    refused = decide(COMPANY, intent(Verb.DEPLOY, channel="C0EVIL"))
    assert refused == Deny(
        "never reached for prod",
        "Nobody may deploy web/dev from here.",
        'Decided by the rule "never reached for prod".',
    )


@pytest.mark.parametrize(
    ("asked", "rule"),
    [
        (intent(Verb.DEPLOY, WEB_PROD), "two for production"),
        (intent(Verb.DEPLOY, WEB_PROD, channel="C0RELEASE"), "release channel"),
        (intent(Verb.DEPLOY, WEB_PROD, channel="C0EVIL"), "two for production"),
        (intent(Verb.DESTROY, WEB_PROD, channel="C0RELEASE"), "two for production"),
        (intent(Verb.PREVIEW, WEB_PROD), DEFAULT),
        (intent(Verb.DESTROY), "clean up"),
        (intent(Verb.CANCEL), "clean up"),
        (intent(Verb.CANCEL, WEB_PROD), DEFAULT),
        (intent(Verb.DEPLOY), DEFAULT),
        (intent(Verb.CANCEL, StackRef("acme", "frozen", "dev"), own=True), "freeze"),
    ],
)
def test_the_first_rule_that_applies_decides(asked: Intent, rule: str) -> None:
    assert decide(COMPANY, asked).rule == rule


intents = st.builds(
    intent,
    st.sampled_from(Verb),
    st.builds(
        StackRef, st.just("acme"), st.sampled_from(["web", "frozen"]), st.sampled_from(["dev", "prod"])
    ),
    channel=st.sampled_from(["C1", "C0RELEASE", "C0EVIL"]),
    own=st.booleans(),
)


@given(intents, st.text(max_size=5))
@settings(max_examples=100)
def test_branch_commit_and_person_change_nothing_that_no_rule_asks_about(asked: Intent, free: str) -> None:
    assert decide(COMPANY, asked) == decide(COMPANY, replace(asked, branch=free, commit=free, user=free))


@given(intents)
@settings(max_examples=100)
def test_a_decision_always_says_its_rule_and_why(asked: Intent) -> None:
    decision = decide(COMPANY, asked)
    assert decision.reason
    assert decision.rule in {DEFAULT, *(rule.name for rule in COMPANY.rules)}
