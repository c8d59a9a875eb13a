"""Commands between the ack and the work: a Redis stream read by a consumer group."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from itertools import count as counter
from typing import Any
from uuid import uuid4

import structlog
from redis.asyncio import Redis
from redis.exceptions import ResponseError

from bot.domain.commands import Command
from bot.ports import Delivery
from bot.store.codec import Codec, UnreadableError
from bot.store.connect import ANSWER_TIMEOUT
from bot.store.database import Database

GROUP = "workers"
BACKLOG = 100_000  # commands; far beyond what people type, so that a forgotten worker cannot fill the memory
KEPT_DEAD = 1_000
REPLAYABLE = 600_000  # milliseconds; Slack's signature is good for five minutes on either side of a clock
COMMAND = Codec(Command)

log = structlog.get_logger(__name__)
Entry = tuple[bytes, dict[bytes, bytes]]


class RedisInbox:
    """See `bot.ports.Inbox` for the contract.

    `idle`: seconds after which an unfinished command goes to another worker. Work that takes longer says so by `keep`.
    """

    def __init__(self, redis: Redis, team: str, *, idle: float = 30.0) -> None:
        self._database = Database(redis, team)
        self._redis = redis
        self._keys = self._database.keys
        self._idle = int(idle * 1000)
        self._put = self._database.script("put")
        self._bury = self._database.script("bury")
        self._sign = uuid4().hex
        self._calls = counter()

    async def put(self, command: Command, *, dedupe: str, window: float) -> bool:
        """One round trip. Sent twice by a retry it still counts once, and says so truly."""
        done = await self._put(
            (self._keys.inbox, self._keys.seen(dedupe), self._keys.seen(command.id)),
            COMMAND.encode(command),
            int(window * 1000),
            f"{self._sign}{next(self._calls)}",
            BACKLOG,
            REPLAYABLE,
        )
        return bool(done)

    async def take(self, consumer: str, *, count: int, block: float) -> list[Delivery]:
        """First what a dead consumer left, else what is new. `block` is cut to stay below the client's own timeout."""
        left = await self._left(consumer, count)
        if left:
            return left
        milliseconds = max(1, int(min(block, ANSWER_TIMEOUT / 2) * 1000))
        streams = await self._grouped(
            lambda: self._redis.xreadgroup(
                GROUP, consumer, {self._keys.inbox: ">"}, count=count, block=milliseconds
            )
        )
        return await self._readable([entry for _, entries in streams or () for entry in entries], {})

    async def keep(self, delivery: Delivery, consumer: str) -> None:
        """Still at work: start its idle time anew, so that nobody else takes it."""
        await self._database.ask(
            self._redis.xclaim(self._keys.inbox, GROUP, consumer, 0, [delivery.entry], justid=True)
        )

    async def done(self, delivery: Delivery) -> None:
        """Forget it."""
        pipe = self._redis.pipeline(transaction=True)
        pipe.xack(self._keys.inbox, GROUP, delivery.entry)
        pipe.xdel(self._keys.inbox, delivery.entry)
        await self._database.ask(pipe.execute())

    async def bury(self, delivery: Delivery, reason: str) -> None:
        """Move it to the dead ones."""
        await self._bury_entry(delivery.entry, reason)
        log.error(
            "command buried", command=delivery.command.id, verb=delivery.command.verb.value, reason=reason
        )

    async def _left(self, consumer: str, count: int) -> list[Delivery]:
        answer = await self._grouped(
            lambda: self._redis.xautoclaim(self._keys.inbox, GROUP, consumer, self._idle, count=count)
        )
        entries: list[Entry] = answer[1]
        if not entries:
            return []
        pending = await self._database.ask(
            self._redis.xpending_range(
                self._keys.inbox,
                GROUP,
                min=entries[0][0],
                max=entries[-1][0],
                count=count,
                consumername=consumer,
            )
        )
        return await self._readable(
            entries, {each["message_id"]: each["times_delivered"] for each in pending}
        )

    async def _grouped(self, question: Callable[[], Awaitable[Any]]) -> Any:
        """Ask of the group, which is made when somebody first asks."""
        try:
            return await self._database.ask(question())
        except ResponseError as error:
            if not str(error).startswith("NOGROUP"):
                raise
        await self._make_group()
        return await self._database.ask(question())

    async def _make_group(self) -> None:
        try:
            await self._database.ask(
                self._redis.xgroup_create(self._keys.inbox, GROUP, id="0", mkstream=True)
            )
        except ResponseError as error:
            if not str(error).startswith("BUSYGROUP"):
                raise

    async def _readable(self, entries: Sequence[Entry], attempts: dict[bytes, int]) -> list[Delivery]:
        """What can be read; what cannot is buried, or it would come back for ever."""
        deliveries = []
        for entry, fields in entries:
            try:
                command = COMMAND.decode(fields[b"c"])
            except (UnreadableError, KeyError) as error:
                log.exception("unreadable command buried", entry=entry.decode())
                await self._bury_entry(entry.decode(), f"unreadable: {error}")
                continue
            deliveries.append(Delivery(entry=entry.decode(), command=command, attempt=attempts.get(entry, 1)))
        return deliveries

    async def _bury_entry(self, entry: str, reason: str) -> None:
        await self._bury((self._keys.inbox, self._keys.dead), GROUP, entry, reason, KEPT_DEAD)
