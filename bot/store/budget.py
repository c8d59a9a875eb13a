"""Slack's rate limits, counted for all workers at once: `bot.ports.Budget` in Redis."""

from __future__ import annotations

from redis.asyncio import Redis

from bot.store.database import Database


class RedisBudget:
    """GCRA, the generic cell rate algorithm: one number per limit, the moment at which the bucket is empty again.

    A script of our own and not a library's: callers of different rank share that one number and bring their own `burst`, so
    that the lowly run dry first and leave the rest to those who matter. In any minute at most `burst + 60 / interval` calls pass.
    """

    def __init__(self, redis: Redis, team: str) -> None:
        self._database = Database(redis, team)
        self._script = self._database.script("bucket")

    async def take(self, bucket: str, *, interval: float, burst: float, hold: float = 0.0) -> float:
        wait: int = await self._run(bucket, "take", interval, interval * (burst - 1), hold)
        return wait / 1000

    async def free(self, bucket: str, *, pause: float) -> None:
        await self._run(bucket, "free", pause)

    async def block(self, bucket: str, *, seconds: float) -> None:
        await self._run(bucket, "block", seconds)

    async def _run(self, bucket: str, what: str, *seconds: float) -> int:
        milliseconds = [round(each * 1000) for each in seconds]
        wait: int = await self._script([self._database.keys.budget(bucket)], what, *milliseconds)
        return wait
