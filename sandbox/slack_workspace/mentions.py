"""Who a text reaches (https://docs.slack.dev/messaging/formatting-message-text#mentioning-users)."""

import re
from collections.abc import Iterator
from typing import Any

from sandbox.slack_workspace.model import Json, Mention

_MENTION = re.compile(
    r"<(?:@(?P<user>[UW][A-Z0-9]+)|!subteam\^(?P<group>S[A-Z0-9]+)|!(?P<broad>channel|here|everyone))(?:\|[^>]*)?>"
)
_BROADCAST = ("channel", "here", "everyone")


def mentions_of(text: str, blocks: list[Json]) -> list[Mention]:
    """Every mention in the text and in the blocks' mrkdwn, each once, in order of first appearance."""
    found: list[Mention] = []
    for mention in (*_in_text(text), *_in_blocks(blocks)):
        if mention not in found:
            found.append(mention)
    return found


def _in_text(text: str) -> Iterator[Mention]:
    for match in _MENTION.finditer(text):
        if match["user"]:
            yield Mention(kind="user", id=match["user"])
        elif match["group"]:
            yield Mention(kind="usergroup", id=match["group"])
        else:
            yield _broadcast(match["broad"])


def _broadcast(name: str) -> Mention:
    match name:
        case "here":
            return Mention(kind="here")
        case "channel":
            return Mention(kind="channel")
        case _:
            return Mention(kind="everyone")


def _in_blocks(node: Any) -> Iterator[Mention]:
    if isinstance(node, list):
        for item in node:
            yield from _in_blocks(item)
    elif isinstance(node, dict):
        yield from _in_node(node)


def _in_node(node: Json) -> Iterator[Mention]:
    match node:
        case {"type": "mrkdwn" | "markdown", "text": str(text)}:
            yield from _in_text(text)
        case {"type": "user", "user_id": str(user)}:
            yield Mention(kind="user", id=user)
        case {"type": "usergroup", "usergroup_id": str(group)}:
            yield Mention(kind="usergroup", id=group)
        case {"type": "broadcast", "range": str(name)} if name in _BROADCAST:
            yield _broadcast(name)
        case _:
            for value in node.values():
                yield from _in_blocks(value)
