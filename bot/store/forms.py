"""What was filled in and waits to be saved: kept under the id of the command that showed it. The part of `bot.ports.State` about forms."""

from __future__ import annotations

from bot.store.database import Database
from bot.store.keys import FORM_TTL


class Forms:
    """Bodies are sealed by those who keep them, wherever there is a key to seal with."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, form_id: str) -> str:
        """The body; empty when it was never kept, or is too old."""
        raw = await self._database.ask(self._database.redis.get(self._database.keys.form(form_id)))
        return raw.decode() if raw else ""

    async def put(self, form_id: str, body: str) -> None:
        """Keep it for half an hour from now."""
        key = self._database.keys.form(form_id)
        await self._database.ask(self._database.redis.set(key, body, ex=FORM_TTL))
