"""What is to be said, kept until Slack has it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.messages.message import Message, Post, Rank, Reply


@dataclass(frozen=True, slots=True)
class Lane:
    """A lane that a worker claimed: what Slack shows of it, and what is still to be said.

    `claim` proves the claim. `ts` is the card's, empty before it was posted. `root` is the card as it should look, None when
    Slack shows it already; `digest` names that look. `posts` are the first of what is to follow in the thread, oldest first.
    `sending` are the keys that were about to be posted at `since` (Unix seconds, the store's clock) when a worker died or an
    answer was lost: they may stand in Slack already. `failures` counts tries in a row that failed.
    """

    name: str
    channel: str
    claim: str
    ts: str = ""
    root: Message | None = None
    digest: str = ""
    rank: Rank = Rank.PROGRESS
    posts: tuple[Post, ...] = ()
    sending: tuple[str, ...] = ()
    since: float = 0.0
    failures: int = 0
    on_refused: str = ""


class Lanes(Protocol):
    """What is to be said in channels, for any number of workers: each lane belongs to one worker at a time.

    All durations are seconds, by the store's own clock. Raises `bot.errors.StoreUnavailableError` when Redis does not answer.
    """

    async def claim(self, *, lease: float) -> Lane | None:
        """The due lane of the best rank, the oldest first, for `lease` seconds; None when nothing is due."""
        ...

    async def begin(self, lane: Lane, keys: Sequence[str], *, lease: float) -> bool:
        """Note that `keys` are about to be posted (the card's key is the lane's name), and renew the lease.

        False when the lane went to another worker meanwhile: then nothing may be sent.
        """
        ...

    async def posted(self, lane: Lane, keys: Sequence[str], *, ts: str) -> Lane | None:
        """They stand in Slack as message `ts`. Answers the lane as it is now, None when it went to another worker."""
        ...

    async def updated(self, lane: Lane) -> Lane | None:
        """Slack shows `lane.digest` now."""
        ...

    async def release(
        self, lane: Lane, *, after: float = 0.0, failed: bool = False, unsure: bool = False
    ) -> None:
        """Give the claim back; what is left is due `after` seconds from now. `unsure` keeps the note of what was being posted."""
        ...

    async def park(self, lane: Lane, *, reason: str, retry_after: float, tell: Reply | None = None) -> None:
        """Slack refuses. What is left waits until something new is said, or the bot is invited to the channel (`State.let_in`).

        Something new is not tried sooner than `retry_after` seconds from now. `tell` somebody.
        """
        ...

    async def mute(self, lane: Lane) -> None:
        """Somebody deleted the card: drop what is left, and all that will be said."""
        ...

    async def ts_of(self, lane: str) -> str | None:
        """The card's ts, to link to it; None before it was posted, and once somebody deleted it."""
        ...


@dataclass(frozen=True, slots=True)
class QueuedReply:
    """A private answer that a worker claimed. `begun`: a worker died or lost an answer while sending it."""

    reply: Reply
    claim: str
    begun: bool = False
    failures: int = 0


class Replies(Protocol):
    """Private answers that wait to be sent, each at most once. Durations in seconds, errors as in `Lanes`."""

    async def claim(self, *, lease: float) -> QueuedReply | None:
        """The oldest due answer, for `lease` seconds; None when nothing is due."""
        ...

    async def begin(self, queued: QueuedReply) -> bool:
        """Note that it is about to be sent. False when it went to another worker."""
        ...

    async def retry(self, queued: QueuedReply, *, after: float, failed: bool = True) -> None:
        """It surely was not sent: again `after` seconds from now. Without `failed` it only waited for its turn."""
        ...

    async def finish(self, queued: QueuedReply) -> None:
        """Sent, or given up; its key stays taken."""
        ...


class Budget(Protocol):
    """Slack's rate limits, counted once for all workers. `bucket` names a limit; durations in seconds."""

    async def take(self, bucket: str, *, interval: float, burst: float, hold: float = 0.0) -> float:
        """0 when one call may start now, and it is counted; else how long to wait, and nothing is counted.

        With `hold`, nobody else gets a turn until `free`, or until `hold` has passed (a worker died).
        """
        ...

    async def free(self, bucket: str, *, pause: float) -> None:
        """The held call has its answer: the next turn is `pause` seconds from now."""
        ...

    async def block(self, bucket: str, *, seconds: float) -> None:
        """Slack said 429 with this Retry-After."""
        ...


class Once(Protocol):
    """Marks for what may be done only once outside."""

    async def begin(self, key: str) -> str:
        """`new`: go on. `begun`: somebody began and did not finish, look first. `done`: leave it."""
        ...

    async def finish(self, key: str) -> None:
        """It is done."""
        ...
