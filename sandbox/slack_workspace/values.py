"""What stands in inputs: from a person's short form to Slack's state and action objects.

Slack's shape differs per element (https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload#view_submission_example):
a select has `selected_option`, a date picker `selected_date`. A person (or a test) says just the value.
"""

from collections.abc import Mapping
from typing import Any

from sandbox.slack_workspace.block_kit.composition import options_of
from sandbox.slack_workspace.errors import PersonError
from sandbox.slack_workspace.model import Json

_ONE_OPTION = frozenset({"static_select", "external_select", "radio_buttons", "overflow"})
_MANY_OPTIONS = frozenset({"multi_static_select", "multi_external_select", "checkboxes"})
_FIELDS = {
    "users_select": ("selected_user", "initial_user"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "channels_select": ("selected_channel", "initial_channel"),
    "multi_users_select": ("selected_users", "initial_users"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "plain_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
}
_NO_STATE = frozenset({"button", "overflow", "image"})


def field_of(kind: str) -> str:
    """The field of Slack's object that says what was chosen."""
    if kind in _ONE_OPTION:
        return "selected_option"
    if kind in _MANY_OPTIONS:
        return "selected_options"
    return _FIELDS[kind][0]


def chosen(element: Json, value: Any) -> Json:
    """Slack's object (`type` and what is chosen) for an element and a value in short form; None or "" is nothing.

    Raises:
        PersonError: 400 when the value is not on offer.
    """
    kind: str = element["type"]
    if kind in _ONE_OPTION:
        return {"type": kind, "selected_option": _option(element, value) if value not in (None, "") else None}
    if kind in _MANY_OPTIONS:
        listed = value if isinstance(value, list) else [value] if value not in (None, "") else []
        return {"type": kind, "selected_options": [_option(element, one) for one in listed]}
    if kind.startswith("multi_"):
        return {"type": kind, field_of(kind): value if isinstance(value, list) else [value] if value else []}
    if kind == "datetimepicker":
        return {"type": kind, "selected_date_time": int(value) if value not in (None, "") else None}
    return {"type": kind, field_of(kind): str(value) if value not in (None, "") else None}


def _option(element: Json, value: Any) -> Json:
    if isinstance(value, dict):
        return value
    for option in options_of(element):
        if option["value"] == value:
            return option
    if element["type"].endswith("external_select"):
        return {"text": {"type": "plain_text", "text": str(value), "emoji": True}, "value": str(value)}
    raise PersonError(400, f"{value!r} is not an option of {element.get('action_id')}")


def initial_values(blocks: list[Json]) -> Json:
    """The state of a surface as it is first shown."""
    return _state(blocks, _initial)


def merged_values(blocks: list[Json], before: Mapping[str, Any], short: Mapping[str, Any]) -> Json:
    """The state after a person set some inputs: `short` is `{block_id: {action_id: value}}`.

    Raises:
        PersonError: 400 for a block or action that is not there, or a value that is not on offer.
    """
    found = {(block["block_id"], element["action_id"]) for block, element in inputs_of(blocks)}
    named = {(block_id, action_id) for block_id, actions in short.items() for action_id in actions}
    if unknown := named - found:
        raise PersonError(400, f"no such input: {', '.join('/'.join(pair) for pair in sorted(unknown))}")

    def value(block_id: str, element: Json) -> Json:
        said = short.get(block_id, {})
        if element["action_id"] in said:
            return chosen(element, said[element["action_id"]])
        kept: Json = before.get(block_id, {}).get(element["action_id"]) or _initial(block_id, element)
        return kept

    return _state(blocks, value)


def with_conversation(block: Json, channel: str, kind: str) -> Json:
    """A block whose `conversations_select` defaults to the current conversation, with that chosen; any other as it is.

    What the app chose itself takes precedence (https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element).
    """
    element = block.get("element") or block.get("accessory") or {}
    if element.get("type") != "conversations_select" or not element.get("default_to_current_conversation"):
        return block
    offered = (element.get("filter") or {}).get("include") or [kind]
    if "initial_conversation" in element or kind not in offered:
        return block
    place = "element" if "element" in block else "accessory"
    return {**block, place: {**element, "initial_conversation": channel}}


def inputs_of(blocks: list[Json]) -> list[tuple[Json, Json]]:
    """Every block and element of it that holds a value."""
    pairs: list[tuple[Json, Json]] = []
    for block in blocks:
        match block:
            case {"type": "actions", "elements": elements}:
                pairs += [(block, element) for element in elements]
            case {"type": "section", "accessory": dict(element)} | {"type": "input", "element": element}:
                pairs.append((block, element))
            case _:
                continue
    return [(block, element) for block, element in pairs if element["type"] not in _NO_STATE]


def _state(blocks: list[Json], value: Any) -> Json:
    state: Json = {}
    for block, element in inputs_of(blocks):
        state.setdefault(block["block_id"], {})[element["action_id"]] = value(block["block_id"], element)
    return state


def _initial(_block_id: str, element: Json) -> Json:
    kind = element["type"]
    if kind in _ONE_OPTION:
        return {"type": kind, "selected_option": element.get("initial_option")}
    if kind in _MANY_OPTIONS:
        return {"type": kind, "selected_options": element.get("initial_options") or []}
    name, initial = _FIELDS[kind]
    empty: Any = [] if kind.startswith("multi_") else None
    return {"type": kind, name: element.get(initial, empty)}
