"""Who may do what: the first rule that applies decides, and where none does the defaults.

By default everybody may look, preview, deploy, refresh, pause and resume a stack, and cancel what they started; destroying, and
canceling what somebody else started, take a rule.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.commands import Intent, Verb
from bot.domain.policy_file import load
from bot.domain.refusals import Refusal
from bot.domain.rules import OPERATIONS, Effect, Policy, Rule

__all__ = ["DEFAULT", "Allow", "Decision", "Deny", "NeedsApproval", "Policy", "decide", "load"]

DEFAULT = "default"  # the rule's name where none of the file's applied


@dataclass(frozen=True, slots=True)
class Allow:
    """It may run now. `reason` is plain text, for the card and the audit."""

    rule: str
    reason: str


@dataclass(frozen=True, slots=True)
class NeedsApproval:
    """It may run once `approvals` other people approved, within `expires` seconds (0: no limit)."""

    rule: str
    reason: str
    approvals: int
    expires: float


@dataclass(frozen=True, slots=True)
class Deny:
    """It may not run; `remedy` is what would help."""

    rule: str
    reason: str
    remedy: str = ""

    @property
    def refusal(self) -> Refusal:
        """The answer to the one who asked."""
        return Refusal(self.reason, self.remedy)


Decision = Allow | NeedsApproval | Deny


def decide(policy: Policy, intent: Intent) -> Decision:
    """What becomes of an intent. Looking, and voting on a request, is never up to a rule."""
    if intent.verb not in OPERATIONS.values():
        return Allow(DEFAULT, "Everybody may look.")
    rule = next((rule for rule in policy.rules if rule.applies(intent)), None)
    return _by_rule(rule, intent) if rule else _by_default(intent)


def _by_rule(rule: Rule, intent: Intent) -> Decision:
    said = f'Decided by the rule "{rule.name}".'
    if rule.effect is Effect.ALLOW:
        return Allow(rule.name, said)
    if rule.effect is Effect.DENY:
        return Deny(
            rule.name, rule.message or f"Nobody may {intent.verb} {intent.stack.short} from here.", said
        )
    people = "one other person" if rule.approvals == 1 else f"{rule.approvals} other people"
    return NeedsApproval(
        rule.name, rule.message or f"{people.capitalize()} must approve.", rule.approvals, rule.expires
    )


def _by_default(intent: Intent) -> Decision:
    if intent.verb is Verb.CANCEL and not intent.started_by_user:
        return Deny(
            DEFAULT,
            f"Somebody else started that deployment of {intent.stack.short}: you may cancel what you started yourself.",
            _would_allow(intent),
        )
    if intent.verb is Verb.DESTROY:
        return Deny(
            DEFAULT,
            f"Destroying {intent.stack.short} is not allowed unless a rule says so.",
            _would_allow(intent),
        )
    if intent.verb is Verb.CANCEL:
        return Allow(DEFAULT, "Everybody may cancel what they started.")
    return Allow(DEFAULT, f"Everybody may {intent.verb}.")


def _would_allow(intent: Intent) -> str:
    return (
        "Whoever runs the bot can allow it in the policy file:\n"
        "[[rules]]\n"
        f'name = "{intent.verb} {intent.stack.short}"\n'
        f'stacks = ["{intent.stack}"]\n'
        f'operations = ["{intent.verb}"]\n'
        'effect = "allow"'
    )
