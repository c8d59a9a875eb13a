"""Channels as text: what a person would have read, for the terminal."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

Json = dict[str, Any]

_DATE = re.compile(r"<!date\^\d+\^[^|>]*\|([^>]*)>")
_LINK = re.compile(r"<([a-z]+:[^|>]+)\|([^>]*)>")
_PERSON = re.compile(r"<@([A-Z0-9]+)(?:\|[^>]*)?>")
_CHANNEL = re.compile(r"<#([A-Z0-9]+)(?:\|[^>]*)?>")
_BOLD = re.compile(r"(?<![\w*])\*([^\s*](?:[^*\n]*[^\s*])?)\*(?![\w*])")


def transcript(state: Json, channels: Iterable[str]) -> str:
    """The named channels, each message with its thread indented under it and its private answers where they fell."""
    names = {user["id"]: f"@{user['name']}" for user in state["users"]}
    names |= {channel["id"]: f"#{channel['name']}" for channel in state["channels"]}
    return "\n".join(_channel(channel, names) for channel in state["channels"] if channel["name"] in channels)


def plain(text: str, names: dict[str, str]) -> str:
    """Slack's mrkdwn as a terminal shows it."""
    text = _DATE.sub(r"\1", text)
    text = _LINK.sub(r"\2", text)
    text = _PERSON.sub(lambda found: names.get(found[1], found[1]), text)
    text = _CHANNEL.sub(lambda found: names.get(found[1], found[1]), text)
    text = _BOLD.sub(r"\1", text)
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def body(message: Json, names: dict[str, str]) -> list[str]:
    """A message's blocks, or its text where it has none, line by line."""
    shown = [line for block in message["blocks"] for line in _block(block, names)]
    return shown or plain(message["text"], names).splitlines()


def _channel(channel: Json, names: dict[str, str]) -> str:
    lines = [f"── #{channel['name']} " + "─" * max(4, 70 - len(channel["name"]))]
    everything = [*channel["messages"], *channel["ephemerals"]]
    for message in sorted(everything, key=lambda one: float(one["ts"])):
        lines += _message(message, names, indent="")
        for reply in message.get("replies", ()):
            lines += _message(reply, names, indent="      ")
    return "\n".join([*lines, ""])


def _message(message: Json, names: dict[str, str], *, indent: str) -> list[str]:
    private = f"  (only visible to {names[message['ephemeral_to']]})" if message["ephemeral_to"] else ""
    head = f"{indent}{message['user_name']}{private}"
    return [head, *(f"{indent}  {line}" for line in body(message, names))]


def _block(block: Json, names: dict[str, str]) -> list[str]:
    match block["type"]:
        case "section":
            fields = [field["text"] for field in block.get("fields", ())]
            text = [block["text"]["text"]] if "text" in block else []
            return [line for part in (*text, *fields) for line in plain(part, names).splitlines()]
        case "context":
            return [" · ".join(plain(part.get("text", ""), names) for part in block["elements"])]
        case "actions":
            return ["  ".join(f"[{element['text']['text']}]" for element in block["elements"])]
        case "rich_text":
            return [f"│ {line}" for line in _rich(block).splitlines()]
        case "header":
            return [str(block["text"]["text"]).upper()]
        case _:
            return []


def _rich(node: Json) -> str:
    """All the text in a rich text tree."""
    if "elements" in node:
        return "".join(_rich(child) for child in node["elements"])
    return str(node.get("text", ""))
