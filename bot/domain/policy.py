"""Who may do what: the first rule that applies decides, and where none does the defaults.

By default everybody may look, preview, deploy, refresh, lock, pause and resume a stack, and cancel what they started; destroying,
canceling what somebody else started, changing settings, pausing a whole organisation and unlinking somebody else take a rule. Facts (who is in a group, whether the stack is locked, the time) come in as
arguments: the same facts give the same decision.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from bot.domain.audience import NO_FACTS, Facts, in_words, includes
from bot.domain.commands import OPERATION_OF, Intent, Verb
from bot.domain.freezes import frozen_until
from bot.domain.policy_file import load
from bot.domain.quorum import Seat, described
from bot.domain.refusals import DEFAULT, Refusal
from bot.domain.requests import Hold
from bot.domain.rules import OPERATIONS, Effect, Policy, Rule

__all__ = [
    "DEFAULT",
    "Allow",
    "Considered",
    "Decision",
    "Deny",
    "Facts",
    "NeedsApproval",
    "Policy",
    "decide",
    "hold",
    "load",
]


@dataclass(frozen=True, slots=True)
class Considered:
    """A rule that was looked at: whether it decided, and why or why not."""

    rule: str
    applied: bool
    why: str


Trail = tuple[Considered, ...]


@dataclass(frozen=True, slots=True)
class Allow:
    """It may run now, unless there is a `hold`: then as soon as that ends.

    `reason` is plain text, for the card and the audit. `confirm`: the stack's name has to be typed first, and was not.
    `broke`: it passes the rule because somebody broke the glass. `trail` are the rules that were looked at.
    """

    rule: str
    reason: str
    hold: Hold | None = None
    confirm: bool = False
    broke: bool = False
    trail: Trail = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class NeedsApproval:
    """It may run once `approvals` other people approved, within `expires` seconds (0: no limit).

    `seats` say who they are, `shared` whether one person may fill several; `requester_counts` whether the one who asks is one of
    them. `preview`: what would change is to be shown first. The rest is as in `Allow`.
    """

    rule: str
    reason: str
    approvals: int
    expires: float
    seats: tuple[Seat, ...] = ()
    shared: bool = False
    requester_counts: bool = False
    preview: bool = False
    hold: Hold | None = None
    confirm: bool = False
    trail: Trail = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Deny:
    """It may not run; `remedy` is what would help, `people` whom the reason speaks of."""

    rule: str
    reason: str
    remedy: str = ""
    people: tuple[str, ...] = ()
    trail: Trail = field(default=(), compare=False)

    @property
    def refusal(self) -> Refusal:
        """The answer to the one who asked."""
        return Refusal(self.reason, self.remedy, self.people, self.rule)


Decision = Allow | NeedsApproval | Deny


def decide(policy: Policy, intent: Intent, facts: Facts = NO_FACTS) -> Decision:
    """What becomes of an intent. Looking, and voting on a request, is never up to a rule."""
    if intent.verb not in OPERATIONS.values():
        return Allow(DEFAULT, "Everybody may look.")
    rule, trail = _first(policy, intent)
    decision = _by_rule(rule, intent, facts) if rule else _by_default(intent, facts)
    return replace(decision, trail=(*trail, Considered(decision.rule, applied=True, why=decision.reason)))


def hold(policy: Policy, intent: Intent, facts: Facts) -> Hold | None:
    """What keeps a decided request from running at this moment, however it was decided: a freeze, or somebody's lock."""
    rule, _ = _first(policy, intent)
    return _closed(rule, intent, facts)


def _first(policy: Policy, intent: Intent) -> tuple[Rule | None, Trail]:
    passed: list[Considered] = []
    for rule in policy.rules:
        why_not = rule.why_not(intent)
        if not why_not:
            return rule, tuple(passed)
        passed.append(Considered(rule.name, applied=False, why=why_not))
    return None, tuple(passed)


def _by_rule(rule: Rule, intent: Intent, facts: Facts) -> Decision:
    if intent.break_glass:
        return _break_glass(rule, intent, facts)
    if rule.effect is Effect.DENY:
        return Deny(
            rule.name,
            rule.message or f"Nobody may {intent.what} from here.",
            _said(rule),
        )
    if not includes(rule.who, intent.user, facts):
        only = f"Only {in_words(rule.who)} may {intent.what} from here."
        return Deny(rule.name, rule.message or only, _said(rule))
    closed = _closed(rule, intent, facts)
    if closed and not rule.holds:
        return _refused(rule, intent, closed)
    confirm = rule.confirm and intent.typed not in {intent.stack.short, str(intent.stack)}
    if rule.effect is Effect.ALLOW:
        return Allow(rule.name, _said(rule), hold=closed, confirm=confirm)
    return NeedsApproval(
        rule.name,
        rule.message or _must_approve(rule),
        rule.approvals,
        rule.expires,
        seats=rule.seats,
        shared=rule.shared,
        requester_counts=rule.requester_counts,
        preview=rule.preview and intent.verb is not Verb.PREVIEW,
        hold=closed,
        confirm=confirm,
    )


