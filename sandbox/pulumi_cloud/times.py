"""Time as whole nanoseconds since the Unix epoch, and the two ways the service writes it."""

import time

__all__ = ["MILLISECOND", "SECOND", "ZERO_TIME", "ManualClock", "compact", "rfc3339", "seconds"]

SECOND = 1_000_000_000
MILLISECOND = 1_000_000
ZERO_TIME = "0001-01-01T00:00:00Z"
"""A moment not reached yet: Go's zero time, as jobs and steps carry it."""


def seconds(value: float) -> int:
    """Seconds as nanoseconds."""
    return round(value * SECOND)


def rfc3339(moment: int | None) -> str:
    """As Go writes it: nanoseconds without trailing zeros; None is the zero time."""
    if moment is None:
        return ZERO_TIME
    whole, fraction = divmod(moment, SECOND)
    digits = f"{fraction:09d}".rstrip("0")
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(whole)) + (f".{digits}Z" if digits else "Z")


def compact(moment: int) -> str:
    """As `created` and `modified` are written: `2022-10-17 22:12:34.834`, in UTC."""
    whole, fraction = divmod(moment, SECOND)
    return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(whole)) + f".{fraction // MILLISECOND:03d}"


class ManualClock:
    """A clock that only moves when told to: for tests that do not wait."""

    def __init__(self, moment: int) -> None:
        """Stand at `moment`, nanoseconds since the epoch."""
        self.moment = moment

    def __call__(self) -> int:
        """The moment where it stands."""
        return self.moment

    def advance(self, by: float) -> None:
        """Move on by so many seconds."""
        self.moment += seconds(by)
