"""What is about to change in a stack's settings, all of it; and what was changed, for whoever asked and for the channel."""

from __future__ import annotations

import json
from collections.abc import Sequence
from difflib import unified_diff
from itertools import groupby
from typing import Any

from bot.domain.commands import Verb
from bot.domain.settings_changes import NEW_SECRET, Change
from bot.domain.stacks import StackRef
from bot.messages import buttons
from bot.messages.actions import Press
from bot.messages.blocks import (
    PREFORMATTED,
    VIEW_BLOCKS,
    actions,
    context,
    message,
    section,
    text_input,
)
from bot.messages.message import Block, Message
from bot.messages.mrkdwn import code, line, person, phrase, plainly
from bot.messages.settings_views import Place, called, listed, remember
from bot.messages.tails import chunks
from bot.messages.views import VIEW_SIZE, typed_in, view
from bot.messages.words import DONE

REVIEW = "qd:settings-review"
CLEAR = "qd:settings-clear"
NAME = "name"
MEANWHILE = (
    "*The settings changed meanwhile, so nothing was saved.* Look again: this is what would change now."
)
SINCE = "The settings changed since you opened the form. This is what would change now."
_SHORT = 100  # characters that fit beside others on a line
_MOST_NAMES = 12


def review(
    stack: StackRef,
    changes: Sequence[Change],
    *,
    place: Place,
    warning: str = "",
    confirm: bool = False,
) -> Block:
    """Everything that saving would do. What can't be shown as a whole can't be saved; `confirm` asks for the stack's name as well."""
    name = phrase(stack.short, 240)
    if not changes:
        return _nothing_to_save(stack, place, warning)
    count = "1 change" if len(changes) == 1 else f"{len(changes)} changes"
    groups = groupby(changes, key=lambda change: change.group)
    blocks = [
        *([section(warning)] if warning else []),
        section(f"*{name}*: {count}. Nothing is saved yet."),
        *(block for title, group in groups for block in _group(title, list(group))),
        *([_name(stack, "to save this")] if confirm else []),
    ]
    if len(blocks) > VIEW_BLOCKS or len(json.dumps(blocks, ensure_ascii=False)) > VIEW_SIZE:
        blocks = [
            section(
                f"*{name}*: these are more changes than one view can show, so they can't be saved at once. Change less at a time."
            )
        ]
        return view("Review", blocks, callback=REVIEW, remember=remember(place))
    return view(
        "Review",
        blocks,
        callback=REVIEW,
        remember=remember(place),
        submit="Save",
        close="Discard",
    )


def saved(stack: StackRef, changed: Sequence[str], *, channel: str = "") -> Block:
    """It is done."""
    said = f"{DONE} Saved. Deployments of *{phrase(stack.short, 240)}* start from this now."
    return view(
        "Saved",
        [section(said), *context(f"Changed: {_named(changed)}"), *actions(_look(stack))],
        callback=REVIEW,
        remember=remember(Place(str(stack), channel)),
    )


def clear(stack: StackRef, *, channel: str = "") -> Block:
    """Asks for the stack's name."""
    name = phrase(stack.short, 240)
    return view(
        "Clear settings",
        [
            section(
                f"All deployment settings of *{name}* will be removed: source, commands, variables, credentials, GitHub. "
                "Secrets in them are lost for good, and pushes start nothing any more."
            ),
            _name(stack, "to clear them"),
        ],
        callback=CLEAR,
        remember=remember(Place(str(stack), channel)),
        submit="Clear",
        close="Keep them",
    )


def typed_name(submitted: dict[str, Any]) -> str:
    """The stack's name as it was typed, where it was asked for."""
    return typed_in(submitted, NAME)


def cleared(stack: StackRef, *, channel: str = "") -> Block:
    """It is done."""
    said = f"{DONE} *{phrase(stack.short, 240)}* has no deployment settings any more."
    return view(
        "Cleared",
        [section(said), *actions(_look(stack))],
        callback=CLEAR,
        remember=remember(Place(str(stack), channel)),
    )


def told_changed(stack: StackRef, user: str, changed: Sequence[str]) -> Message:
    """For the channel: who changed what, without values."""
    name = phrase(stack.short, 240)
    said = f"*{name}*: deployment settings changed by {person(user)}: {_named(changed)}."
    return message(plainly(said), [section(f"⚙️ {said}"), *actions(_look(stack))])


def told_cleared(stack: StackRef, user: str) -> Message:
    """For the channel: who cleared them."""
    said = f"*{phrase(stack.short, 240)}*: deployment settings cleared by {person(user)}."
    return message(plainly(said), [section(f"⚙️ {said}"), *actions(_look(stack))])


def _nothing_to_save(stack: StackRef, place: Place, warning: str) -> Block:
    said = f"Nothing would change: *{phrase(stack.short, 240)}* is set like this already."
    return view(
        "Review",
        [
            *([section(warning)] if warning else []),
            section(said),
            *actions(_look(stack)),
        ],
        callback=REVIEW,
        remember=remember(place),
    )


def _group(title: str, changes: Sequence[Change]) -> list[Block]:
    """Short changes a line each, then the long ones as they are, line by line."""
    short = [_line(change) for change in changes if _is_short(change)]
    long = [(called(title, change.name), _diff(change)) for change in changes if not _is_short(change)]
    return listed(title, short, long)


def _is_short(change: Change) -> bool:
    """Whether nothing of it is lost on one line."""
    values = (*change.before, *change.after)
    return (
        len(change.before) <= 1
        and len(change.after) <= 1
        and all(len(value) <= _SHORT and "`" not in value and value == line(value) for value in values)
    )


def _line(change: Change) -> str:
    name = called(change.group, change.name)
    if change.after == (NEW_SECRET,):
        return f"{name}: {phrase(NEW_SECRET) if change.before else 'new secret (hidden)'}"
    if not change.before:
        return f"{name}: {_value(change.after)} (new)"
    if not change.after:
        return f"{name}: removed, was {_value(change.before)}"
    return f"{name}: {_value(change.before)} → {_value(change.after)}"


def _value(values: Sequence[str]) -> str:
    text = values[0] if values else ""
    return phrase(text, _SHORT) if text.endswith("(hidden)") else code(text, _SHORT)


def _diff(change: Change) -> list[str]:
    before, after = (
        [one.expandtabs(4) for value in values for one in value.split("\n")]
        for values in (change.before, change.after)
    )
    diff = list(unified_diff(before, after, lineterm="", n=len(before)))[
        3:
    ]  # without its three lines of heading
    lines = [f"{each[0]} {each[1:]}" for each in diff]
    pieces = [
        each[start : start + PREFORMATTED] for each in lines for start in range(0, len(each), PREFORMATTED)
    ]
    return chunks(pieces, size=PREFORMATTED)


def _name(stack: StackRef, purpose: str) -> Block:
    return text_input(
        name=NAME,
        label=f"Type {stack.short} {purpose}",
        placeholder=stack.short,
        longest=300,
        multiline=False,
    )


def _named(changed: Sequence[str]) -> str:
    shown = ", ".join(phrase(name, 120) for name in changed[:_MOST_NAMES])
    more = len(changed) - _MOST_NAMES
    return f"{shown} and {more} more" if more > 0 else shown


def _look(stack: StackRef) -> Block | None:
    return buttons.press("Show settings", Press(verb=Verb.SETTINGS, stack=str(stack)))
