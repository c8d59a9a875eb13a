"""May they? Which rule decides, and why the ones before it did not."""

from __future__ import annotations

from bot.domain.commands import Intent
from bot.domain.policy import DEFAULT, Allow, Considered, Decision, Deny, NeedsApproval
from bot.domain.quorum import described
from bot.messages.blocks import context, message, paragraphs, section
from bot.messages.message import Message
from bot.messages.mrkdwn import date, person, phrase, plainly
from bot.messages.words import BROKEN, DONE, HELD, LOCKED

_ROWS = 12


def explained(intent: Intent, decision: Decision) -> Message:
    """The answer first, then the rules in their order."""
    what = f"*{phrase(intent.what, 300)}*"
    head = f"{_mark(decision)} {person(intent.user)} {_answer(decision)} {what} from here."
    reason = phrase(decision.reason, 600)
    rows = [_row(looked) for looked in decision.trail[-_ROWS:]]
    more = "" if decision.rule != DEFAULT else "No rule of the policy is about this."
    return message(
        plainly(f"{head} {reason}"),
        [section(f"{head}\n{reason}"), *paragraphs(rows), *context(_terms(decision), more)],
    )


def _mark(decision: Decision) -> str:
    if isinstance(decision, Deny):
        return BROKEN
    if decision.hold:
        return HELD
    return LOCKED if isinstance(decision, NeedsApproval) else DONE


def _answer(decision: Decision) -> str:
    if isinstance(decision, Deny):
        return "may not"
    if decision.hold:
        return "may, on hold for now,"
    return "may, with approvals," if isinstance(decision, NeedsApproval) else "may"


def _terms(decision: Decision) -> str:
    """What would be asked of them."""
    if isinstance(decision, Deny):
        return ""
    parts = []
    if decision.hold:
        ends = f"until {date(decision.hold.until)}" if decision.hold.until else "until somebody unlocks it"
        parts.append(f"{phrase(decision.hold.why, 200)} {ends}")
    if isinstance(decision, NeedsApproval):
        parts.append(f"approvals: {phrase(described(decision.seats), 300) or decision.approvals}")
        parts += ["a preview first"] if decision.preview else []
    if isinstance(decision, Allow) and decision.broke:
        parts.append("breaking the glass, with a reason that the channel reads")
    return "; ".join(parts)


def _row(looked: Considered) -> str:
    name = "the defaults" if looked.rule == DEFAULT else f'"{phrase(looked.rule, 100)}"'
    return f"*→ {name}*: decides" if looked.applied else f"·  {name}: {phrase(looked.why, 200)}"
