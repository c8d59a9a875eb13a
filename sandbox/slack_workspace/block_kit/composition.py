"""Composition objects: texts, options, confirm dialogs (https://docs.slack.dev/reference/block-kit/composition-objects)."""

from collections.abc import Iterator
from typing import Any

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
    url,
)

block_id = string(255)
action_id = string(255)
slack_id = string(32, pattern=r"[A-Z][A-Z0-9]+")


def plain_text(maximum: int) -> Check:
    """Plain text alone; mrkdwn is refused."""
    return record(required={"type": one_of("plain_text"), "text": string(maximum)}, optional={"emoji": flag})


def any_text(maximum: int) -> Check:
    """Plain text or mrkdwn."""
    mrkdwn = record(required={"type": one_of("mrkdwn"), "text": string(maximum)}, optional={"verbatim": flag})
    return typed({"plain_text": plain_text(maximum), "mrkdwn": mrkdwn})


def _option(text: Check, *, links: bool = False) -> Check:
    optional = {"description": plain_text(75), **({"url": url} if links else {})}
    return record(required={"text": text, "value": string(150)}, optional=optional)


plain_option = _option(plain_text(75))
"""An option of a select."""
rich_option = record(
    required={"text": any_text(75), "value": string(150)},
    optional={"description": any_text(75)},
)
"""An option of checkboxes or radio buttons, which may be mrkdwn."""
overflow_option = _option(plain_text(75), links=True)
"""An option of an overflow menu, which may be a link."""

option_group = record(required={"label": plain_text(75), "options": items(plain_option, at_most=100)})

confirm = record(
    required={
        "title": plain_text(100),
        "text": any_text(300),
        "confirm": plain_text(30),
        "deny": plain_text(30),
    },
    optional={"style": one_of("primary", "danger")},
)

dispatch_action_config = record(
    required={"trigger_actions_on": items(one_of("on_enter_pressed", "on_character_entered"), at_most=2)}
)

conversation_filter = record(
    optional={
        "include": items(one_of("im", "mpim", "private", "public"), at_most=4),
        "exclude_external_shared_channels": flag,
        "exclude_bot_users": flag,
    }
)

slack_file = record(optional={"id": string(32), "url": url}, also=(exactly_one("id", "url"),))


def options_of(element: dict[str, Any]) -> list[dict[str, Any]]:
    """The options of an element, groups flattened."""
    groups = element.get("option_groups") or []
    return [*(element.get("options") or []), *(option for group in groups for option in group["options"])]


def values_are_unique(element: Any, at: str) -> Iterator[Problem]:
    """No two options of an element share their value."""
    seen: set[str] = set()
    for option in options_of(element):
        if option["value"] in seen:
            yield Problem(f"option `value` `{option['value']}` already exists", at)
        seen.add(option["value"])


def initial_is_offered(element: Any, at: str) -> Iterator[Problem]:
    """What is chosen at first must be one of the options, exactly."""
    offered = options_of(element)
    first = (
        [element["initial_option"]] if element.get("initial_option") else element.get("initial_options") or []
    )
    for option in first:
        if option not in offered:
            yield Problem("initial option must exactly match one of the options", at)
