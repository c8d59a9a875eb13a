"""Who paused what here, and why."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.audit import Entry
from bot.domain.pauses import Pause
from bot.messages.message import Reply, Say
from bot.store.codec import Codec
from bot.store.commit import Command, Commit
from bot.store.database import Database

PAUSE = Codec(Pause)


class Pauses:
    """The part of `State` about pauses."""

    def __init__(self, database: Database, commit: Commit) -> None:
        self._database = database
        self._keys = database.keys
        self._commit = commit

    async def get(self, org: str) -> dict[str, Pause]:
        """By `project/stack`, and `*` for the whole organisation."""
        found = await self._database.ask(self._database.redis.hgetall(self._keys.pauses(org)))
        return {name.decode(): PAUSE.decode(raw) for name, raw in found.items()}

    async def put(
        self,
        org: str,
        name: str,
        pause: Pause | None,
        *,
        say: Sequence[Say],
        replies: Sequence[Reply],
        audit: Sequence[Entry],
    ) -> None:
        """Remember one, or forget it."""
        key = self._keys.pauses(org)
        write: Command = ("HSET", key, name, PAUSE.encode(pause)) if pause else ("HDEL", key, name)
        await self._commit(writes=[write], say=say, replies=replies, audit=audit)
