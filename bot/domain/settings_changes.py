"""What a patch will do to settings, in words that may be shown: one change per thing that a person would call one thing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.domain.deployment_settings import merge, patch_between
from bot.domain.settings_form import Edits, edited
from bot.domain.settings_parts import VARIABLES_GROUP, Leaf, leaves, place

NEW_SECRET = "new value (hidden)"  # noqa: S105  what is shown instead


@dataclass(frozen=True, slots=True)
class Change:
    """`before` is empty for what is new, `after` for what goes."""

    group: str
    name: str
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """A patch, and all that it changes. The patch may hold secrets, so it never shows in a traceback."""

    patch: dict[str, Any]
    changes: tuple[Change, ...]

    def __repr__(self) -> str:
        return f"Plan({', '.join(names(self.changes))})"


def plan(settings: Mapping[str, Any], edits: Edits) -> Plan:
    """The smallest patch that makes what is wanted of the settings as they are now, and what it does by the rules of the service."""
    patch = patch_between(settings, edited(settings, edits))
    return Plan(patch, changes(settings, merge(settings, patch)))


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Change, ...]:
    """What differs, in the order of the parts."""
    was = {leaf.path: leaf for leaf in leaves(before)}
    now = {leaf.path: leaf for leaf in leaves(after)}
    either = sorted((was | now).values(), key=place)
    return tuple(
        _change(leaf, _shown(was.get(leaf.path)), _shown(now.get(leaf.path), is_new=True))
        for leaf in either
        if _raw(was.get(leaf.path)) != _raw(now.get(leaf.path))
    )


def names(changed: Sequence[Change]) -> tuple[str, ...]:
    """What a channel may read: which parts, without values."""
    return tuple(
        f"variable {change.name}" if change.group == VARIABLES_GROUP else change.name for change in changed
    )


def _change(leaf: Leaf, before: tuple[str, ...], after: tuple[str, ...]) -> Change:
    """What differs and reads the same has another secret in it."""
    if before == after:
        after = (*after[:-1], f"{after[-1]}, {NEW_SECRET}")
    return Change(leaf.group, leaf.name, before, after)


def _raw(leaf: Leaf | None) -> Any:
    return leaf.raw if leaf else None


def _shown(leaf: Leaf | None, *, is_new: bool = False) -> tuple[str, ...]:
    if leaf is None:
        return ()
    return (NEW_SECRET,) if is_new and leaf.is_hidden else leaf.shown
