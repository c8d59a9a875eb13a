"""The board of a channel where many deployments are live: a line for each while there is a crowd, and then how it went."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta

from bot.domain.boards import Board, End
from bot.domain.cards import Card
from bot.domain.deployments import Deployment
from bot.messages.blocks import context, message, section
from bot.messages.cards import name_of, stands, waiting
from bot.messages.message import Message
from bot.messages.mrkdwn import date, duration, link, phrase, sentence
from bot.messages.steps import progress
from bot.messages.tails import chunks
from bot.messages.words import BROKEN, counted, joined, operation, outcome, since

# Lines, and characters of lines: with these the board stays within Slack's limits whatever the names are.
LINES = 25
ROWS, FAILURES = 7_000, 2_000
SECTION = 2_900
Shown = tuple[Deployment, Card]
_LATEST = datetime.max.replace(tzinfo=UTC)
_ALWAYS = (End.SUCCEEDED, End.FAILED, End.CANCELED)
_WORDS = {End.LOST: "no longer known to Pulumi"}
_CARDS = "Approvals, buttons and outcomes are on each one's card, all its steps in the card's thread."


def render(board: Board, live: Sequence[Card], failed: Sequence[Card]) -> Message:
    """The message that shows this state: `live` are those on it that have not ended, `failed` the failures that it names."""
    ordered = sorted(_shown(live), key=_place)
    failures = _fitting([_failure(*each) for each in _shown(failed)], size=FAILURES)
    return _open(board, ordered, failures) if board.is_open else _over(board, ordered, failures)


def _open(board: Board, live: Sequence[Shown], failures: Sequence[str]) -> Message:
    waits = sum(deployment.is_queued for deployment, _ in live)
    title = joined(
        f"*{counted(len(live), 'deployment')} under way*",
        f"{len(live) - waits} running" if len(live) > waits else "",
        f"{waits} waiting" if waits else "",
    )
    rows = _fitting([_row(*each) for each in live], size=ROWS)
    ended = f"{_total(board)} ended: {', '.join(_ends(board))}" if board.ended else ""
    return _message(title, rows, failures, (joined(f"Since {date(board.since)}", ended), _CARDS))


def _over(board: Board, left: Sequence[Shown], failures: Sequence[str]) -> Message:
    title = joined(f"*{counted(_total(board), 'deployment')} ended*", *_ends(board, always=_ALWAYS))
    went_on = [f"{_link(card)} went on alone: its card says how." for _, card in left]
    lasted = duration(timedelta(seconds=board.over - board.since))
    return _message(title, failures, went_on, (f"Began {date(board.since)}, over after {lasted}",))


def _message(title: str, rows: Sequence[str], others: Sequence[str], small: Sequence[str]) -> Message:
    shown = [title, *chunks(rows, size=SECTION), *chunks(others, size=SECTION)]
    said = " ".join(sentence(part) for part in (title, *rows, *others, *small))
    return message(said, [*(section(part) for part in shown), *context(*small)])


def _shown(cards: Sequence[Card]) -> list[Shown]:
    return [(card.deployment, card) for card in cards if card.deployment]


def _row(deployment: Deployment, card: Card) -> str:
    """`⏳ web/dev#42 · deploy · running since 14:05 · 2 of 5 steps done, now pulumi update`."""
    mark, how = stands(card)
    at = "" if card.canceled_by else since(deployment.created if deployment.is_queued else deployment.started)
    return joined(
        f"{mark} {_link(card)}".strip(),
        operation(deployment.operation),
        f"{how} {at}".strip(),
        waiting(card.waiting_for) if deployment.is_queued else progress(deployment.steps),
    )


def _failure(deployment: Deployment, card: Card) -> str:
    """`❌ web/dev#42 · deploy · failed after 6 s in pulumi update`."""
    step = deployment.failed_step
    where = f" in *{phrase(step.name, 100)}*" if step else ""
    return joined(f"{BROKEN} {_link(card)}", operation(deployment.operation), f"{outcome(deployment)}{where}")


def _ends(board: Board, *, always: Collection[End] = ()) -> list[str]:
    """`10 succeeded`, `2 failed`; what there was none of only where it is `always` told."""
    counts = [(end, board.ended.get(end, 0)) for end in End]
    return [f"{count} {_WORDS.get(end, end.value)}" for end, count in counts if count or end in always]


def _total(board: Board) -> int:
    return sum(board.ended.values())


def _fitting(rows: Sequence[str], *, size: int) -> list[str]:
    """As many lines as fit, and how many more there are."""
    shown = 0
    while shown < min(len(rows), LINES) and size >= len(rows[shown]):
        size -= len(rows[shown])
        shown += 1
    left = len(rows) - shown
    return [*rows[:shown], *([f"and {left} more"] if left else [])]


def _place(each: Shown) -> tuple[bool, datetime, str]:
    """What runs first, then what waits, the oldest first: a line moves once."""
    deployment, _ = each
    return deployment.is_queued, deployment.started or deployment.created or _LATEST, deployment.name


def _link(card: Card) -> str:
    return f"*{link(card.console_url, name_of(card), 160)}*"
