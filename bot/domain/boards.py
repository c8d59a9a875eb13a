"""Many deployments live in one channel at once: when they share one board, who is on it, and how it went.

Slack lets the whole workspace change about thirty messages a minute for progress (`bot.slack.budget`). Five cards that share
that change every ten seconds each, about as often as a step ends; with more of them people would watch steps that are over.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from bot.domain.cards import Card
from bot.domain.deployments import CANCELED, CANCELED_AS, FAILED, SUCCEEDED

# A deployment by its organisation and id.
Ref = tuple[str, str]

# So many live ones begin a board, and so few end it: far enough apart that one more or less changes nothing.
CROWDED = 6
CALM = 2
# Seconds between two changes that show nothing but steps: every other change that progress may make is left to the cards.
BEAT = 4.0
# Failures that a board names; it counts all of them.
NAMED = 10


class End(StrEnum):
    """How a deployment left the board. `LOST`: Pulumi no longer knows it, or nobody looks there any more."""

    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELED = "canceled"
    SKIPPED = "skipped"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Board:
    """A channel's board, from the crowd that began it (`since`, Unix seconds) until that is over (`over`: its last end, 0 before).

    `live` are those on it that have not ended, `ended` counts the others by `End`, `failed` names the last ones that failed.
    `link` is its address once it stands in Slack (empty where that is unknown), None before. `look` names what it was last made
    to show, `told` is when (Unix seconds). `revision` counts saves; a save with an old one is refused.
    """

    channel: str
    since: float
    live: tuple[Ref, ...] = ()
    ended: dict[str, int] = field(default_factory=dict)
    failed: tuple[Ref, ...] = ()
    over: float = 0.0
    link: str | None = None
    look: str = ""
    told: float = 0.0
    revision: int = 0

    @property
    def is_open(self) -> bool:
        """Whether it shows progress and takes new deployments."""
        return not self.over

    @property
    def is_settled(self) -> bool:
        """Whether nothing will change it any more."""
        return not self.is_open and not self.live

    @property
    def lane(self) -> str:
        """The lane of its message: a new one for each crowd."""
        return f"board:{self.channel}:{round(self.since * 1000)}"


def advance(
    board: Board | None, channel: str, crowd: Sequence[Ref], cards: Mapping[Ref, Card], now: float
) -> Board | None:
    """The channel's board now that `crowd` is live there; None where it has none and needs none.

    `cards` tell how those on it that are not live any more ended. A board that is over still counts those that were left on it,
    until the next crowd.
    """
    if board is not None and (board.is_open or len(crowd) < CROWDED):
        return _followed(board, crowd, cards, now)
    if len(crowd) < CROWDED:
        return None
    return Board(channel, since=now, live=tuple(crowd), revision=board.revision if board else 0)


def is_worth_telling(before: Board | None, after: Board, now: float) -> bool:
    """Whether to show it now: who comes and who ends at once, steps not more often than the `BEAT`."""
    if before is None or replace(after, look=before.look) != before:
        return True
    return after.look != before.look and now - before.told >= BEAT


def end_of(card: Card | None) -> End:
    """How one that is not live any more ended."""
    deployment = card.deployment if card else None
    if card is None or deployment is None or card.gone or not deployment.is_final:
        return End.LOST
    if deployment.status == CANCELED or (card.canceled_by and deployment.status in CANCELED_AS):
        return End.CANCELED
    return {SUCCEEDED: End.SUCCEEDED, FAILED: End.FAILED}.get(deployment.status, End.SKIPPED)


def _followed(board: Board, crowd: Sequence[Ref], cards: Mapping[Ref, Card], now: float) -> Board:
    goes_on = board.is_open and len(crowd) > CALM
    ended = {ref: end_of(cards.get(ref)) for ref in board.live if ref not in crowd}
    stayed = [ref for ref in board.live if ref in crowd]
    joined = [ref for ref in crowd if ref not in board.live] if goes_on else []
    failed = [*board.failed, *(ref for ref, end in ended.items() if end is End.FAILED)]
    return replace(
        board,
        live=(*stayed, *joined),
        ended=dict(Counter(board.ended) + Counter(end.value for end in ended.values())),
        failed=tuple(failed[-NAMED:]),
        over=0.0 if goes_on else now if ended or board.is_open else board.over,
    )
