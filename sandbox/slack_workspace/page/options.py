"""What stands in an element: the options it offers and the values it holds."""

from collections.abc import Mapping
from typing import Any

from sandbox.slack_workspace.page.names import Names

Json = dict[str, Any]
_TYPED = {"datepicker": "date", "timepicker": "time", "datetimepicker": "date_time"}
_PLURAL = {"user": "users", "conversation": "conversations", "channel": "channels", "option": "options"}


def shown_options(element: Json, names: Names) -> list[Json]:
    """The groups of a select: `[{label, options: [{value, text, description}]}]`. An external one starts empty."""
    kind = str(element["type"])
    if "users_select" in kind:
        return [_group("", [_named(user, f"@{name}") for user, name in names.users.items()])]
    if "conversations_select" in kind or "channels_select" in kind:
        return [_group("", [_named(channel, f"#{name}") for channel, name in names.channels.items()])]
    return option_groups(element)


def option_groups(answer: Json) -> list[Json]:
    """`options` or `option_groups` of an element or of an app's answer, in one form."""
    if answer.get("option_groups"):
        return [
            _group(group["label"]["text"], [_option(option) for option in group["options"]])
            for group in answer["option_groups"]
        ]
    return [_group("", [_option(option) for option in answer.get("options") or ()])]


def chosen(element: Json, block_id: str, values: Mapping[str, Any], names: Names) -> Any:
    """What the element holds now.

    Typed elements (inputs, pickers) give a string; all others a list of `{value, text}`.
    """
    held = (values.get(block_id) or {}).get(element.get("action_id"))
    kind = str(element["type"])
    if kind in _TYPED:
        return _string(
            held.get(f"selected_{_TYPED[kind]}") if held else element.get(f"initial_{_TYPED[kind]}")
        )
    if "select" not in kind and kind not in ("checkboxes", "radio_buttons"):
        return _string(held.get("value") if held else element.get("initial_value"))
    return _selection(held, "selected", names) if held else _selection(element, "initial", names)


def _selection(holder: Json, prefix: str, names: Names) -> list[Json]:
    for single, plural in _PLURAL.items():
        found = holder.get(f"{prefix}_{plural}") or (
            [holder[f"{prefix}_{single}"]] if holder.get(f"{prefix}_{single}") else []
        )
        if found:
            return [_picked(single, item, names) for item in found]
    return []


def _picked(kind: str, item: Any, names: Names) -> Json:
    match kind:
        case "option":
            return _option(item)
        case "user":
            return _named(item, f"@{names.user(item)}")
    return _named(item, f"#{names.channel(item)}")


def _group(label: str, options: list[Json]) -> Json:
    return {"label": label, "options": options}


def _named(value: str, text: str) -> Json:
    return {"value": value, "text": text, "description": ""}


def _option(option: Json) -> Json:
    described = option.get("description") or {}
    return {
        "value": option.get("value", ""),
        "text": option["text"]["text"],
        "description": described.get("text", ""),
    }


def _string(value: Any) -> str:
    return "" if value is None else str(value)
