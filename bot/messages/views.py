"""What all modals have in common.

A modal remembers where it was opened from in `private_metadata` (at most 3000 characters), so that it works after a restart.
"""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from bot.messages.blocks import METADATA, VIEW_BLOCKS, fit, plain
from bot.messages.message import Block

VIEW_SIZE = 60_000  # characters of all blocks


class Opener(NamedTuple):
    """Where a modal was opened from: what comes of it is said there. `is_private`: on a message that only this person saw."""

    channel: str = ""
    message_ts: str = ""
    response_url: str = ""
    is_private: bool = False

    def remembered(self) -> dict[str, str]:
        """For `view`."""
        return {
            "c": self.channel,
            "t": self.message_ts,
            "u": self.response_url,
            "e": "1" if self.is_private else "",
        }


NOWHERE = Opener()


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


def opener_of(submitted: dict[str, Any]) -> Opener:
    """Where a view was opened from; empty where it does not say."""
    kept = remembered(submitted)
    return Opener(kept.get("c", ""), kept.get("t", ""), kept.get("u", ""), is_private=kept.get("e") == "1")


def typed_in(submitted: dict[str, Any], name: str) -> str:
    """What was typed into the input of that name (`blocks.text_input`), without the spaces around it."""
    values = submitted.get("state", {}).get("values", {})
    return str(values.get(name, {}).get(name, {}).get("value") or "").strip()


def first_input(submitted: dict[str, Any]) -> str:
    """The block id of a view's first input: where an error that is about no input in particular is shown."""
    found = (block.get("block_id") for block in submitted.get("blocks", ()) if block.get("type") == "input")
    return str(next(found, ""))
