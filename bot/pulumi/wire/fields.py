"""Read JSON that may be anything: what is missing or of another type is empty, never an exception."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

# Numbers beyond this are no counts or versions, and Redis and JSON readers in other languages could not hold them.
_LARGEST = 2**53
_ZERO_YEAR = 1


def text(raw: Mapping[str, Any], key: str) -> str:
    """A string, or empty."""
    value = raw.get(key)
    return value if isinstance(value, str) else ""


def number(raw: Mapping[str, Any], key: str) -> int | None:
    """A whole number, or None."""
    value = raw.get(key)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) <= _LARGEST:
        return value
    return None


def flag(raw: Mapping[str, Any], key: str) -> bool:
    """True only where the service says true."""
    return raw.get(key) is True


def mapping(raw: Mapping[str, Any], key: str) -> dict[str, Any]:
    """An object, or an empty one."""
    value = raw.get(key)
    return value if isinstance(value, dict) else {}


def objects(raw: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    """The objects of an array; what is none is left out."""
    value = raw.get(key)
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def strings(raw: Mapping[str, Any], key: str) -> tuple[str, ...]:
    """The strings of an array."""
    value = raw.get(key)
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()


def counts(raw: Mapping[str, Any], key: str) -> dict[str, int]:
    """The whole numbers of an object, by name."""
    value = mapping(raw, key)
    found = {name: number(value, name) for name in value}
    return {name: count for name, count in found.items() if count is not None}


def time(raw: Mapping[str, Any], key: str) -> datetime | None:
    """A moment, in UTC; None where it was not reached yet (the service writes the year 1) or cannot be read.

    Jobs and steps have RFC 3339 with nanoseconds, `created` and `modified` look like `2022-10-17 22:12:34.834` and are
    UTC as well (seed, "Get Deployment").
    """
    try:
        moment = datetime.fromisoformat(text(raw, key))
        moment = moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return None if moment.year <= _ZERO_YEAR else moment


def unix_time(raw: Mapping[str, Any], key: str) -> datetime | None:
    """A moment given in Unix seconds; 0 is "not yet"."""
    seconds = number(raw, key)
    if not seconds:
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None
