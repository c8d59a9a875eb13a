"""The change feed: who watches the workspace hears of each change at once."""

import asyncio
from dataclasses import dataclass
from types import TracebackType
from typing import Literal, Self

ChangeKind = Literal[
    "message",  # a new message (channel, ts, thread_ts)
    "message_changed",
    "message_deleted",
    "ephemeral",  # a new ephemeral for `user`
    "ephemeral_changed",
    "ephemeral_deleted",
    "view",  # the person's modal stack changed: opened, pushed, updated, closed, refused with errors
    "home",  # the person's Home tab changed
    "members",  # somebody joined or left the channel
    "channel",  # a channel or DM was made
    "notice",  # something to tell one person where no channel fits, `text` says it
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What changed. `user` is set where one person alone may see it; `ts` and `thread_ts` for messages."""

    kind: ChangeKind
    channel: str | None = None
    user: str | None = None
    ts: str | None = None
    thread_ts: str | None = None
    view_id: str | None = None
    text: str | None = None


class Subscription:
    """One watcher's queue, registered from the moment it is made until it is closed.

    Use as `with workspace.subscribe() as changes: async for change in changes: …`.
    """

    def __init__(self, feed: "Feed") -> None:
        self._feed = feed
        self._queue: asyncio.Queue[Change | None] = asyncio.Queue()

    def put(self, change: Change | None) -> None:
        self._queue.put_nowait(change)

    def close(self) -> None:
        """Stop listening; an `async for` over this subscription ends."""
        self._feed.forget(self)
        self._queue.put_nowait(None)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Change:
        change = await self._queue.get()
        if change is None:
            raise StopAsyncIteration
        return change

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class Feed:
    """Everybody who watches."""

    def __init__(self) -> None:
        self._watchers: list[Subscription] = []

    def subscribe(self) -> Subscription:
        """A new watcher."""
        watcher = Subscription(self)
        self._watchers.append(watcher)
        return watcher

    def forget(self, watcher: Subscription) -> None:
        if watcher in self._watchers:
            self._watchers.remove(watcher)

    def publish(self, change: Change) -> None:
        """Tell every watcher, without waiting for any."""
        for watcher in self._watchers:
            watcher.put(change)

    def close(self) -> None:
        """End every watcher's loop (the server is going down)."""
        for watcher in list(self._watchers):
            watcher.close()
