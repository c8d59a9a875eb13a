"""Freeze windows: times of the week, or of the year, in which nothing may change.

Times are wall-clock times of one place. `Fri 16:00 - Mon 08:00` comes back each week, `2026-12-20 18:00 - 2027-01-04 08:00` once;
without a time a day counts from its beginning to its end. A window includes its first moment and excludes its last.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEK = timedelta(days=7)
_CLOCK = r"(?P<{0}h>[01]?[0-9]|2[0-3]):(?P<{0}m>[0-5][0-9])"
_DAY = r"(?P<{0}day>mon|tue|wed|thu|fri|sat|sun)[a-z]*(?:\s+" + _CLOCK + ")?"
_DATE = r"(?P<{0}date>[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}})(?:\s+" + _CLOCK + ")?"
_TO = r"\s*(?:[-\u2012-\u2015\u2212]|to)\s*"
_WEEKLY = re.compile(_DAY.format("a") + _TO + _DAY.format("b"), re.IGNORECASE)
_DATED = re.compile(_DATE.format("a") + _TO + _DATE.format("b"), re.IGNORECASE)
_LINKS = 20  # windows that follow each other without a gap are one


@dataclass(frozen=True, slots=True)
class Window:
    """One freeze. `start` and `end` are wall-clock times without a zone; a weekly one is given by any of its weeks."""

    start: datetime
    end: datetime
    zone: ZoneInfo
    weekly: bool = False

    def until(self, now: float) -> float | None:
        """When it ends, if `now` is in it (Unix seconds)."""
        for start, end in self._near(now):
            if self._moment(start) <= now < self._moment(end):
                return self._moment(end)
        return None

    def _near(self, now: float) -> list[tuple[datetime, datetime]]:
        if not self.weekly:
            return [(self.start, self.end)]
        here = datetime.fromtimestamp(now, self.zone).replace(tzinfo=None)
        weeks = (here - self.start) // _WEEK
        return [
            (self.start + _WEEK * week, self.end + _WEEK * week) for week in (weeks - 1, weeks, weeks + 1)
        ]

    def _moment(self, wall: datetime) -> float:
        """A time that a change of clocks skips or repeats is the earlier one."""
        return wall.replace(tzinfo=self.zone).astimezone(UTC).timestamp()


def frozen_until(windows: tuple[Window, ...], now: float) -> float | None:
    """When nothing is frozen any more, if something is now; windows that touch are one freeze."""
    found = None
    for _ in range(_LINKS):
        ends = [end for window in windows if (end := window.until(now if found is None else found))]
        if not ends:
            break
        found = max(ends)
    return found


def read_window(text: str, zone: ZoneInfo) -> Window | None:
    """The window that `text` spells; None when it spells none, or one that is empty or never ends."""
    weekly = _WEEKLY.fullmatch(text.strip())
    dated = None if weekly else _DATED.fullmatch(text.strip())
    if weekly:
        start, end = _weekly(weekly, "a"), _weekly(weekly, "b")
        end += _WEEK if end <= start else timedelta(0)
        return Window(start, end, zone, weekly=True) if end - start < _WEEK else None
    if dated is None:
        return None
    try:
        start, end = _dated(dated, "a"), _dated(dated, "b")
    except (ValueError, OverflowError):
        return None
    return Window(start, end, zone) if start < end else None


def _weekly(found: re.Match[str], side: str) -> datetime:
    monday = datetime(2024, 1, 1)  # noqa: DTZ001  a wall-clock time; the zone comes with the window
    return monday + timedelta(days=_DAYS.index(found[f"{side}day"].lower())) + _time(found, side)


def _dated(found: re.Match[str], side: str) -> datetime:
    return datetime.fromisoformat(found[f"{side}date"]) + _time(found, side)


def _time(found: re.Match[str], side: str) -> timedelta:
    """Into the day; without a time a first day begins at its beginning and a last one ends at its end."""
    if found[f"{side}h"] is None:
        return timedelta(days=side == "b")
    return timedelta(hours=int(found[f"{side}h"]), minutes=int(found[f"{side}m"]))
