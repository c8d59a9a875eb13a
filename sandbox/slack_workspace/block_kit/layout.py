"""Layout blocks (https://docs.slack.dev/reference/block-kit/blocks), one table row each.

Left out on purpose, and refused as unsupported: card, carousel, container, context_actions, data_table, file, video.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.slack_workspace.block_kit.composition import any_text, block_id, plain_text, slack_file
from sandbox.slack_workspace.block_kit.elements import IMAGE, IN_ACTIONS, IN_INPUT, IN_SECTION
from sandbox.slack_workspace.block_kit.rich_text import RICH_TEXT
from sandbox.slack_workspace.block_kit.rules import (
    Check,
    Problem,
    at_least_one,
    exactly_one,
    flag,
    items,
    one_of,
    real,
    record,
    string,
    typed,
    url,
)


def _block(
    kind: str,
    required: Mapping[str, Check] | None = None,
    optional: Mapping[str, Check] | None = None,
    also: tuple[Check, ...] = (),
) -> Check:
    return record(
        required={"type": one_of(kind), **(required or {})},
        optional={"block_id": block_id, **(optional or {})},
        also=also,
    )


def _action_ids_are_unique(block: Any, at: str) -> Iterator[Problem]:
    seen: set[str] = set()
    for index, element in enumerate(block["elements"]):
        name = element.get("action_id")
        if name in seen:
            yield Problem(
                f"`action_id` `{name}` already exists for another element", f"{at}/elements/{index}/action_id"
            )
        if name:
            seen.add(name)


_CELL: Mapping[str, Check] = {
    "rich_text": RICH_TEXT,
    "raw_text": record(required={"type": one_of("raw_text"), "text": string(10_000, blank=True)}),
    "raw_number": record(required={"type": one_of("raw_number"), "text": string(100), "value": real}),
}
_COLUMN = record(optional={"align": one_of("left", "center", "right"), "is_wrapped": flag})
_CONTEXT: Mapping[str, Check] = {"image": IMAGE, "plain_text": plain_text(3000), "mrkdwn": any_text(3000)}
_SOURCE = record(required={"type": one_of("url"), "url": url, "text": string(300)})

TASK_CARD = _block(
    "task_card",
    {
        "task_id": string(255),
        "title": string(256),
        "status": one_of("pending", "in_progress", "complete", "error"),
    },
    {"details": RICH_TEXT, "output": RICH_TEXT, "sources": items(_SOURCE, at_most=20)},
)

BLOCKS: Mapping[str, Check] = {
    "section": _block(
        "section",
        optional={
            "text": any_text(3000),
            "fields": items(any_text(2000), at_most=10),
            "accessory": typed(IN_SECTION),
            "expand": flag,
        },
        also=(at_least_one("text", "fields"),),
    ),
    "header": _block("header", {"text": plain_text(150)}),
    "divider": _block("divider"),
    "context": _block("context", {"elements": items(typed(_CONTEXT), at_most=10)}),
    "actions": _block(
        "actions", {"elements": items(typed(IN_ACTIONS), at_most=25)}, also=(_action_ids_are_unique,)
    ),
    "input": _block(
        "input",
        {"label": plain_text(2000), "element": typed(IN_INPUT)},
        {"hint": plain_text(2000), "optional": flag, "dispatch_action": flag},
    ),
    "image": _block(
        "image",
        {"alt_text": string(2000)},
        {"image_url": url, "slack_file": slack_file, "title": plain_text(2000)},
        (exactly_one("image_url", "slack_file"),),
    ),
    "rich_text": RICH_TEXT,
    "markdown": _block("markdown", {"text": string(12_000)}),
    "table": _block(
        "table",
        {"rows": items(items(typed(_CELL), at_most=20), at_most=100)},
        {"column_settings": items(_COLUMN, at_least=0, at_most=20)},
    ),
    "alert": _block(
        "alert", {"text": any_text(3000)}, {"level": one_of("default", "info", "warning", "error", "success")}
    ),
    "plan": _block(
        "plan", {"title": string(256)}, {"tasks": items(typed({"task_card": TASK_CARD}), at_most=50)}
    ),
    "task_card": TASK_CARD,
}
