"""A Slack message before it is sent: text for notifications and screen readers, blocks for the eye."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

Block = dict[str, Any]


class Rank(IntEnum):
    """Who goes first when Slack's budget is short: lower is sooner."""

    OUTCOME = 0  # outcomes, approvals, answers to a person
    DETAIL = 1  # why something failed; boards
    PROGRESS = 2  # a step went by


@dataclass(frozen=True, slots=True)
class Message:
    """`text` is always there; `blocks` may be empty, then the text is shown as mrkdwn."""

    text: str
    blocks: list[Block] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Post:
    """A message said once, in a thread. `key` is its identity for ever.

    Neighbours that are `joinable` may be sent as one Slack message, lines in order.
    """

    key: str
    message: Message
    rank: Rank = Rank.PROGRESS
    joinable: bool = False


@dataclass(frozen=True, slots=True)
class Say:
    """What one lane has to say: a card and its thread, in order.

    A lane is one card in one channel. `root` is the card as it should look now (level-triggered: only the newest counts);
    None leaves it as it is. `posts` follow in its thread, each once. `on_refused` gets a private word when Slack will not let
    the bot post in that channel.
    """

    lane: str
    channel: str
    root: Message | None = None
    rank: Rank = Rank.PROGRESS
    posts: tuple[Post, ...] = ()
    on_refused: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """A private answer to one person, said once: by `response_url`, or where there is none by an ephemeral message.

    `replace` replaces the message whose button was pressed (only for messages that were themselves private).
    """

    key: str
    channel: str
    user: str
    message: Message
    response_url: str = ""
    replace: bool = False
