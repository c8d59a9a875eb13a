"""A clock that a test moves."""

from __future__ import annotations

from dataclasses import dataclass

from bot.ports import Clock
from tests.builders import START


@dataclass(slots=True)
class FakeClock(Clock):
    """Stands still until a test moves it."""

    now: float = START.timestamp()

    def __call__(self) -> float:
        return self.now
