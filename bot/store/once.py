"""What may be done only once outside: `bot.ports.Once` in Redis."""

from __future__ import annotations

from redis.asyncio import Redis

from bot.store.database import Database
from bot.store.keys import ONCE_TTL


class RedisOnce:
    """See `bot.ports.Once` for the contract."""

    def __init__(self, redis: Redis, team: str) -> None:
        self._database = Database(redis, team)

    async def begin(self, key: str) -> str:
        name = self._database.keys.once(key)
        before = await self._database.ask(
            self._database.redis.set(name, "begun", nx=True, get=True, ex=ONCE_TTL)
        )
        return before.decode() if before else "new"

    async def finish(self, key: str) -> None:
        await self._database.ask(self._database.redis.set(self._database.keys.once(key), "done", ex=ONCE_TTL))
