"""What an app wants a message to say, read and judged: the same for chat.*, acks and response_urls."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.slack_workspace.block_kit import MESSAGE_TEXT_LIMIT, message_problems, text_length
from sandbox.slack_workspace.errors import SlackError
from sandbox.slack_workspace.model import Json

POST_TEXT_LIMIT = 40_000
UPDATE_TEXT_LIMIT = 4_000
_METADATA_BYTES = 16_000
_MOST_ATTACHMENTS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A message's content; None means that the app did not say."""

    text: str | None = None
    blocks: list[Json] | None = None
    attachments: list[Json] | None = None
    metadata: Json | None = None

    @property
    def is_empty(self) -> bool:
        return not (self.text and self.text.strip()) and not self.blocks and not self.attachments


def read_draft(arguments: Mapping[str, Any], *, text_limit: int = POST_TEXT_LIMIT) -> Draft:
    """Read text, blocks, attachments and metadata.

    Raises:
        SlackError: no_text, msg_too_long, msg_blocks_too_long, invalid_blocks, invalid_blocks_format, invalid_attachments,
            invalid_metadata_format, metadata_too_large.
    """
    draft = Draft(
        text=_read_text(arguments.get("text"), text_limit),
        blocks=read_blocks(arguments.get("blocks")),
        attachments=_read_attachments(arguments.get("attachments")),
        metadata=_read_metadata(arguments.get("metadata")),
    )
    if draft.is_empty:
        raise SlackError("no_text")
    return draft


def _read_text(text: Any, limit: int) -> str | None:
    if text is None:
        return None
    if not isinstance(text, str):
        raise SlackError("invalid_arguments", messages=["[ERROR] must be a string [json-pointer:/text]"])
    if len(text) > limit:
        raise SlackError(
            "msg_too_long",
            messages=[f"[ERROR] must be less than {limit + 1} characters [json-pointer:/text]"],
        )
    return text


def read_blocks(raw: Any) -> list[Json] | None:
    """Blocks of a message, as a list or its JSON."""
    blocks = from_json(raw, "invalid_blocks_format")
    if blocks is None:
        return None
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        raise SlackError(
            "invalid_blocks_format",
            messages=["[ERROR] blocks must be an array of objects [json-pointer:/blocks]"],
        )
    if problems := message_problems(blocks):
        raise SlackError("invalid_blocks", messages=[str(problem) for problem in problems])
    if text_length(blocks) > MESSAGE_TEXT_LIMIT:
        raise SlackError("msg_blocks_too_long")
    return blocks


def _read_attachments(raw: Any) -> list[Json] | None:
    attachments = from_json(raw, "invalid_attachments")
    if attachments is None:
        return None
    if not isinstance(attachments, list) or not all(isinstance(one, dict) for one in attachments):
        raise SlackError(
            "invalid_attachments",
            messages=["[ERROR] must be an array of objects [json-pointer:/attachments]"],
        )
    if len(attachments) > _MOST_ATTACHMENTS:
        raise SlackError("too_many_attachments")
    for index, attachment in enumerate(attachments):
        if problems := message_problems(attachment.get("blocks") or [], f"/attachments/{index}/blocks"):
            raise SlackError("invalid_blocks", messages=[str(problem) for problem in problems])
    return attachments


def _read_metadata(raw: Any) -> Json | None:
    """https://docs.slack.dev/messaging/message-metadata."""
    metadata = from_json(raw, "invalid_metadata_format")
    if metadata is None:
        return None
    if metadata == {}:
        return {}
    match metadata:
        case {"event_type": str(event_type), "event_payload": dict(payload), **rest} if (
            event_type and not rest
        ):
            read: Json = {"event_type": event_type, "event_payload": payload}
        case _:
            says = "[ERROR] must hold event_type and event_payload alone [json-pointer:/metadata]"
            raise SlackError("invalid_metadata_format", messages=[says])
    if len(json.dumps(read)) > _METADATA_BYTES:
        raise SlackError("metadata_too_large")
    return read


def from_json(raw: Any, refusal: str) -> Any:
    """A value as such, or read from the JSON text that form bodies carry.

    Raises:
        SlackError: `refusal`, when the text is no JSON.
    """
    if not isinstance(raw, str):
        return raw
    try:
        return json.loads(raw)
    except ValueError:
        raise SlackError(refusal) from None
