"""A stack's deployment settings in a modal: what is set, readable, and the words while something is under way.

A view remembers the stack and the channel where it was asked for: `private_metadata` never holds anything of the settings.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any, NamedTuple

from bot.domain.commands import Verb
from bot.domain.deployment_settings import DeploymentSettings
from bot.domain.settings_parts import ALSO, HIDDEN, VARIABLES_GROUP, Leaf, leaves
from bot.domain.stacks import StackRef, short_name
from bot.messages import buttons
from bot.messages.actions import Press
from bot.messages.blocks import PREFORMATTED, actions, context, message, paragraphs, preformatted, section
from bot.messages.message import Block, Message
from bot.messages.mrkdwn import code, paragraph, phrase
from bot.messages.tails import chunks
from bot.messages.views import remembered, view

SETTINGS = "qd:settings"
_VALUE = 300  # characters of one value in an overview


class Place(NamedTuple):
    """What a view of settings remembers. `form` names what waits to be saved."""

    stack: str
    channel: str = ""
    seen: str = ""
    form: str = ""


def remember(place: Place) -> dict[str, str]:
    """For `view`."""
    return {"s": place.stack, "c": place.channel, "b": place.seen, "f": place.form}


def read_place(submitted: dict[str, Any]) -> Place:
    """Back out of a view; missing parts are empty."""
    kept = remembered(submitted)
    return Place(kept.get("s", ""), kept.get("c", ""), kept.get("b", ""), kept.get("f", ""))


def working(stack: str, sentence: str, *, channel: str = "") -> Block:
    """Shown at once, until the worker has something to show."""
    return _view(stack, [section(paragraph(sentence))], channel=channel)


def told(stack: str, problem: str, remedy: str = "", *, channel: str = "") -> Block:
    """Why there is nothing else to see, and the way back. What a remedy has to copy stands under its first line."""
    advice, _, to_copy = remedy.partition("\n")
    back = buttons.press("Back to the settings", Press(verb=Verb.SETTINGS, stack=stack))
    return _view(
        stack,
        [
            section(paragraph(f"{problem}\n{advice}".strip())),
            *([preformatted(to_copy)] if to_copy else []),
            *actions(back),
        ],
        channel=channel,
    )


def shown(stack: StackRef, settings: DeploymentSettings | None, *, channel: str = "") -> Block:
    """Everything that is set; a stack without settings is offered some."""
    if settings is None:
        return _view(str(stack), _nothing(stack), channel=channel)
    found = leaves(settings.raw)
    groups = groupby((leaf for leaf in found if leaf.group != ALSO), key=lambda leaf: leaf.group)
    also = [leaf.name for leaf in found if leaf.group == ALSO]
    return _view(
        str(stack),
        [
            section(f"What deployments of *{phrase(stack.short, 240)}* start from."),
            *actions(_edit("Edit", stack), _clear(stack)),
            *(block for title, group in groups for block in _group(title, list(group))),
            *context(_also(also)),
            *context("A secret can be replaced, but nobody can read it here."),
        ],
        channel=channel,
    )


def as_message(shown: Block) -> Message:
    """The same as a private message, where Slack opened no modal."""
    return message(str(shown["title"]["text"]), shown["blocks"])


def listed(title: str, short: Sequence[str], long: Sequence[tuple[str, Sequence[str]]]) -> list[Block]:
    """Under a title what fits on a line each, then what is long as it is: a name, and texts of at most 3000 characters."""
    names = [f"• {name}:" for name, _ in long]
    lines = [*(f"• {line}" for line in short), *names[:1]]
    blocks = paragraphs([f"*{title}*", *lines])
    for number, (_, texts) in enumerate(long):
        blocks += [section(names[number])] if number else []
        blocks += [preformatted(text) for text in texts]
    return blocks


def called(group: str, name: str) -> str:
    """A name inside a line: people's own names stand out."""
    return code(name, 200) if group == VARIABLES_GROUP else phrase(name, 200)


def _group(title: str, found: Sequence[Leaf]) -> list[Block]:
    """Lists, and what would not look the same on a line, stand as they are."""
    short = [f"{called(title, leaf.name)}: {_value(leaf.shown[0])}" for leaf in found if _is_short(leaf)]
    long = [
        (called(title, leaf.name), chunks(leaf.shown, size=PREFORMATTED))
        for leaf in found
        if not _is_short(leaf)
    ]
    return listed(title, short, long)


def _is_short(leaf: Leaf) -> bool:
    return len(leaf.shown) == 1 and "`" not in leaf.shown[0] and "\n" not in leaf.shown[0]


def _nothing(stack: StackRef) -> list[Block]:
    return [
        section(
            f"*{phrase(stack.short, 240)}* has no deployment settings: a deployment of it must say everything itself."
        ),
        *actions(_edit("Set up", stack)),
    ]


def _value(value: str) -> str:
    if value == HIDDEN:
        return "_hidden_"
    if value in ("yes", "no") or value.endswith(HIDDEN):
        return phrase(value.replace(HIDDEN, "").strip(), _VALUE)
    return code(value, _VALUE) or phrase(value, _VALUE)


def _also(names: Sequence[str]) -> str:
    listed = ", ".join(code(name, 120) for name in names)
    return f"Also set, and left alone by Edit: {listed}" if listed else ""


def _edit(label: str, stack: StackRef) -> Block | None:
    return buttons.press(label, Press(verb=Verb.EDIT_SETTINGS, stack=str(stack)), style="primary")


def _clear(stack: StackRef) -> Block | None:
    return buttons.press("Clear", Press(verb=Verb.CLEAR_SETTINGS, stack=str(stack)), style="danger")


def _view(stack: str, blocks: list[Block], *, channel: str) -> Block:
    name = short_name(stack)
    return view(
        f"Settings: {name}" if len(name) <= 14 else "Deployment settings",  # noqa: PLR2004  of 24 characters
        blocks,
        callback=SETTINGS,
        remember=remember(Place(stack, channel)),
    )
