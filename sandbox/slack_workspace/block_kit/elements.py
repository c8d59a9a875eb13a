"""Interactive elements (https://docs.slack.dev/reference/block-kit/block-elements), one table row each."""

from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.slack_workspace.block_kit.composition import (
    action_id,
    confirm,
    conversation_filter,
    dispatch_action_config,
    initial_is_offered,
    option_group,
    overflow_option,
    plain_option,
    plain_text,
    rich_option,
    slack_file,
    slack_id,
    values_are_unique,
)
from sandbox.slack_workspace.block_kit.rules import (
    Check,
    Problem,
    exactly_one,
    flag,
    items,
    number,
    one_of,
    record,
    string,
    url,
)

_DATE = string(10, pattern=r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
_TIME = string(5, pattern=r"([01]\d|2[0-3]):[0-5]\d")
_DECIMAL = string(40, pattern=r"-?\d+(\.\d+)?")
_MOST_IDS = 100

_ANY: Mapping[str, Check] = {"action_id": action_id}
_ASKS: Mapping[str, Check] = {**_ANY, "confirm": confirm, "focus_on_load": flag}
_MENU: Mapping[str, Check] = {**_ASKS, "placeholder": plain_text(150)}
_MANY: Mapping[str, Check] = {**_MENU, "max_selected_items": number(1, 100)}
_TYPED: Mapping[str, Check] = {
    **_ANY,
    "focus_on_load": flag,
    "placeholder": plain_text(150),
    "dispatch_action_config": dispatch_action_config,
}
_OFFERS: Mapping[str, Check] = {
    "options": items(plain_option, at_most=100),
    "option_groups": items(option_group, at_most=100),
}
_OFFERED = (exactly_one("options", "option_groups"), values_are_unique, initial_is_offered)


def _element(
    kind: str,
    optional: Mapping[str, Check],
    required: Mapping[str, Check] | None = None,
    also: tuple[Check, ...] = (),
) -> Check:
    return record(required={"type": one_of(kind), **(required or {})}, optional=optional, also=also)


def _range_makes_sense(element: Any, at: str) -> Iterator[Problem]:
    low, high = element.get("min_length"), element.get("max_length")
    if low is not None and high is not None and low > high:
        yield Problem("min_length must not be more than max_length", at)
    initial = element.get("initial_value") or ""
    if high is not None and len(initial) > high:
        yield Problem("initial_value must not be longer than max_length", at)


def _numbers_make_sense(element: Any, at: str) -> Iterator[Problem]:
    low, high = element.get("min_value"), element.get("max_value")
    if low is not None and high is not None and float(low) > float(high):
        yield Problem("min_value must not be more than max_value", at)


BUTTON = _element(
    "button",
    {
        **_ANY,
        "confirm": confirm,
        "value": string(2000),
        "url": url,
        "style": one_of("primary", "danger"),
        "accessibility_label": string(75),
    },
    {"text": plain_text(75)},
)

IMAGE = _element(
    "image",
    {"image_url": url, "slack_file": slack_file},
    {"alt_text": string(2000)},
    (exactly_one("image_url", "slack_file"),),
)

SELECTS: Mapping[str, Check] = {
    "static_select": _element(
        "static_select", {**_MENU, **_OFFERS, "initial_option": plain_option}, also=_OFFERED
    ),
    "external_select": _element(
        "external_select", {**_MENU, "initial_option": plain_option, "min_query_length": number(0, 3000)}
    ),
    "users_select": _element("users_select", {**_MENU, "initial_user": slack_id}),
    "conversations_select": _element(
        "conversations_select",
        {
            **_MENU,
            "initial_conversation": slack_id,
            "default_to_current_conversation": flag,
            "response_url_enabled": flag,
            "filter": conversation_filter,
        },
    ),
    "channels_select": _element(
        "channels_select", {**_MENU, "initial_channel": slack_id, "response_url_enabled": flag}
    ),
}

MULTI_SELECTS: Mapping[str, Check] = {
    "multi_static_select": _element(
        "multi_static_select",
        {**_MANY, **_OFFERS, "initial_options": items(plain_option, at_most=100)},
        also=_OFFERED,
    ),
    "multi_external_select": _element(
        "multi_external_select",
        {**_MANY, "initial_options": items(plain_option, at_most=100), "min_query_length": number(0, 3000)},
    ),
    "multi_users_select": _element(
        "multi_users_select", {**_MANY, "initial_users": items(slack_id, at_most=_MOST_IDS)}
    ),
    "multi_conversations_select": _element(
        "multi_conversations_select",
        {
            **_MANY,
            "initial_conversations": items(slack_id, at_most=_MOST_IDS),
            "default_to_current_conversation": flag,
            "filter": conversation_filter,
        },
    ),
    "multi_channels_select": _element(
        "multi_channels_select", {**_MANY, "initial_channels": items(slack_id, at_most=_MOST_IDS)}
    ),
}

PICKERS: Mapping[str, Check] = {
    "datepicker": _element("datepicker", {**_MENU, "initial_date": _DATE}),
    "timepicker": _element("timepicker", {**_MENU, "initial_time": _TIME, "timezone": string(64)}),
    "datetimepicker": _element("datetimepicker", {**_ASKS, "initial_date_time": number(10**9, 10**10 - 1)}),
}

CHOICES: Mapping[str, Check] = {
    "checkboxes": _element(
        "checkboxes",
        {**_ASKS, "initial_options": items(rich_option, at_most=10)},
        {"options": items(rich_option, at_most=10)},
        (values_are_unique, initial_is_offered),
    ),
    "radio_buttons": _element(
        "radio_buttons",
        {**_ASKS, "initial_option": rich_option},
        {"options": items(rich_option, at_most=10)},
        (values_are_unique, initial_is_offered),
    ),
}

OVERFLOW = _element(
    "overflow",
    {**_ANY, "confirm": confirm},
    {"options": items(overflow_option, at_least=2, at_most=5)},
    (values_are_unique,),
)

TEXT_INPUTS: Mapping[str, Check] = {
    "plain_text_input": _element(
        "plain_text_input",
        {
            **_TYPED,
            "initial_value": string(3000, minimum=0),
            "multiline": flag,
            "min_length": number(0, 3000),
            "max_length": number(1, 3000),
        },
        also=(_range_makes_sense,),
    ),
    "url_text_input": _element("url_text_input", {**_TYPED, "initial_value": url}),
    "email_text_input": _element("email_text_input", {**_TYPED, "initial_value": string(3000)}),
    "number_input": _element(
        "number_input",
        {**_TYPED, "initial_value": _DECIMAL, "min_value": _DECIMAL, "max_value": _DECIMAL},
        {"is_decimal_allowed": flag},
        (_numbers_make_sense,),
    ),
}

IN_ACTIONS: Mapping[str, Check] = {
    "button": BUTTON, "overflow": OVERFLOW, **SELECTS, **MULTI_SELECTS, **PICKERS, **CHOICES,
}  # fmt: skip
"""What an actions block may hold."""
IN_SECTION: Mapping[str, Check] = {**IN_ACTIONS, "image": IMAGE}
"""What may stand beside a section's text."""
IN_INPUT: Mapping[str, Check] = {**SELECTS, **MULTI_SELECTS, **PICKERS, **CHOICES, **TEXT_INPUTS}
"""What an input block may hold."""
