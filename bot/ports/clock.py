"""The time, as whoever needs it sees it."""

from __future__ import annotations

from typing import Protocol


class Clock(Protocol):
    """The time, so that tests can hold it still."""

    def __call__(self) -> float:
        """Unix seconds."""
        ...
