"""Block Kit blocks as typed builders: what is too long is cut, what can't work is left out, nothing raises.

Limits: Slack, "Block Kit reference". mrkdwn is sent `verbatim`, so that Slack makes no mention or channel link out of plain words.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Literal

from bot.messages.message import Block, Message
from bot.messages.mrkdwn import address, clean, clip, line, truncate
from bot.messages.tails import chunks

Style = Literal["primary", "danger"]
MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
MESSAGE_SIZE = 12_000  # Slack answers msg_blocks_too_long from about 13,000
MESSAGE_TEXT = 3_900  # Slack advises 4,000
PREFORMATTED = 3_000
SECTION = 3_000
METADATA = 3_000
ACTION_ID = 255
VALUE = 2_000
_NOTHING = "-"


def plain(text: str, limit: int) -> Block:
    """A plain_text object on one line; Slack refuses an empty one."""
    return {"type": "plain_text", "text": truncate(line(text), limit) or _NOTHING, "emoji": True}


def marked(text: str, limit: int = SECTION) -> Block:
    """A mrkdwn object."""
    return {"type": "mrkdwn", "text": clip(text, limit).strip() or _NOTHING, "verbatim": True}


def section(text: str, accessory: Block | None = None) -> Block:
    """A paragraph, with at most one element beside it."""
    block: Block = {"type": "section", "text": marked(text)}
    return block if accessory is None else {**block, "accessory": accessory}


def paragraphs(lines: Iterable[str]) -> list[Block]:
    """Lines in as few sections as hold them whole, so that the last ones are not cut for the first."""
    return [section(text) for text in chunks([line for line in lines if line], size=SECTION)]


def context(*texts: str) -> list[Block]:
    """Small print, or nothing where there is nothing to say."""
    said = [marked(text, 2000) for text in texts if text][:10]
    return [{"type": "context", "elements": said}] if said else []


def header(text: str) -> Block:
    """A heading: plain text only."""
    return {"type": "header", "text": plain(text, 150)}


def divider() -> Block:
    """A line across."""
    return {"type": "divider"}


def preformatted(text: str) -> Block:
    """Lines as they are, in a fixed font. Rich text is data, not markup: nothing in it is read as a mark or a mention."""
    shown = truncate(clean(text).replace("\t", "    "), PREFORMATTED)
    run = {"type": "text", "text": shown if shown.strip() else _NOTHING}
    return {"type": "rich_text", "elements": [{"type": "rich_text_preformatted", "elements": [run]}]}


def confirm(*, title: str, text: str, yes: str, no: str, style: Style = "primary") -> Block:
    """The dialog between a press and what it does."""
    return {
        "title": plain(title, 100),
        "text": marked(text, 300),
        "confirm": plain(yes, 30),
        "deny": plain(no, 30),
        "style": style,
    }


def button(
    label: str,
    *,
    action: str,
    value: str = "",
    url: str = "",
    style: Style | None = None,
    ask: Block | None = None,
    spoken: str = "",
) -> Block | None:
    """A button; None where its value or address does not fit, since a cut one would act on something else.

    `spoken` is what a screen reader says instead of the label.
    """
    if len(action) > ACTION_ID or len(value) > VALUE or (url and not address(url)):
        return None
    extra = {
        "value": value,
        "url": address(url),
        "style": style,
        "confirm": ask,
        "accessibility_label": truncate(line(spoken), 75),
    }
    return {
        "type": "button",
        "text": plain(label, 75),
        "action_id": action,
        **{key: got for key, got in extra.items() if got},
    }


def actions(*elements: Block | None) -> list[Block]:
    """A row of buttons, or nothing where there is none; the first of two with one id stays."""
    unique: dict[str, Block] = {}
    for element in elements:
        if element:
            unique.setdefault(element["action_id"], element)
    row = list(unique.values())[:25]
    return [{"type": "actions", "elements": row}] if row else []


def option(text: str, value: str, *, about: str = "") -> Block:
    """One choice of a select, of radio buttons or of checkboxes."""
    chosen: Block = {"text": plain(text, 75), "value": truncate(value, 150)}
    return {**chosen, "description": plain(about, 75)} if about else chosen


def text_input(
    *,
    name: str,
    label: str,
    hint: str = "",
    placeholder: str = "",
    longest: int = 300,
    multiline: bool = True,
) -> Block:
    """A required field of a modal; `name` is both its block id and its action id."""
    field: Block = {
        "type": "plain_text_input",
        "action_id": name,
        "multiline": multiline,
        "min_length": 1,
        "max_length": longest,
        **({"placeholder": plain(placeholder, 150)} if placeholder else {}),
    }
    block: Block = {"type": "input", "block_id": name, "label": plain(label, 2000), "element": field}
    return {**block, "hint": plain(hint, 2000)} if hint else block


def message(text: str, blocks: Iterable[Block] = ()) -> Message:
    """A message that Slack takes: the text is never empty, the blocks are few and small enough."""
    return Message(
        text=clip(text, MESSAGE_TEXT).strip() or _NOTHING, blocks=fit(list(blocks), most=MESSAGE_BLOCKS)
    )


def fit(blocks: list[Block], *, most: int, size: int = MESSAGE_SIZE) -> list[Block]:
    """The blocks, or as many as fit: the last one (the buttons) stays, what stands just above it goes first."""
    while len(blocks) > 1 and (len(blocks) > most or len(json.dumps(blocks, ensure_ascii=False)) > size):
        blocks = [*blocks[:-2], blocks[-1]]
    return blocks
