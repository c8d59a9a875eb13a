"""A worker at work on a real Redis, between a fake Pulumi Cloud and a Slack in memory."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

from redis.asyncio import Redis

from bot.domain.commands import Command
from bot.poller import Pace, Poller
from bot.ports import Inbox
from bot.runner import Runner
from bot.slack.budget import SlackBudget
from bot.slack.outbox import Outbox
from bot.slack.setbacks import Patience
from bot.store.inbox import RedisInbox
from bot.store.lanes import RedisLanes
from bot.store.replies import RedisReplies
from bot.waiting import Waiting
from bot.worker import Worker
from tests.bot.crew import KEYS, Crew
from tests.bot.slack.fakes import FakeSlack, Plenty
from tests.builders import TEAM

PATIENCE = 60.0  # seconds; only what hangs takes as long, however slow the machine is


@dataclass(slots=True)
class Shift:
    """A worker, what it works with, and what people see of it."""

    crew: Crew
    slack: FakeSlack
    inbox: Inbox
    outbox: Outbox
    stop: asyncio.Event

    async def put(self, *commands: Command) -> None:
        """As the web process does."""
        for command in commands:
            await RedisInbox(self.crew.redis, TEAM).put(command, dedupe=command.id, window=60)

    async def left_behind(self, command: Command, *, deliveries: int = 1) -> None:
        """A worker took it, and died long ago."""
        await self.put(command)
        [(entry, _)] = await self.entries(KEYS.inbox)
        await self.crew.redis.hset(KEYS.claims, entry, f"0 {deliveries} dead")

    @property
    def worker(self) -> Worker:
        """A new one each time."""
        context = self.crew.context
        return Worker(
            runner=Runner(context),
            poller=Poller(context, Pace(fast=0.01, slow=0.01)),
            waiting=Waiting(context),
            outbox=self.outbox,
            inbox=self.inbox,
            state=context.state,
            orgs=self.crew.orgs,
        )

    @contextlib.asynccontextmanager
    async def at_work(self) -> AsyncIterator[asyncio.Task[None]]:
        """A worker runs; at the end it is told to stop, and has stopped."""
        self.stop.clear()
        running = asyncio.create_task(self.worker.run(self.stop))
        try:
            yield running
        finally:
            self.stop.set()
            async with asyncio.timeout(PATIENCE):
                await running

    async def until(self, so: Callable[[], Any]) -> None:
        """Wait until what is asked for is so."""
        async with asyncio.timeout(PATIENCE):
            while not await so():
                await self.nothing()

    async def nothing(self) -> None:
        """A short moment, in which others work."""
        await asyncio.sleep(0.005)

    async def entries(self, stream: str) -> list[tuple[Any, dict[Any, Any]]]:
        """What stands in a stream."""
        found: Any = await self.crew.redis.xrange(stream)
        return list(found)

    async def is_empty(self) -> bool:
        """Nothing waits in the inbox, and nothing is under way."""
        return int(await self.crew.redis.xlen(KEYS.inbox)) == 0


def new_shift(crew: Crew, redis: Redis) -> Shift:
    """It has not begun."""
    slack = FakeSlack()
    outbox = Outbox(
        lanes=RedisLanes(redis, TEAM),
        replies=RedisReplies(redis, TEAM),
        slack=slack,
        budget=SlackBudget(Plenty()),
        patience=Patience(lease=20.0, settle=0.0),
    )
    return Shift(crew, slack, RedisInbox(redis, TEAM), outbox, asyncio.Event())
