"""How operations, statuses and outcomes are called: one vocabulary for cards, notes, replies and the Home tab."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.domain.commands import OPERATION_OF, Verb
from bot.domain.deployments import (
    ACCEPTED,
    CANCELED_AS,
    FAILED,
    NOT_STARTED,
    RUNNING,
    SUCCEEDED,
    Deployment,
)
from bot.messages.mrkdwn import code, date, duration, person, phrase

DONE, BROKEN, BUSY, HELD, LOCKED, ALARM = "✅", "❌", "⏳", "⏸", "🔒", "🚨"
_ICONS = {SUCCEEDED: DONE, FAILED: BROKEN, RUNNING: BUSY, ACCEPTED: BUSY, NOT_STARTED: BUSY}
_STATUSES = {NOT_STARTED: "queued", ACCEPTED: "queued"}
_OPERATIONS = {
    "update": "deploy",
    "detect-drift": "drift detection",
    "remediate-drift": "drift remediation",
}
_VERBS = {operation: verb for verb, operation in OPERATION_OF.items()}
_INITIATORS = {
    "console": "from the Pulumi console",
    "cli": "from the Pulumi CLI",
    "webhook": "by a webhook",
    "push": "by a git push",
    "github": "through GitHub",
    "schedule": "on a schedule",
    "automation-api": "through the Automation API",
}
_CHANGES = {
    "create": "created",
    "update": "updated",
    "replace": "replaced",
    "delete": "deleted",
    "same": "unchanged",
}
_PLANNED = {
    "create": "to create",
    "update": "to update",
    "replace": "to replace",
    "delete": "to delete",
    "same": "unchanged",
}
OURS = "quarterdeck"  # the initiator that our own create calls name
_COMMIT = 7  # characters that name a commit, as git shortens it


def operation(name: str) -> str:
    """What people call a Pulumi operation: `update` is a deploy. Anything unknown as it is."""
    return _OPERATIONS.get(name) or phrase(name, 40) or "deployment"


def verb_of(name: str) -> Verb | None:
    """The verb that starts an operation; None for one that is not asked for here."""
    return _VERBS.get(name)


def status(name: str) -> str:
    """What people call a status. Anything unknown as it is."""
    return _STATUSES.get(name) or phrase(name, 40) or "unknown"


def icon(name: str) -> str:
    """A mark beside the words, never instead of them; empty where none fits."""
    return _ICONS.get(name, "")


def canceled(deployment: Deployment, canceled_by: str) -> bool:
    """Whether it ended because somebody canceled it (the service has no such status in its documents)."""
    return bool(canceled_by) and deployment.status in CANCELED_AS


def outcome(deployment: Deployment, canceled_by: str = "") -> str:
    """`succeeded in 2 min 5 s`, `failed after 6 s`, `canceled by @ada after 3 s`; before it is over only how it stands."""
    took = deployment.duration if deployment.is_final else None
    ended = (
        f"canceled by {person(canceled_by)}"
        if canceled(deployment, canceled_by)
        else status(deployment.status)
    )
    if took is None:
        return ended
    return f"{ended} {'in' if deployment.status == SUCCEEDED else 'after'} {duration(took)}"


def changes(deployment: Deployment) -> str:
    """`3 created · 1 updated · 12 unchanged`; for a preview what would be done."""
    return _counts(deployment.changes, _PLANNED if deployment.operation == "preview" else _CHANGES)


def planned(found: Mapping[str, int]) -> str:
    """`3 to create · 1 to delete · 12 unchanged`."""
    return _counts(found, _PLANNED)


def _counts(found: Mapping[str, int], names: Mapping[str, str]) -> str:
    known = [f"{found[op]} {names[op]}" for op in names if found.get(op)]
    others = [f"{count} {phrase(op, 40)}" for op, count in sorted(found.items()) if op not in names and count]
    return " · ".join([*known, *others][:10])


def source(branch: str, commit: str) -> str:
    """`main at abc1234`; empty where neither is known."""
    short = branch.removeprefix("refs/heads/")
    return " at ".join(part for part in (code(short), code(commit[:_COMMIT])) if part)


def started_by(deployment: Deployment) -> str:
    """Who or what started a deployment. One from Slack carries the name of the bot's token there, which says nothing."""
    if deployment.initiator == OURS:
        return "from Slack"
    how = _INITIATORS.get(deployment.initiator) or (
        f"via {phrase(deployment.initiator, 40)}" if deployment.initiator.strip() else ""
    )
    who = f"by {phrase(deployment.requested_by, 80)}" if deployment.requested_by.strip() else ""
    return " ".join(part for part in (who, how) if part)


def since(at: datetime | None) -> str:
    """`since 14:05`, in the reader's time zone; empty where it is unknown."""
    return f"since {date(at, '{time}')}" if at else ""


def counted(number: int, what: str) -> str:
    """`1 step`, `2,431 lines`."""
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


def joined(*parts: str) -> str:
    """The parts that say something, with a dot between."""
    return " · ".join(part for part in parts if part)


def as_owner(login: str) -> str:
    """Whose token was used, where it was a personal one."""
    return f" (as {phrase(login, 80)} on Pulumi)" if login else ""
