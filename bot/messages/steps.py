"""The steps of a deployment as a short list: what is over is folded first when there are many."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import takewhile

from bot.domain.deployments import FAILED, NOT_STARTED, RUNNING, SUCCEEDED, Step
from bot.messages.mrkdwn import duration, phrase
from bot.messages.words import counted, icon, since

LINES = 9
_TODO = "⚪"


def step_list(steps: Sequence[Step]) -> str:
    """One line per step, at most `LINES`; empty where there are none."""
    if len(steps) <= LINES:
        return "\n".join(step_line(step) for step in steps)
    done = list(takewhile(lambda step: step.status == SUCCEEDED, steps))
    todo = list(takewhile(lambda step: step.status == NOT_STARTED, reversed(steps)))
    middle = steps[len(done) : len(steps) - len(todo)]
    room = max(LINES - 2, 1)
    left_out = len(middle) - room
    shown = [step_line(step) for step in _telling(middle, room)]
    return "\n".join(
        [
            *([_folded_done(done)] if done else []),
            *shown,
            *([f"{_TODO} {counted(left_out, 'other step')}"] if left_out > 0 else []),
            *([f"{_TODO} {len(todo)} not started"] if todo else []),
        ]
    )


def step_line(step: Step) -> str:
    """`✅ Get source · 3 s`, `⏳ pulumi update · running since 14:05`."""
    name = phrase(step.name, 100) or "step"
    if step.status == SUCCEEDED:
        return " · ".join(part for part in (f"{icon(SUCCEEDED)} {name}", _took(step)) if part)
    if step.status == RUNNING:
        return f"{icon(RUNNING)} {name} · running {since(step.started)}".rstrip()
    if step.status == FAILED:
        return f"{icon(FAILED)} {name} · failed{_after(step)}"
    if step.status == NOT_STARTED:
        return f"{_TODO} {name}"
    return f"{_TODO} {name} · {phrase(step.status, 40)}"


def progress(steps: Sequence[Step]) -> str:
    """The same in one sentence: `2 of 5 steps done, now pulumi update`; empty where there are none."""
    if not steps:
        return ""
    done = sum(step.status == SUCCEEDED for step in steps)
    now = next((f", now {phrase(step.name, 100)}" for step in steps if step.status == RUNNING), "")
    return f"{done} of {counted(len(steps), 'step')} done{now}"


def _telling(steps: Sequence[Step], room: int) -> list[Step]:
    """What failed or runs is never left out for what is over."""
    by_weight = sorted(range(len(steps)), key=lambda i: (steps[i].status not in {FAILED, RUNNING}, -i))
    return [steps[i] for i in sorted(by_weight[:room])]


def _folded_done(done: Sequence[Step]) -> str:
    total = sum((step.duration or timedelta(0) for step in done), timedelta(0))
    return f"{icon(SUCCEEDED)} {counted(len(done), 'step')} · {duration(total)}"


def _took(step: Step) -> str:
    return duration(step.duration) if step.duration is not None else ""


def _after(step: Step) -> str:
    return f" after {_took(step)}" if step.duration is not None else ""
