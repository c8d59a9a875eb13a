"""What all modals have in common.

A modal remembers where it was opened from in `private_metadata` (at most 3000 characters), so that it works after a restart.
"""

from __future__ import annotations

import json
from typing import Any

from bot.messages.blocks import METADATA, VIEW_BLOCKS, fit, plain
from bot.messages.message import Block

VIEW_SIZE = 60_000  # characters of all blocks


def view(
    title: str,
    blocks: list[Block],
    *,
    callback: str,
    remember: dict[str, str],
    submit: str = "",
    close: str = "Close",
) -> Block:
    """A modal within Slack's limits; without `submit` there is nothing to send."""
    metadata = json.dumps({key: value for key, value in remember.items() if value})
    return {
        "type": "modal",
        "callback_id": callback,
        "title": plain(title, 24),
        "close": plain(close, 24),
        **({"submit": plain(submit, 24)} if submit else {}),
        "blocks": fit(blocks, most=VIEW_BLOCKS, size=VIEW_SIZE),
        "private_metadata": metadata if len(metadata) <= METADATA else "{}",
    }


def remembered(submitted: dict[str, Any]) -> dict[str, str]:
    """What a view was told to remember; empty where that can't be read."""
    try:
        kept = json.loads(submitted.get("private_metadata") or "{}")
    except ValueError:
        return {}
    return {key: str(value) for key, value in kept.items()} if isinstance(kept, dict) else {}


def first_input(submitted: dict[str, Any]) -> str:
    """The block id of a view's first input: where an error that is about no input in particular is shown."""
    found = (block.get("block_id") for block in submitted.get("blocks", ()) if block.get("type") == "input")
    return str(next(found, ""))
