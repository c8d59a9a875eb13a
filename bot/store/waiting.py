"""Who looks after which request that waits."""

from __future__ import annotations

from uuid import uuid4

from bot.domain.requests import Request
from bot.store.database import Database
from bot.store.requests import readable


class Waiting:
    """The part of `State` about what waits. An instance is one worker: it keeps and gives back only what it claimed itself."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._keys = database.keys
        self._owner = uuid4().hex
        self._claim = database.script("claim_waiting")
        self._keep = database.script("keep_waiting")

    async def claim(self, now: float, *, lease: float, count: int) -> tuple[Request, ...]:
        """What is due and can be read; what can't is left alone until the lease is over."""
        keys = [self._keys.awaiting, self._keys.awaiting_claims]
        found = [
            each.decode() for each in await self._claim(keys, repr(now), repr(lease), self._owner, count)
        ]
        return tuple([each for each in [await self._read(one) for one in found] if each])

    async def keep(self, request_id: str, *, until: float) -> None:
        """Somebody is still at work on it."""
        await self._keep([self._keys.awaiting_claims], request_id, self._owner, repr(until))

    async def release(self, request_id: str) -> None:
        """Nobody is any more."""
        await self._keep([self._keys.awaiting_claims], request_id, self._owner)

    async def _read(self, request_id: str) -> Request | None:
        redis, ask = self._database.redis, self._database.ask
        raw = await ask(redis.hget(self._keys.request(request_id), "body"))
        if not raw:  # its record ran out
            await ask(redis.zrem(self._keys.awaiting, request_id))
            await self.release(request_id)
            return None
        return readable(request_id, raw)
