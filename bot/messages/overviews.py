"""What runs, waits, is paused and how it last went: the rows that `status` and the Home tab share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

from bot.domain.deployments import Deployment
from bot.domain.overview import Overview
from bot.domain.pauses import WHOLE
from bot.domain.queue import STACK_PAUSED
from bot.domain.redaction import redact
from bot.domain.stacks import StackRef
from bot.messages.mrkdwn import code, date, duration, person, phrase
from bot.messages.words import (
    HELD,
    OURS,
    canceled,
    counted,
    icon,
    joined,
    operation,
    outcome,
    since,
    started_by,
    status,
)

ROWS = 8
_OLD = 120  # seconds from which on the age of a look is worth a word


def only(overview: Overview, stack: StackRef) -> Overview:
    """The part of a look that is about one stack."""
    return Overview(
        org=overview.org,
        as_of=overview.as_of,
        active=tuple(deployment for deployment in overview.active if deployment.stack == stack),
        recent=tuple(deployment for deployment in overview.recent if deployment.stack == stack),
        paused=overview.paused,
        paused_stacks=tuple(name for name in overview.paused_stacks if name == stack.short),
        problem=overview.problem,
        canceled=overview.canceled,
        pauses=overview.pauses,
    )


def parts(overview: Overview) -> list[str]:
    """One paragraph each for what runs, waits, is paused, and for how it last went; empty ones are left out."""
    running = [deployment for deployment in overview.active if not deployment.is_queued]
    waiting = [deployment for deployment in overview.active if deployment.is_queued]
    rows = (
        _rows("Running", running, _running),
        _rows("Waiting", waiting, lambda deployment: _waiting(deployment, overview)),
        _paused(overview),
        _rows("Last outcome", overview.recent, lambda deployment: _last(deployment, overview)),
    )
    return [part for part in rows if part]


def summary(overview: Overview) -> str:
    """`2 running, 1 waiting, 1 stack paused`."""
    waiting = sum(deployment.is_queued for deployment in overview.active)
    running = len(overview.active) - waiting
    held = len(overview.paused_stacks)
    counts = [
        f"{running} running" if running else "",
        f"{waiting} waiting" if waiting else "",
        f"{counted(held, 'stack')} paused" if held else "",
        "the whole organisation paused" if overview.paused else "",
    ]
    return ", ".join(count for count in counts if count) or "nothing runs or waits"


def freshness(overview: Overview, now: float) -> str:
    """As of when; and when the look is old, how old and why."""
    age = now - overview.as_of
    old = f" ({duration(timedelta(seconds=age))} ago)" if age >= _OLD else ""
    why = f" {phrase(overview.problem, 300)}" if overview.problem.strip() else ""
    return f"As of {date(overview.as_of)}{old}.{why}"


def _rows(title: str, found: Sequence[Deployment], row: Callable[[Deployment], str]) -> str:
    if not found:
        return ""
    more = [f"and {len(found) - ROWS} more"] if len(found) > ROWS else []
    return "\n".join([f"*{title}*", *(row(deployment) for deployment in found[:ROWS]), *more])


def _running(deployment: Deployment) -> str:
    return joined(
        f"{icon(deployment.status)} *{phrase(deployment.name, 160)}*".strip(),
        operation(deployment.operation),
        f"{status(deployment.status)} {since(deployment.started)}".strip(),
        _from(deployment),
    )


def _waiting(deployment: Deployment, overview: Overview) -> str:
    by_stack = deployment.stack.short in overview.paused_stacks
    held = STACK_PAUSED if by_stack else ""
    if overview.paused:
        held = "the stack and the organisation are paused" if by_stack else "the organisation is paused"
    return joined(
        f"{HELD if held else icon(deployment.status)} *{phrase(deployment.name, 160)}*",
        operation(deployment.operation),
        f"queued {since(deployment.created)}".strip(),
        held,
        _from(deployment),
    )


def _from(deployment: Deployment) -> str:
    """Where it did not come from here; who asked for the others is on their cards."""
    return "" if deployment.initiator == OURS else started_by(deployment)


def _paused(overview: Overview) -> str:
    """Which of both pauses holds what: the organisation's or the stack's; who and why, where it was asked for here."""
    whole = [joined(f"{HELD} the whole organisation {code(overview.org)}", _asked(overview, WHOLE))]
    told = [name for name in overview.paused_stacks if name in overview.pauses]
    rows = [joined(f"{HELD} {code(name, 160)}", _asked(overview, name)) for name in told[:ROWS]]
    others = [code(name, 160) for name in overview.paused_stacks if name not in overview.pauses]
    more = max(len(told) - ROWS, 0) + max(len(others) - ROWS, 0)
    listed = ", ".join([*others[:ROWS], *([f"and {more} more"] if more else [])])
    lines = [*(whole if overview.paused else []), *rows, *([f"{HELD} {listed}"] if listed else [])]
    return "\n".join(["*Paused: new deployments wait*", *lines]) if lines else ""


def _asked(overview: Overview, name: str) -> str:
    pause = overview.pauses.get(name)
    if pause is None:
        return ""
    reason = phrase(redact(pause.reason), 200)
    return joined(f"by {person(pause.user)}", date(pause.at), f"“{reason}”" if reason else "")


def _last(deployment: Deployment, overview: Overview) -> str:
    who = overview.canceled.get(deployment.id, "")
    mark = "" if canceled(deployment, who) else icon(deployment.status)
    return joined(
        f"{mark} *{phrase(deployment.name, 160)}*".strip(),
        operation(deployment.operation),
        outcome(deployment, who),
        date(deployment.modified) if deployment.modified else "",
    )
