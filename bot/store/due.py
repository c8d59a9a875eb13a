"""Which organisation is looked at next, and by whom."""

from __future__ import annotations

from uuid import uuid4

from bot.store.database import Database


class Due:
    """The part of `State` about turns. An instance is one worker: it gives back only what it claimed itself."""

    def __init__(self, database: Database) -> None:
        keys = database.keys
        self._keys = [keys.looks, keys.look_claims, keys.look_wishes]
        self._owner = uuid4().hex
        self._claim = database.script("claim_look")
        self._schedule = database.script("schedule_look")

    async def claim(self, now: float, *, lease: float) -> str | None:
        """An organisation whose look is due (Unix seconds)."""
        org: bytes | None = await self._claim(self._keys, repr(now), repr(lease), self._owner)
        return org.decode() if org else None

    async def schedule(self, org: str, at: float, *, release: bool) -> None:
        """When to look next."""
        await self._schedule(self._keys, org, repr(at), self._owner, int(release))
