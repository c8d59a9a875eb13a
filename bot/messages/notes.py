"""What a card's thread hears: one line per transition, and for a failure the lines that say why."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.cards import Excerpt
from bot.domain.deployments import CANCELED_AS, SUCCEEDED, Deployment
from bot.domain.transitions import Kind, Transition
from bot.messages import buttons
from bot.messages.blocks import actions, context, message, preformatted, section
from bot.messages.message import Message
from bot.messages.mrkdwn import duration, person, phrase, plainly
from bot.messages.tails import row
from bot.messages.words import BROKEN, BUSY, counted, icon, operation, status

EXCERPT_LINES = 12
_WORTH_TELLING = timedelta(seconds=1)
_LONGEST_LINE = 220  # characters, so that twelve lines fit into one block


def transition(told: Transition, *, canceled_by: str = "") -> Message:
    """One line and no blocks, so that neighbours can be joined. `canceled_by` tells a cancel from a failure."""
    if told.kind is Kind.STARTED:
        waited = told.duration is not None and told.duration >= _WORTH_TELLING
        return message(f"{BUSY} Started{_took(told, ' after', ' in the queue') if waited else ''}")
    if told.kind is Kind.STEP:
        return message(_step(told))
    return message(_ended(told, canceled_by))


def failure(deployment: Deployment, step: str, excerpt: Excerpt | None) -> Message:
    """The failing step, the few lines that say why, and the way to all of them.

    Without an excerpt nothing could be read yet, which is said.
    """
    where = f" in *{phrase(step, 100)}*" if step.strip() else ""
    title = f"{BROKEN} *{phrase(deployment.name, 240)}* · {operation(deployment.operation)} failed{where}"
    lines = _lines(excerpt)
    small = _left_out(excerpt) if lines else "No log line says why."
    return message(
        f"{plainly(title)}. {phrase(' / '.join(lines), 1500) if lines else small}",
        [
            section(title),
            *([preformatted("\n".join(lines))] if lines else []),
            *context(small),
            *actions(buttons.logs(deployment)),
        ],
    )


def _lines(excerpt: Excerpt | None) -> list[str]:
    lines = excerpt.lines[:EXCERPT_LINES] if excerpt else ()
    return [shown for shown in (row(line, _LONGEST_LINE) for line in lines) if shown.strip()]


def _left_out(excerpt: Excerpt | None) -> str:
    if excerpt is None or not excerpt.omitted:
        return ""
    return f"{counted(excerpt.omitted, 'other line')} left out."


def _step(told: Transition) -> str:
    name = phrase(told.name, 100) or "step"
    if told.status == SUCCEEDED:
        return f"{icon(SUCCEEDED)} {name}{_took(told, ' ·')}"
    return f"{icon(told.status)} {name} · {status(told.status)}{_took(told, ' after')}".strip()


def _ended(told: Transition, canceled_by: str) -> str:
    if canceled_by and told.status in CANCELED_AS:
        return f"Canceled by {person(canceled_by)}{_took(told, ' after')}"
    link = " in" if told.status == SUCCEEDED else " after"
    words = status(told.status)
    return f"{icon(told.status)} {words[:1].upper()}{words[1:]}{_took(told, link)}".strip()


def _took(told: Transition, before: str, after: str = "") -> str:
    return f"{before} {duration(told.duration)}{after}" if told.duration is not None else ""
