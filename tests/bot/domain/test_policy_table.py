"""The specification of the policy, as a table: on each line what somebody asks, from where, when, and what becomes of it.

Read it from the top: the rules below are a company's, and each case says one thing about them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from bot.domain.audience import Facts
from bot.domain.commands import Intent, Surface, Verb
from bot.domain.locks import Lock
from bot.domain.policy import Allow, Decision, Deny, NeedsApproval, Policy, decide, load
from bot.domain.stacks import StackRef

RULES = """
[[rules]]
name = "vault: never from here"
stacks = ["acme/vault/*"]
operations = ["deploy", "refresh", "destroy", "pause", "cancel", "lock"]
effect = "deny"
message = "The vault is changed by its own pipeline."
break_glass = ["@sre"]

[[rules]]
name = "release channel"
stacks = ["*/*/prod"]
operations = ["deploy"]
channels = ["C0RELEASE"]
who = ["@platform", "U0ZOE"]
approvals = 1
approvers = ["members"]

[[rules]]
name = "buttons do not touch production"
stacks = ["*/*/prod"]
operations = ["deploy", "destroy"]
surfaces = ["button", "home"]
effect = "deny"

[[rules]]
name = "the shop: two teams, after a look"
stacks = ["acme/shop/prod"]
operations = ["deploy"]
preview = true
approvals = { "@platform" = 1, "@sre" = 1 }
expires = "2h"
freeze = ["Fri 16:00 - Mon 08:00", "2026-12-20 - 2026-12-31"]
zone = "Europe/Berlin"
when_closed = "hold"
break_glass = ["@sre"]

[[rules]]
name = "production"
stacks = ["*/*/prod"]
operations = ["deploy", "refresh"]
approvals = 2
requester_counts = true
freeze = ["Sat - Sun"]
zone = "Europe/Berlin"
break_glass = ["@sre"]

[[rules]]
name = "production is destroyed by name"
stacks = ["*/*/prod"]
operations = ["destroy"]
who = ["@platform"]
approvals = 1
approvers = ["@sre"]
confirm = "type"

[[rules]]
name = "staging is the members' own"
stacks = ["*/*/staging"]
operations = ["deploy", "cancel", "destroy"]
who = ["members"]
effect = "allow"
when_closed = "hold"

[[rules]]
name = "clean up"
stacks = ["*/*/dev", "*/*/pr-*"]
operations = ["destroy", "cancel"]
effect = "allow"
"""

ANA, BEN, ZOE, DEV = "U0ANA", "U0BEN", "U0ZOE", "U0DEV"  # of @platform, @platform and @sre, none, @sre
GROUPS = {"@platform": frozenset({ANA, BEN}), "@sre": frozenset({BEN, DEV})}
DEPLOYS, RELEASE = "C0DEPLOYS", "C0RELEASE"
MEMBERS = {DEPLOYS: frozenset({ANA, BEN, ZOE}), RELEASE: frozenset({ANA, ZOE})}
BERLIN = ZoneInfo("Europe/Berlin")
ALLOW, HOLD, TYPE, NO, NO_RULE = "allowed", "on hold", "type its name", "refused", "refused by default"
FREELY = "allowed by default"


@dataclass(frozen=True)
class Ask:
    """`who` types `what` in #deploys on an ordinary Wednesday at noon, unless it says otherwise."""

    who: str
    what: str
    channel: str = DEPLOYS
    surface: Surface = Surface.SLASH
    at: str = "2026-03-04 12:00"
    locked_by: str = ""
    lock_ends: str = ""
    typed: str = ""
    glass: bool = False
    reason: str = ""
    own: bool = False
    gone: bool = False


def policy() -> Policy:
    found = load(RULES, source="policy.toml")
    assert isinstance(found, Policy), found
    return found


def moment(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).timestamp()


