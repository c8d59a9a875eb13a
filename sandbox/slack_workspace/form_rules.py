"""What Slack's client checks before it submits a modal: required inputs, lengths, numbers, addresses."""

import re
from collections.abc import Iterator
from typing import Any

from sandbox.slack_workspace.model import Json
from sandbox.slack_workspace.values import field_of

_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_URL = re.compile(r"https?://\S+", re.IGNORECASE)


def form_errors(blocks: list[Json], values: Json) -> dict[str, str]:
    """What is wrong with the inputs, by block_id."""
    return dict(_errors(blocks, values))


def _errors(blocks: list[Json], values: Json) -> Iterator[tuple[str, str]]:
    for block in blocks:
        if block["type"] != "input":
            continue
        element = block["element"]
        value = values[block["block_id"]][element["action_id"]].get(field_of(element["type"]))
        says = _refusal(element, value, optional=block.get("optional", False))
        if says:
            yield block["block_id"], says


def _refusal(element: Json, value: Any, *, optional: bool) -> str | None:
    if value in (None, "", []):
        return None if optional else "Please complete this required field."
    match element["type"]:
        case "plain_text_input":
            return _length(element, value)
        case "number_input":
            return _number(element, value)
        case "url_text_input" if not _URL.fullmatch(value):
            return "Please enter a valid URL."
        case "email_text_input" if not _EMAIL.fullmatch(value):
            return "Please enter a valid email address."
        case _:
            return _selected(element, value)


def _length(element: Json, value: str) -> str | None:
    if len(value) < element.get("min_length", 0):
        return f"Must be at least {element['min_length']} characters."
    if len(value) > element.get("max_length", 3000):
        return f"Must be at most {element.get('max_length', 3000)} characters."
    return None


def _number(element: Json, value: str) -> str | None:
    if not _NUMBER.fullmatch(value) or ("." in value and not element["is_decimal_allowed"]):
        return "Please enter a valid number."
    low, high = element.get("min_value"), element.get("max_value")
    if low is not None and float(value) < float(low):
        return f"Must be at least {low}."
    if high is not None and float(value) > float(high):
        return f"Must be at most {high}."
    return None


def _selected(element: Json, value: Any) -> str | None:
    most = element.get("max_selected_items")
    if most is not None and isinstance(value, list) and len(value) > most:
        return f"Select at most {most}."
    return None
