"""Options of commands that asked "are you sure": kept until the answer, since a button has no room for them."""

from __future__ import annotations

from bot.domain.options import NONE, Options
from bot.store.codec import Codec
from bot.store.database import Database
from bot.store.keys import OPTIONS_TTL

OPTIONS = Codec(Options)


class KeptOptions:
    """The part of `State` about options. Secrets in them are sealed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, command_id: str) -> Options:
        """What was kept, or none."""
        raw = await self._database.ask(self._database.redis.get(self._database.keys.options(command_id)))
        return OPTIONS.decode(raw) if raw else NONE

    async def put(self, command_id: str, options: Options) -> None:
        """Keep them for a day."""
        key = self._database.keys.options(command_id)
        await self._database.ask(self._database.redis.set(key, OPTIONS.encode(options), ex=OPTIONS_TTL))