def decision(ask: Ask, rules: Policy | None = None) -> Decision:
    verb, _, name = ask.what.partition(" ")
    project, _, stack = name.partition("/")
    ref = StackRef("acme", project, stack)
    lock = Lock(ref, ask.locked_by, at=0.0, until=moment(ask.lock_ends) if ask.lock_ends else 0.0)
    facts = Facts(
        groups=GROUPS,
        members=MEMBERS[ask.channel],
        gone=frozenset({ask.who}) if ask.gone else frozenset(),
        lock=lock if ask.locked_by else None,
        now=moment(ask.at),
    )
    intent = Intent(
        Verb(verb),
        ref,
        user=ask.who,
        channel=ask.channel,
        surface=ask.surface,
        started_by_user=ask.own,
        reason=ask.reason,
        break_glass=ask.glass,
        typed=ask.typed,
    )
    return decide(policy() if rules is None else rules, intent, facts)


def outcome(found: Decision) -> str:
    """The decision in the words of the table."""
    if isinstance(found, Deny):
        return NO_RULE if found.rule == "default" else NO
    if found.confirm:
        return TYPE
    held = f", {HOLD}" if found.hold else ""
    if isinstance(found, NeedsApproval):
        return f"{found.approvals} approvals{', preview' if found.preview else ''}{held}"
    if found.hold:
        return HOLD
    return FREELY if found.rule == "default" else "glass broken" if found.broke else ALLOW


VAULT, SHOP, PROD = "vault: never from here", "the shop: two teams, after a look", "production"
BY_NAME, STAGING, CLEAN = "production is destroyed by name", "staging is the members' own", "clean up"
CHANNEL, BUTTONS = "release channel", "buttons do not touch production"

