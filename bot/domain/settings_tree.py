"""Reach into settings and change one place, leaving what was given alone. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Path = tuple[str, ...]


def get(tree: Mapping[str, Any], path: Path) -> Any:
    """What is at `path`; None where there is nothing."""
    found: Any = tree
    for key in path:
        found = found.get(key) if isinstance(found, Mapping) else None
    return found


def put(tree: Mapping[str, Any], path: Path, value: Any) -> dict[str, Any]:
    """A copy with `value` at `path`, or without it where `value` is None; what gets empty by that goes as well."""
    key, rest = path[0], path[1:]
    inner = tree.get(key)
    if value is None and key not in tree:
        return dict(tree)
    if rest:
        value = put(inner if isinstance(inner, Mapping) else {}, rest, value) or None
    kept = {name: item for name, item in tree.items() if name != key or value is not None}
    return kept if value is None else {**kept, key: value}
