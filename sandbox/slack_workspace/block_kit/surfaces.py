"""Surfaces: what may stand in a message, a modal or a Home tab, and how much of it (https://docs.slack.dev/surfaces)."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from sandbox.slack_workspace.block_kit.composition import option_group, plain_option, plain_text
from sandbox.slack_workspace.block_kit.layout import BLOCKS
from sandbox.slack_workspace.block_kit.rules import (
    Check,
    Problem,
    exactly_one,
    flag,
    items,
    one_of,
    record,
    string,
    typed,
)

MESSAGE_TEXT_LIMIT = 13_000
"""All texts of a message's blocks together, in characters: past it Slack answers `msg_blocks_too_long`."""
_MARKDOWN_LIMIT = 12_000

_EVERYWHERE = ("section", "header", "divider", "context", "actions", "input", "image", "rich_text")
_IN_MESSAGE = items(
    typed({name: BLOCKS[name] for name in (*_EVERYWHERE, "markdown", "table", "plan", "task_card")}),
    at_least=0,
    at_most=50,
)
_IN_MODAL = items(typed({name: BLOCKS[name] for name in (*_EVERYWHERE, "alert")}), at_most=100)
_IN_HOME = items(typed({name: BLOCKS[name] for name in _EVERYWHERE}), at_least=0, at_most=100)

_VIEW: dict[str, Check] = {
    "callback_id": string(255),
    "private_metadata": string(3000, minimum=0),
    "external_id": string(255),
}
_MODAL = record(
    required={"type": one_of("modal"), "title": plain_text(24), "blocks": _IN_MODAL},
    optional={
        **_VIEW,
        "submit": plain_text(24),
        "close": plain_text(24),
        "clear_on_close": flag,
        "notify_on_close": flag,
    },
)
_HOME = record(required={"type": one_of("home"), "blocks": _IN_HOME}, optional=_VIEW)
_OPTIONS = record(
    optional={
        "options": items(plain_option, at_least=0, at_most=100),
        "option_groups": items(option_group, at_least=0, at_most=100),
    },
    also=(exactly_one("options", "option_groups"),),
)


def options_problems(answer: Any) -> list[Problem]:
    """What is wrong with the options that an app answers for an external select."""
    return list(_OPTIONS(answer, ""))


def message_problems(blocks: Any, at: str = "/blocks") -> list[Problem]:
    """What is wrong with a message's blocks; empty when all is well."""
    return list(_IN_MESSAGE(blocks, at)) or [
        *_repeated_block_ids(blocks, at),
        *_tables(blocks, at),
        *_markdown(blocks, at),
    ]


def view_problems(view: Any, kind: str, at: str = "/view") -> list[Problem]:
    """What is wrong with a modal's or Home tab's view."""
    check = _MODAL if kind == "modal" else _HOME
    return list(check(view, at)) or [
        *_repeated_block_ids(view["blocks"], f"{at}/blocks"),
        *_submit_is_there(view, at),
        *_one_focus(view["blocks"], f"{at}/blocks"),
    ]


def text_length(node: Any) -> int:
    """How many characters of text a message's blocks hold."""
    if isinstance(node, list):
        return sum(map(text_length, node))
    if not isinstance(node, dict):
        return 0
    own = sum(len(node[name]) for name in ("text", "title", "alt_text") if isinstance(node.get(name), str))
    return own + sum(map(text_length, node.values()))


def _repeated_block_ids(blocks: list[Any], at: str) -> Iterator[Problem]:
    seen: set[str] = set()
    for index, block in enumerate(blocks):
        name = block.get("block_id")
        if name in seen:
            yield Problem(f"`block_id` `{name}` already exists for another block", f"{at}/{index}/block_id")
        if name:
            seen.add(name)


def _tables(blocks: list[Any], at: str) -> Iterator[Problem]:
    if Counter(block["type"] for block in blocks)["table"] > 1:
        yield Problem("only_one_table_allowed", at)


def _markdown(blocks: list[Any], at: str) -> Iterator[Problem]:
    if sum(len(block["text"]) for block in blocks if block["type"] == "markdown") > _MARKDOWN_LIMIT:
        yield Problem(f"markdown blocks together must be less than {_MARKDOWN_LIMIT + 1} characters", at)


def _submit_is_there(view: dict[str, Any], at: str) -> Iterator[Problem]:
    has_input = any(block["type"] == "input" for block in view["blocks"])
    if view["type"] == "modal" and has_input and not view.get("submit"):
        yield Problem("must define `submit` to use an `input` block in modals", f"{at}/blocks")


def _one_focus(blocks: list[Any], at: str) -> Iterator[Problem]:
    if sum(1 for element in elements_of(blocks) if element.get("focus_on_load")) > 1:
        yield Problem("only one element may have `focus_on_load`", at)


def elements_of(blocks: list[Any]) -> Iterator[dict[str, Any]]:
    """Every element that a person can act on, in reading order."""
    for block in blocks:
        match block:
            case {"type": "actions", "elements": elements}:
                yield from elements
            case {"type": "section", "accessory": dict(accessory)}:
                yield accessory
            case {"type": "input", "element": element}:
                yield element
            case _:
                continue