CASES = [
    # What no rule is about is up to the defaults.
    (Ask(ZOE, "deploy web/dev"), FREELY, "default"),
    (Ask(ZOE, "preview web/prod"), FREELY, "default"),
    (Ask(ZOE, "preview vault/prod"), FREELY, "default"),
    (Ask(ZOE, "refresh web/staging"), FREELY, "default"),
    (Ask(ZOE, "pause web/prod"), FREELY, "default"),
    (Ask(ZOE, "resume vault/main"), FREELY, "default"),
    (Ask(ZOE, "lock web/prod"), FREELY, "default"),
    (Ask(ZOE, "unlock vault/main"), FREELY, "default"),
    (Ask(ZOE, "cancel web/prod", own=True), FREELY, "default"),
    (Ask(ZOE, "cancel web/prod"), NO_RULE, "default"),
    (Ask(ZOE, "destroy web/main"), NO_RULE, "default"),
    (Ask(ZOE, "deploy web/dev", glass=True, reason="now"), NO_RULE, "default"),
    # Looking is never up to a rule.
    (Ask(ZOE, "status vault/main"), FREELY, "default"),
    (Ask(ZOE, "logs vault/main"), FREELY, "default"),
    (Ask(ZOE, "history vault/main"), FREELY, "default"),
    (Ask(ZOE, "approve vault/main"), FREELY, "default"),
    # A rule that refuses, refuses everybody.
    (Ask(ZOE, "deploy vault/main"), NO, VAULT),
    (Ask(BEN, "deploy vault/prod"), NO, VAULT),
    (Ask(BEN, "cancel vault/main", own=True), NO, VAULT),
    (Ask(BEN, "lock vault/main"), NO, VAULT),
    (Ask(BEN, "pause vault/dev"), NO, VAULT),
    # Unless somebody it names breaks the glass, and says why.
    (Ask(DEV, "deploy vault/main", glass=True, reason="leaked key"), "glass broken", VAULT),
    (Ask(BEN, "destroy vault/main", glass=True, reason="leaked key"), "glass broken", VAULT),
    (Ask(DEV, "deploy vault/main", glass=True), NO, VAULT),
    (Ask(DEV, "deploy vault/main", glass=True, reason="  "), NO, VAULT),
    (Ask(ANA, "deploy vault/main", glass=True, reason="leaked key"), NO, VAULT),
    (Ask(DEV, "deploy vault/main", glass=True, reason="leaked key", gone=True), NO, VAULT),
    (Ask(DEV, "deploy web/staging", glass=True, reason="now"), NO, STAGING),
    # The channel, and who may ask in it.
    (Ask(ANA, "deploy web/prod", channel=RELEASE), "1 approvals", CHANNEL),
    (Ask(ZOE, "deploy web/prod", channel=RELEASE), "1 approvals", CHANNEL),
    (Ask(DEV, "deploy web/prod", channel=RELEASE), NO, CHANNEL),
    (Ask(ANA, "deploy web/prod", channel=RELEASE, gone=True), NO, CHANNEL),
    (Ask(ANA, "deploy web/prod", channel=RELEASE, surface=Surface.BUTTON), "1 approvals", CHANNEL),
    (Ask(ANA, "refresh web/prod", channel=RELEASE), "2 approvals", PROD),
    # The surface.
    (Ask(ANA, "deploy web/prod", surface=Surface.BUTTON), NO, BUTTONS),
    (Ask(ANA, "deploy shop/prod", surface=Surface.HOME), NO, BUTTONS),
    (Ask(ANA, "deploy web/prod", surface=Surface.MODAL), "2 approvals", PROD),
    (Ask(ANA, "refresh web/prod", surface=Surface.BUTTON), "2 approvals", PROD),
    (Ask(ANA, "deploy web/staging", surface=Surface.BUTTON), ALLOW, STAGING),
    # Approvals, after a preview.
    (Ask(ZOE, "deploy shop/prod"), "2 approvals, preview", SHOP),
    (Ask(ZOE, "refresh shop/prod"), "2 approvals", PROD),
    (Ask(ZOE, "deploy web/prod"), "2 approvals", PROD),
    # Freezes: by the week, in Berlin's time, from the first minute to the last.
    (Ask(ZOE, "deploy shop/prod", at="2026-03-06 15:59"), "2 approvals, preview", SHOP),
    (Ask(ZOE, "deploy shop/prod", at="2026-03-06 16:00"), "2 approvals, preview, on hold", SHOP),
    (Ask(ZOE, "deploy shop/prod", at="2026-03-09 07:59"), "2 approvals, preview, on hold", SHOP),
    (Ask(ZOE, "deploy shop/prod", at="2026-03-09 08:00"), "2 approvals, preview", SHOP),
    (Ask(ZOE, "deploy shop/prod", at="2026-03-29 12:00"), "2 approvals, preview, on hold", SHOP),
    # ... and by date, the last day included.
    (Ask(ZOE, "deploy shop/prod", at="2026-12-22 12:00"), "2 approvals, preview, on hold", SHOP),
    (Ask(ZOE, "deploy shop/prod", at="2026-12-31 23:59"), "2 approvals, preview, on hold", SHOP),
    (Ask(ZOE, "deploy shop/prod", at="2027-01-04 12:00"), "2 approvals, preview", SHOP),
    (Ask(DEV, "deploy shop/prod", at="2026-12-22 12:00", glass=True, reason="down"), "glass broken", SHOP),
    # A rule that does not say "hold" refuses.
    (Ask(ZOE, "deploy web/prod", at="2026-03-07 00:00"), NO, PROD),
    (Ask(ZOE, "deploy web/prod", at="2026-03-08 23:59"), NO, PROD),
    (Ask(ZOE, "deploy web/prod", at="2026-03-09 00:00"), "2 approvals", PROD),
    (Ask(ZOE, "preview web/prod", at="2026-03-07 12:00"), FREELY, "default"),
    # Locks keep out everybody but their holder, and looking is no change.
    (Ask(ZOE, "deploy web/dev", locked_by=ANA), NO_RULE, "default"),
    (Ask(ANA, "deploy web/dev", locked_by=ANA), FREELY, "default"),
    (Ask(ZOE, "preview web/dev", locked_by=ANA), FREELY, "default"),
    (Ask(ZOE, "pause web/dev", locked_by=ANA), FREELY, "default"),
    (Ask(ZOE, "deploy web/dev", locked_by=ANA, lock_ends="2026-03-04 11:59"), FREELY, "default"),
    (Ask(ZOE, "deploy web/dev", locked_by=ANA, lock_ends="2026-03-04 12:01"), NO_RULE, "default"),
    (Ask(ZOE, "deploy web/staging", locked_by=ANA), HOLD, STAGING),
    (Ask(ZOE, "cancel web/staging", locked_by=ANA), ALLOW, STAGING),
    (Ask(ZOE, "deploy shop/prod", locked_by=ANA), "2 approvals, preview, on hold", SHOP),
    (Ask(ZOE, "deploy web/prod", locked_by=ANA), NO, PROD),
    (Ask(DEV, "deploy web/prod", locked_by=ANA, glass=True, reason="down"), "glass broken", PROD),
    (Ask(DEV, "deploy web/dev", locked_by=ANA, glass=True, reason="down"), NO_RULE, "default"),
    # The name has to be typed, and be right.
    (Ask(ANA, "destroy web/prod"), TYPE, BY_NAME),
    (Ask(ANA, "destroy web/prod", typed="web/dev"), TYPE, BY_NAME),
    (Ask(ANA, "destroy web/prod", typed="WEB/PROD"), TYPE, BY_NAME),
    (Ask(ANA, "destroy web/prod", typed="web/prod"), "1 approvals", BY_NAME),
    (Ask(ANA, "destroy web/prod", typed="acme/web/prod"), "1 approvals", BY_NAME),
    (Ask(DEV, "destroy web/prod", typed="web/prod"), NO, BY_NAME),
    # Members of the channel where it is asked.
    (Ask(ZOE, "deploy web/staging"), ALLOW, STAGING),
    (Ask(DEV, "deploy web/staging"), NO, STAGING),
    (Ask(BEN, "deploy web/staging", channel=RELEASE), NO, STAGING),
    (Ask(ZOE, "cancel web/staging"), ALLOW, STAGING),
    (Ask(ZOE, "destroy web/staging"), ALLOW, STAGING),
    # Several patterns, and the defaults for the rest.
    (Ask(DEV, "destroy web/dev"), ALLOW, CLEAN),
    (Ask(DEV, "destroy web/pr-17"), ALLOW, CLEAN),
    (Ask(DEV, "destroy web/pr"), NO_RULE, "default"),
    (Ask(DEV, "cancel web/dev"), ALLOW, CLEAN),
]