def _said(rule: Rule) -> str:
    return f'Decided by the rule "{rule.name}".'


def _must_approve(rule: Rule) -> str:
    if rule.seats:
        return f"It takes approvals: {described(rule.seats)}."
    other = "" if rule.requester_counts else "other "
    people = f"one {other}person" if rule.approvals == 1 else f"{rule.approvals} {other}people"
    return f"{people.capitalize()} must approve."


def _break_glass(rule: Rule, intent: Intent, facts: Facts) -> Decision:
    """Past the rule, its approvals, freezes and any lock; for those it names, and never without a reason."""
    what = f"{intent.verb} {intent.stack.short}"
    if not rule.break_glass:
        return Deny(rule.name, f"There is no glass to break: nobody may {what} past this rule.", _said(rule))
    if not includes(rule.break_glass, intent.user, facts):
        only = f"Only {in_words(rule.break_glass)} may break the glass to {what}."
        return Deny(rule.name, only, _said(rule))
    if not intent.reason.strip():
        return Deny(
            rule.name,
            "Breaking the glass needs a reason: the channel will read it.",
            'Say it with --reason "…".',
        )
    return Allow(rule.name, f'The glass was broken: past the rule "{rule.name}".', broke=True)


def _closed(rule: Rule | None, intent: Intent, facts: Facts) -> Hold | None:
    """A lock keeps out everybody but its holder; a freeze everybody. Looking at what would change is never kept out."""
    if intent.verb is Verb.PREVIEW or intent.verb not in OPERATION_OF:
        return None
    until = frozen_until(rule.freeze, facts.now) if rule else None
    if until:
        return Hold("frozen", until=until)
    lock = facts.lock
    if lock and lock.holds(facts.now) and lock.user != intent.user:
        return Hold(f"locked ({lock.reason})" if lock.reason else "locked", until=lock.until, user=lock.user)
    return None


def _refused(rule: Rule, intent: Intent, closed: Hold) -> Deny:
    if closed.user:
        return _locked(rule.name, intent, closed)
    passing = f" {in_words(rule.break_glass)} may break the glass." if rule.break_glass else ""
    return Deny(
        rule.name,
        rule.message or f'{intent.stack.short} is frozen: the rule "{rule.name}" lets nothing run now.',
        f"It ends {_utc(closed.until)}.{passing}",
    )


def _locked(rule: str, intent: Intent, closed: Hold) -> Deny:
    ends = f"It ends {_utc(closed.until)}." if closed.until else f"It ends with unlock {intent.stack.short}."
    return Deny(rule, f"{intent.stack.short} is {closed.why}.", ends, people=(closed.user,))


def _utc(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%a %Y-%m-%d %H:%M UTC")


def _by_default(intent: Intent, facts: Facts) -> Decision:
    closed = _closed(None, intent, facts)
    if closed:
        return _locked(DEFAULT, intent, closed)
    if intent.break_glass:
        return Deny(
            DEFAULT,
            f"There is no glass to break: no rule is about {intent.verb} {intent.stack.short}.",
            "Ask for it without --break-glass.",
        )
    takes_a_rule = _takes_a_rule(intent)
    if takes_a_rule:
        return Deny(DEFAULT, takes_a_rule, _would_allow(intent))
    if intent.verb is Verb.CANCEL:
        return Allow(DEFAULT, "Everybody may cancel what they started.")
    return Allow(DEFAULT, f"Everybody may {intent.verb}.")


def _takes_a_rule(intent: Intent) -> str:
    """Why nobody may do it until a rule says so; empty for all else."""
    name = intent.stack.short
    if intent.verb is Verb.CANCEL and not intent.started_by_user:
        return f"Somebody else started that deployment of {name}: you may cancel what you started yourself."
    if intent.verb is Verb.DESTROY:
        return f"Destroying {name} is not allowed unless a rule says so."
    if intent.verb in (Verb.PAUSE_ORG, Verb.RESUME_ORG, Verb.SETTINGS, Verb.UNLINK):
        return f"Nobody may {intent.what} from here unless a rule says so."
    return ""


def _would_allow(intent: Intent) -> str:
    return (
        "Whoever runs the bot can allow it in the policy file:\n"
        "[[rules]]\n"
        f'name = "{intent.what}"\n'
        f'stacks = ["{intent.stack}"]\n'
        f'operations = ["{intent.verb}"]\n'
        'effect = "allow"'
    )
