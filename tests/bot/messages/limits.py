"""A small judge of Block Kit, written from Slack's reference: lengths, counts, unique ids, and who is mentioned."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Any

from bot.messages.message import Message

_TOKEN = re.compile(r"<([^<>]*)>")
_DATE = re.compile(r"!date\^\d+\^[^|^]+\|\d{4}-\d\d-\d\d \d\d:\d\d UTC")
_LINK = re.compile(r"https?://[^|\s]+\|[^|]+")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_ENTITY = re.compile(r"&(?!amp;|lt;|gt;)")
_TEXTS = {"section": 3000, "header": 150}


def message_problems(
    message: Message, *, people: Collection[str], channels: Collection[str] = ()
) -> list[str]:
    """Everything Slack would refuse, and every mention of anybody but `people`."""
    found = [f"text: {problem}" for problem in _marked(message.text, 4000, people, channels)]
    found += _blocks(message.blocks, 50, people, channels)
    size = sum(len(text) for text in texts(message.blocks))
    return [*found, *(["all blocks together are too long"] if size > 13_000 else [])]


def view_problems(
    view: dict[str, Any], *, people: Collection[str], channels: Collection[str] = ()
) -> list[str]:
    """The same for a modal or a Home tab."""
    found = _blocks(view["blocks"], 100, people, channels)
    for name in ("title", "submit", "close"):
        if name in view:
            found += _plain(view[name], 24)
    if view["type"] == "modal" and not view["blocks"]:
        found.append("a modal without blocks")
    return [
        *found,
        *(["private_metadata is too long"] if len(view.get("private_metadata", "")) > 3000 else []),
    ]


def texts(node: Any) -> Iterator[str]:
    """Every text that somebody reads, wherever it stands."""
    if isinstance(node, dict):
        if isinstance(node.get("text"), str):
            yield node["text"]
        for value in node.values():
            yield from texts(value)
    if isinstance(node, list):
        for value in node:
            yield from texts(value)


def elements(blocks: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Every button and input."""
    for block in blocks:
        yield from block.get("elements", []) if block["type"] == "actions" else []
        yield from [block[name] for name in ("accessory", "element") if name in block]


def _blocks(
    blocks: list[dict[str, Any]], most: int, people: Collection[str], channels: Collection[str]
) -> list[str]:
    found = [f"{len(blocks)} blocks"] if len(blocks) > most else []
    for block in blocks:
        found += _block(block, people, channels)
    ids = [element["action_id"] for element in elements(blocks)]
    return [*found, *(["an action id stands twice"] if len(ids) != len(set(ids)) else [])]


def _block(block: dict[str, Any], people: Collection[str], channels: Collection[str]) -> Iterator[str]:
    kind = block["type"]
    if kind in _TEXTS:
        yield from _text(block["text"], _TEXTS[kind], people, channels)
    if kind == "context":
        yield from ["context of a wrong size"] if not 1 <= len(block["elements"]) <= 10 else []
        for text in block["elements"]:
            yield from _text(text, 2000, people, channels)
    if kind == "actions":
        yield from ["a row of a wrong size"] if not 1 <= len(block["elements"]) <= 25 else []
    if kind == "rich_text":
        run = block["elements"][0]["elements"][0]["text"]
        yield from ["preformatted of a wrong size"] if not 1 <= len(run) <= 3000 else []
        yield from ["a control character"] if _CONTROL.search(run) else []
    if kind == "input":
        yield from _plain(block["label"], 2000)
    for element in elements([block]):
        yield from _element(element, people, channels)


def _element(element: dict[str, Any], people: Collection[str], channels: Collection[str]) -> Iterator[str]:
    yield from ["action id too long"] if not 1 <= len(element["action_id"]) <= 255 else []
    yield from ["value too long"] if len(element.get("value", "")) > 2000 else []
    yield from ["url too long"] if len(element.get("url", "")) > 3000 else []
    yield from ["spoken too long"] if len(element.get("accessibility_label", "")) > 75 else []
    if element["type"] == "button":
        yield from _plain(element["text"], 75)
    if "confirm" in element:
        asked = element["confirm"]
        yield from _plain(asked["title"], 100)
        yield from _text(asked["text"], 300, people, channels)
        yield from [*_plain(asked["confirm"], 30), *_plain(asked["deny"], 30)]


def _text(
    text: dict[str, Any], most: int, people: Collection[str], channels: Collection[str]
) -> Iterator[str]:
    if text["type"] == "plain_text":
        yield from _plain(text, most)
        return
    yield from _marked(text["text"], most, people, channels)
    yield from ["mrkdwn that Slack may read mentions into"] if text.get("verbatim") is not True else []


def _plain(text: dict[str, Any], most: int) -> Iterator[str]:
    yield from ["plain text expected"] if text["type"] != "plain_text" else []
    yield from [f"{len(text['text'])} of {most} characters"] if not 1 <= len(text["text"]) <= most else []
    yield from ["blank"] if not text["text"].strip() else []
    yield from ["a control character"] if _CONTROL.search(text["text"]) else []


def _marked(text: str, most: int, people: Collection[str], channels: Collection[str]) -> Iterator[str]:
    yield from [f"{len(text)} of {most} characters"] if not 1 <= len(text) <= most else []
    yield from ["blank"] if not text.strip() else []
    yield from ["a control character"] if _CONTROL.search(text) else []
    allowed = {f"@{person}" for person in people} | {f"#{channel}" for channel in channels}
    for token in _TOKEN.findall(text):
        if token not in allowed and not _DATE.fullmatch(token) and not _LINK.fullmatch(token):
            yield f"<{token}> is not ours"
    bare = _TOKEN.sub("", text)
    yield from ["a bare angle bracket"] if "<" in bare or ">" in bare else []
    yield from ["an unescaped or cut &"] if _ENTITY.search(bare) else []
    yield from ["an open code mark"] if bare.count("`") % 2 else []
