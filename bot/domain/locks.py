"""A lock: one person keeps a stack to themselves for a while."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.stacks import StackRef


@dataclass(frozen=True, slots=True)
class Lock:
    """`at` and `until` are Unix seconds; `until` is 0 where it lasts until somebody unlocks.

    `lane` is the message in `channel` that told of it, and tells of its end.
    """

    stack: StackRef
    user: str
    at: float
    until: float = 0.0
    reason: str = ""
    channel: str = ""
    lane: str = ""

    def holds(self, now: float) -> bool:
        """Whether it has not run out."""
        return not 0 < self.until <= now
