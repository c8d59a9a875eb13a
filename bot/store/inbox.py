"""Commands between the ack and the work: a Redis stream, and who is at work on which of them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count as counter
from uuid import uuid4

import structlog
from redis.asyncio import Redis

from bot.domain.commands import Command
from bot.domain.turns import turn_of
from bot.ports import Delivery
from bot.store.codec import Codec, UnreadableError
from bot.store.connect import ANSWER_TIMEOUT
from bot.store.database import Database

BACKLOG = 100_000  # commands; far beyond what people type, so that a forgotten worker cannot fill the memory
DEEPEST = 2_000  # commands that are looked through for one whose turn it is
KEPT_DEAD = 1_000
REPLAYABLE = 600_000  # milliseconds; Slack's signature is good for five minutes on either side of a clock
TURN_PAUSE = 0.05  # seconds between looks while something waits for its turn, or for a place
COMMAND = Codec(Command)

log = structlog.get_logger(__name__)


class RedisInbox:
    """See `bot.ports.Inbox` for the contract.

    `idle`: seconds after which an unfinished command goes to another worker. Work that takes longer says so by `keep`.
    """

    def __init__(self, redis: Redis, team: str, *, idle: float = 30.0) -> None:
        self._database = Database(redis, team)
        self._redis = redis
        self._keys = self._database.keys
        self._lease = int(idle * 1000)
        self._put = self._database.script("put")
        self._take = self._database.script("take")
        self._keep = self._database.script("keep")
        self._done = self._database.script("done")
        self._bury = self._database.script("bury")
        self._sign = uuid4().hex
        self._calls = counter()
        self._unanswered: dict[
            str, str
        ] = {}  # the ticket of a consumer's last take, while there is no answer to it

    async def put(self, command: Command, *, dedupe: str, window: float) -> bool:
        """One round trip. Sent twice by a retry it still counts once, and says so truly."""
        done = await self._put(
            (self._keys.inbox, self._keys.seen(dedupe), self._keys.seen(command.id)),
            COMMAND.encode(command),
            int(window * 1000),
            f"{self._sign}{next(self._calls)}",
            BACKLOG,
            REPLAYABLE,
            turn_of(command),
        )
        return bool(done)

    async def take(self, consumer: str, *, count: int, pages: int, block: float) -> list[Delivery]:
        """What can be done now; where that is nothing, what can be after the wait, which ends with the next command."""
        newest, waits, found = await self._handed_out(consumer, count, pages)
        if not found:
            # cut to stay below the client's own timeout
            pause = min(block, TURN_PAUSE if waits else ANSWER_TIMEOUT / 2)
            await self._database.ask(
                self._redis.xread({self._keys.inbox: newest}, count=1, block=max(1, int(pause * 1000)))
            )
            _, _, found = await self._handed_out(consumer, count, pages)
        return found

    async def keep(self, delivery: Delivery, consumer: str) -> None:
        """Still at work: start its lease anew, unless somebody else has it by now."""
        await self._keep([self._keys.claims], delivery.entry, consumer, self._lease)

    async def retry(self, delivery: Delivery, consumer: str, *, after: float) -> None:
        """Give it a lease of that length, which nobody renews."""
        await self._keep([self._keys.claims], delivery.entry, consumer, int(after * 1000))

    async def done(self, delivery: Delivery, consumer: str) -> None:
        """Forget it."""
        await self._done([self._keys.inbox, self._keys.claims], delivery.entry, consumer)

    async def bury(self, delivery: Delivery, reason: str) -> None:
        """Move it to the dead ones."""
        await self._bury_entry(delivery.entry, reason)
        log.error(
            "command buried", command=delivery.command.id, verb=delivery.command.verb.value, reason=reason
        )

    async def _handed_out(self, consumer: str, count: int, pages: int) -> tuple[bytes, bool, list[Delivery]]:
        ticket = self._unanswered.setdefault(consumer, f"{self._sign}{next(self._calls)}")
        newest, waits, found = await self._take(
            [self._keys.inbox, self._keys.claims], consumer, count, pages, self._lease, DEEPEST, ticket
        )
        self._unanswered.pop(consumer, None)
        return newest, bool(waits), await self._readable(found)

    async def _readable(self, found: Sequence[tuple[bytes, bytes, int]]) -> list[Delivery]:
        """What can be read; what cannot is buried, or it would come back for ever."""
        deliveries = []
        for raw, body, attempt in found:
            entry = raw.decode()
            try:
                deliveries.append(Delivery(entry=entry, command=COMMAND.decode(body), attempt=attempt))
            except UnreadableError as error:
                log.exception("unreadable command buried", entry=entry)
                await self._bury_entry(entry, f"unreadable: {error}")
        return deliveries

    async def _bury_entry(self, entry: str, reason: str) -> None:
        await self._bury((self._keys.inbox, self._keys.claims, self._keys.dead), entry, reason, KEPT_DEAD)
