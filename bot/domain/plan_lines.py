"""Which resources a preview would delete or replace, by name, out of its log.

The Pulumi CLI prints one row per resource: a mark, the type, the name, what would be done (pulumi/pulumi, pkg/backend/display).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bot.domain.terminal import clean

DELETE, REPLACE = "delete", "replace"
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


def risky(rows: Iterable[str]) -> tuple[Change, ...]:
    """Deletes and replaces, each once, in the order of the log; a resource that is replaced is not told as deleted too."""
    found: dict[tuple[str, str], Change] = {}
    for row in rows:
        match = _ROW.match(clean(row))
        what = _DONE.get(match["done"]) if match else None
        if match is None or what is None:
            continue
        place = (match["kind"], match["name"])
        if what == REPLACE or place not in found:
            found[place] = Change(what, *place)
    return tuple(found.values())
