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


_LONGEST = 100 * 365 * 86_400  # a date that far off can still be written


def seconds(text: str) -> float:
    """How long that is, in seconds, a hundred years at most; 0 where it is no time."""
    found = _DURATION.fullmatch(" ".join(text.split()))
    if found is None:
        return 0.0
    units = zip(found.groups(), _UNITS.values(), strict=True)
    return float(min(sum(int(number or 0) * unit for number, unit in units), _LONGEST))
