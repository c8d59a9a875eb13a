"""A Slack in memory that can lose answers, a budget without end, and a way to stop a coroutine at any of its awaits."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Generator, Sequence
from dataclasses import dataclass, field
from typing import Any

from redis.asyncio import Redis

from bot.errors import SlackError
from bot.messages.message import Message
from bot.ports import Budget
from bot.slack.ports import Slack
from bot.store.keys import Keys


@dataclass(slots=True)
class Shown:
    """A message as people see it."""

    ts: str
    channel: str
    message: Message
    keys: tuple[str, ...] = ()
    thread_ts: str = ""
    to: str = ""


@dataclass(slots=True)
class FakeSlack(Slack):
    """Every call can be interrupted before and after its effect.

    `errors` are raised by the next calls, before the effect; `lost` counts the next calls whose answer gets lost after it.
    """

    shown: list[Shown] = field(default_factory=list)
    errors: list[SlackError] = field(default_factory=list)
    lost: int = 0
    calls: list[str] = field(default_factory=list)
    said: asyncio.Event = field(default_factory=asyncio.Event)

    async def address(self, place: str) -> str:
        if self.errors and self.errors[0].method == "conversations.open":
            raise self.errors.pop(0)
        return f"D{place}" if place.startswith("U") else place

    async def post(self, *, channel: str, message: Message, keys: Sequence[str], thread_ts: str = "") -> str:
        await self._called("chat.postMessage")
        ts = f"{len(self.shown) + 1}.0"
        self.shown.append(Shown(ts, channel, message, tuple(keys), thread_ts))
        await self._answered("chat.postMessage")
        return ts

    async def update(self, *, channel: str, ts: str, message: Message) -> None:
        await self._called("chat.update")
        for each in self.shown:
            if (each.channel, each.ts) == (channel, ts):
                each.message = message
        await self._answered("chat.update")

    async def find(
        self, *, channel: str, keys: Sequence[str], since: float, thread_ts: str = ""
    ) -> str | None:
        await self._called("find")
        candidates = [each for each in self.shown if (each.channel, each.thread_ts) == (channel, thread_ts)]
        return next((each.ts for each in candidates if set(each.keys) & set(keys)), None)

    async def whisper(self, *, channel: str, user: str, message: Message) -> None:
        await self._called("chat.postEphemeral")
        self.shown.append(Shown("", channel, message, to=user))
        await self._answered("chat.postEphemeral")

    async def respond(self, *, url: str, message: Message, replace: bool) -> None:
        await self._called("response_url")
        self.shown.append(Shown("", url, message, to="replaced" if replace else "answered"))
        await self._answered("response_url")

    def texts(self, channel: str, thread_ts: str = "") -> list[str]:
        """What stands in a channel, or in one of its threads."""
        return [
            each.message.text
            for each in self.shown
            if (each.channel, each.thread_ts) == (channel, thread_ts) and not each.to
        ]

    async def _called(self, method: str) -> None:
        self.calls.append(method)
        await asyncio.sleep(0)
        if self.errors:
            raise self.errors.pop(0)

    async def _answered(self, method: str) -> None:
        self.said.set()
        await asyncio.sleep(0)
        if self.lost:
            self.lost -= 1
            raise SlackError(method, "", certain=False)


@dataclass(slots=True)
class Plenty(Budget):
    """Every call may go; what is asked and told is kept."""

    told: list[tuple[str, float]] = field(default_factory=list)

    async def take(self, bucket: str, *, interval: float, burst: float, hold: float = 0.0) -> float:
        return 0.0

    async def free(self, bucket: str, *, pause: float) -> None:
        self.told.append((bucket, -pause))

    async def block(self, bucket: str, *, seconds: float) -> None:
        self.told.append((bucket, seconds))


class Stopped(Awaitable[bool]):
    """Runs a coroutine and cancels it at its nth await; awaits to whether it was stopped."""

    def __init__(self, work: Awaitable[None], *, at: int) -> None:
        self._work = work
        self._at = at

    def __await__(self) -> Generator[Any, Any, bool]:
        steps = self._work.__await__()
        waited = 0
        stopped = False
        try:
            while True:
                waited += 1
                if waited == self._at:
                    stopped = True
                    yield steps.throw(asyncio.CancelledError())
                else:
                    yield next(steps)
        except StopIteration:
            return stopped
        except asyncio.CancelledError:
            return True


async def end_leases(redis: Redis, keys: Keys) -> None:
    """As if all the time of all leases and pauses had passed."""
    for due in (*keys.due, keys.replies):
        names: Any = await redis.zrange(due, 0, -1)
        for name in names:
            await redis.zadd(due, {name: 0})
