"""What the bot asks of Slack beyond posting."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol


class Channels(Protocol):
    """What the bot may know of Slack's channels and modals beyond posting."""

    async def is_member(self, channel: str) -> bool:
        """Whether the bot can post there (remembered for a minute; that it can't, for five seconds)."""
        ...

    async def permalink(self, channel: str, ts: str) -> str:
        """The address of a message that stands there. Raises `bot.errors.SlackError`."""
        ...

    async def show_view(self, view_id: str, view: dict[str, object]) -> None:
        """Fill a modal that was opened as "loading". A modal that was closed meanwhile is fine.

        `view_id` is Slack's own, or the `external_id` that the answer to a submission gives the modal: which appears a moment later.
        """
        ...

    async def publish_home(self, user: str, view: dict[str, object]) -> None:
        """Publish somebody's App Home."""
        ...

    async def upload(
        self, *, channel: str, thread_ts: str, filename: str, title: str, content: str, key: str
    ) -> None:
        """Put a text file into a thread, once per `key`."""
        ...


class People(Protocol):
    """Who the people are that a policy speaks of; answers may be a minute old. Raises `bot.errors.SlackError`."""

    async def groups(self, handles: Collection[str]) -> dict[str, frozenset[str]]:
        """The users of groups, by `@handle`; one that does not exist is absent."""
        ...

    async def members(self, channel: str) -> frozenset[str]:
        """Who is in a channel; nobody where the bot can't see."""
        ...

    async def is_active(self, user: str) -> bool:
        """False for somebody who left the workspace, or was never in it; at most ten seconds old."""
        ...

    async def find(self, handle: str) -> str | None:
        """The id of the person who goes by `@name`."""
        ...
