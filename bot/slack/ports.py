"""What the outbox needs of Slack: the few calls that say something, each honest about what it does not know."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from bot.messages.message import Message


class Slack(Protocol):
    """Every method raises `bot.errors.SlackError`; `certain` there is False when the call may have been carried out."""

    async def address(self, place: str) -> str:
        """The id of a channel given as id, `#name`, or a user's id (their direct messages)."""
        ...

    async def post(self, *, channel: str, message: Message, keys: Sequence[str], thread_ts: str = "") -> str:
        """Post a message that carries `keys` in its metadata; answers its ts."""
        ...

    async def update(self, *, channel: str, ts: str, message: Message) -> None:
        """Make a message look like this."""
        ...

    async def find(
        self, *, channel: str, keys: Sequence[str], since: float, thread_ts: str = ""
    ) -> str | None:
        """The ts of the bot's message that carries one of `keys`, posted after `since` (Unix seconds)."""
        ...

    async def whisper(self, *, channel: str, user: str, message: Message) -> None:
        """Show a message to one member of a channel only."""
        ...

    async def respond(self, *, url: str, message: Message, replace: bool) -> None:
        """Answer an interaction privately by its `response_url`."""
        ...
