"""Commands between the ack and the work."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from bot.domain.commands import Command


@dataclass(frozen=True, slots=True)
class Delivery:
    """A Command out of the inbox. `entry` names it for `done` and `bury`; `attempt` counts deliveries from 1."""

    entry: str
    command: Command
    attempt: int


class Inbox(Protocol):
    """Commands between the ack and the work: at least once, those of one turn in order of arrival, surviving every process."""

    async def put(self, command: Command, *, dedupe: str, window: float) -> bool:
        """Record a command durably, in one round trip, before the ack.

        False, and nothing recorded, when `dedupe` was already recorded within the last `window` seconds (a double click), or the
        command's own id within ten minutes (a Slack retry, a replayed request).
        """
        ...

    async def take(self, consumer: str, *, count: int, pages: int, block: float) -> list[Delivery]:
        """Up to `count` commands for this consumer, and `pages` of people to draw, waiting at most `block` seconds.

        The oldest first, those that a dead consumer left among them; none whose turn it is not (`bot.domain.turns`): whoever
        is at work on an earlier one of the same stack, it must be done before. What an answer that was lost handed out comes with
        the next one; a consumer asks once at a time.
        """
        ...

    async def keep(self, delivery: Delivery, consumer: str) -> None:
        """Still at work on it: do not take it for abandoned."""
        ...

    async def retry(self, delivery: Delivery, consumer: str, *, after: float) -> None:
        """It broke: hand it out again in `after` seconds. What waits for its turn goes on waiting."""
        ...

    async def done(self, delivery: Delivery, consumer: str) -> None:
        """The work is finished and its effects are saved; left to whoever has taken it over meanwhile."""
        ...

    async def bury(self, delivery: Delivery, reason: str) -> None:
        """It will never succeed: keep it aside, with the reason, for an operator."""
        ...
