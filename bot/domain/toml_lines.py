"""Where in a TOML text a key stands: the standard library reads values without their lines."""

from __future__ import annotations

import re

_HEADER = re.compile(r"\s*(\[\[?)\s*[\"']?([\w-]+)[\"']?\s*\]")
_KEY = re.compile(r"\s*[\"']?([\w-]+)[\"']?\s*(?:=|\.)")

Place = tuple[str, int, str]  # table, its number from 0 where it repeats, key ("" is the header)


def lines_of(text: str) -> dict[Place, int]:
    """Line numbers from 1 of headers and keys; keys before the first header, and tables by name, are in table `""`."""
    places: dict[Place, int] = {}
    counts: dict[str, int] = {}
    table, index = "", 0
    for number, line in enumerate(text.splitlines(), start=1):
        header = _HEADER.match(line)
        key = _KEY.match(line)
        if header:
            table = header[2]
            index = counts.get(table, 0)
            counts[table] = index + 1
            places[table, index, ""] = number
            places.setdefault(("", 0, table), number)
        elif key:
            places.setdefault((table, index, key[1]), number)
    return places
