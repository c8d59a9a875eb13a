"""Which resources a preview would delete or replace, by name, out of its log.

The Pulumi CLI prints one row per resource: a mark, the type, the name, what would be done (pulumi/pulumi, pkg/backend/display).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.domain.terminal import clean

DELETE, REPLACE = "delete", "replace"
MOST = 1_000  # resources that are named; counts come from elsewhere and are whole
_ROW = re.compile(
    r"^\s*(?P<mark>\+-|-\+|--|\+\+|-)\s+(?P<kind>[\w.@/-]+:[\w.@/-]*:[\w.@/-]+)\s+(?P<name>\S+)\s+(?P<done>[a-z-]+)"
)
_DONE = {
    "delete": DELETE,
    "delete-replaced": REPLACE,
    "replace": REPLACE,
    "create-replacement": REPLACE,
}


@dataclass(frozen=True, slots=True)
class Change:
    """One resource that would go: `what` is `delete` or `replace`, `kind` its type (`aws:s3:Bucket`)."""

    what: str
    kind: str
    name: str


class Risky:
    """Deletes and replaces, each once, in the order of the log; a resource that is replaced is not told as deleted too."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], Change] = {}

    def read(self, row: str) -> None:
        """The log goes on. Beyond the first `MOST` resources only what becomes of those is read on."""
        match = _ROW.match(clean(row))
        what = _DONE.get(match["done"]) if match else None
        if match is None or what is None:
            return
        place = (match["kind"], match["name"])
        is_new = place not in self._found
        if (is_new and len(self._found) < MOST) or (what == REPLACE and not is_new):
            self._found[place] = Change(what, *place)

    @property
    def changes(self) -> tuple[Change, ...]:
        """What was found so far."""
        return tuple(self._found.values())
