"""Known stacks of an organisation."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.stacks import StackRef
from bot.store.database import Database


class Stacks:
    """The part of `State` about stacks."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, org: str) -> frozenset[StackRef]:
        """All that were ever seen."""
        found = await self._database.ask(self._database.redis.smembers(self._database.keys.stacks(org)))
        return frozenset(StackRef(org, *each.decode().split("/", 1)) for each in found)

    async def add(self, org: str, stacks: Sequence[StackRef]) -> None:
        """Remember more."""
        if stacks:
            names = [each.short for each in stacks]
            await self._database.ask(self._database.redis.sadd(self._database.keys.stacks(org), *names))
