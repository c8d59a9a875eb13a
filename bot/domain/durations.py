"""Times as people write them: `90m`, `4h`, `1d12h`."""

from __future__ import annotations

import re

_DURATION = re.compile(r"(?:([0-9]{1,6})d)?(?:([0-9]{1,6})h)?(?:([0-9]{1,6})m)?(?:([0-9]{1,6})s)?")
_UNITS = (86_400, 3_600, 60, 1)


def seconds(text: str) -> float:
    """How long that is, in seconds; 0 where it is no time."""
    found = _DURATION.fullmatch(text)
    return (
        float(sum(int(n or 0) * unit for n, unit in zip(found.groups(), _UNITS, strict=True)))
        if found
        else 0.0
    )
