"""Times as people write them: `90m`, `4h`, `1d12h`, `2 hours`."""

from __future__ import annotations

import re

_UNITS = {
    r"w(?:eeks?)?": 604_800,
    r"d(?:ays?)?": 86_400,
    r"h(?:(?:ou)?rs?)?": 3_600,
    r"m(?:in(?:ute)?s?)?": 60,
    r"s(?:ec(?:ond)?s?)?": 1,
}
_DURATION = re.compile(
    " ?".join(rf"(?:([0-9]{{1,6}}) ?{unit})?" for unit in _UNITS), re.IGNORECASE | re.ASCII
)


def seconds(text: str) -> float:
    """How long that is, in seconds; 0 where it is no time."""
    found = _DURATION.fullmatch(" ".join(text.split()))
    if found is None:
        return 0.0
    return float(sum(int(n or 0) * unit for n, unit in zip(found.groups(), _UNITS.values(), strict=True)))
