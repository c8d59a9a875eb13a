"""The last look at an organisation, and since when it is watched."""

from __future__ import annotations

from bot.domain.overview import Overview
from bot.store.codec import Codec
from bot.store.database import Database
from bot.store.keys import OVERVIEW_TTL

OVERVIEW = Codec(Overview)


class Overviews:
    """The part of `State` about whole organisations."""

    def __init__(self, database: Database) -> None:
        self._ask = database.ask
        self._redis = database.redis
        self._keys = database.keys

    async def get(self, org: str) -> Overview | None:
        """The last look."""
        raw = await self._ask(self._redis.get(self._keys.overview(org)))
        return OVERVIEW.decode(raw) if raw else None

    async def save(self, overview: Overview) -> None:
        """Keep a look."""
        await self._ask(
            self._redis.set(self._keys.overview(overview.org), OVERVIEW.encode(overview), ex=OVERVIEW_TTL)
        )

    async def horizon(self, org: str) -> float | None:
        """Since when it is watched (Unix seconds)."""
        at: float | None = await self._ask(self._redis.zscore(self._keys.horizons, org))
        return at

    async def set_horizon(self, org: str, at: float) -> None:
        """Move it forward."""
        await self._ask(self._redis.zadd(self._keys.horizons, {org: at}, gt=True))