def named(case: tuple[Ask, str, str]) -> str:
    ask = case[0]
    told = {
        "in": ask.channel if ask.channel != DEPLOYS else "",
        "by": ask.surface.value if ask.surface is not Surface.SLASH else "",
        "at": ask.at if ask.at != Ask.at else "",
        "locked by": ask.locked_by,
        "until": ask.lock_ends,
        "typed": ask.typed,
        "glass": (ask.reason.strip() or repr(ask.reason)) if ask.glass else "",
        "own": "yes" if ask.own else "",
        "gone": "yes" if ask.gone else "",
    }
    return " ".join(
        [
            ask.who.removeprefix("U0").title(),
            ask.what,
            *(f"{key} {value}" for key, value in told.items() if value),
        ]
    )


@pytest.mark.parametrize(("ask", "becomes", "rule"), CASES, ids=map(named, CASES))
def test_the_policy_decides(ask: Ask, becomes: str, rule: str) -> None:
    found = decision(ask)
    assert (outcome(found), found.rule) == (becomes, rule)


def test_the_table_is_a_specification() -> None:
    assert len(CASES) >= 60
    assert {rule for _, _, rule in CASES} == {"default", *(rule.name for rule in policy().rules)}
    assert len({named(case) for case in CASES}) == len(CASES)


@pytest.mark.parametrize(("ask", "becomes", "rule"), CASES, ids=map(named, CASES))
def test_the_trail_tells_each_rule_up_to_the_one_that_decided(ask: Ask, becomes: str, rule: str) -> None:
    found = decision(ask)
    if not found.trail:  # looking is never up to a rule
        assert isinstance(found, Allow)
        assert becomes == FREELY
        return
    names = [each.name for each in policy().rules]
    looked = [each.rule for each in found.trail]
    assert looked == [*names, "default"][: len(looked)]
    assert [each.applied for each in found.trail] == [False] * (len(looked) - 1) + [True]
    assert found.trail[-1].rule == rule
    assert all(each.why for each in found.trail)


def test_without_rules_a_lock_is_still_a_lock() -> None:
    assert outcome(decision(Ask(ZOE, "deploy web/prod", locked_by=ANA), Policy())) == NO_RULE
    assert outcome(decision(Ask(ZOE, "deploy web/prod"), Policy())) == FREELY
