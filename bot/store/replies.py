"""Private answers that wait to be sent: `bot.ports.Replies` in Redis."""

from __future__ import annotations

from uuid import uuid4

import structlog
from redis.asyncio import Redis

from bot.ports import QueuedReply
from bot.store.codec import UnreadableError
from bot.store.commit import REPLY
from bot.store.database import Argument, Database

log = structlog.get_logger(__name__)


class RedisReplies:
    """See `bot.ports.Replies` for the contract. They are queued by `RedisState`, together with a change."""

    def __init__(self, redis: Redis, team: str) -> None:
        self._database = Database(redis, team)
        self._keys = self._database.keys
        self._claim = self._database.script("claim_reply")
        self._change = self._database.script("change_reply")

    async def claim(self, *, lease: float) -> QueuedReply | None:
        claim = uuid4().hex
        found = await self._claim([self._keys.replies], self._keys.reply(""), claim, round(lease * 1000))
        if not found:
            return None
        key, body, begun, failures = found
        try:
            reply = REPLY.decode(body)
        except UnreadableError:  # of a newer version, say: the other answers go on
            log.exception("an answer that can't be read is dropped", key=key.decode())
            await self._changed(key.decode(), claim, "finish")
            return await self.claim(lease=lease)
        return QueuedReply(reply=reply, claim=claim, begun=begun == b"1", failures=int(failures or 0))

    async def begin(self, queued: QueuedReply) -> bool:
        return await self._changed(queued.reply.key, queued.claim, "begin")

    async def retry(self, queued: QueuedReply, *, after: float, failed: bool = True) -> None:
        await self._changed(queued.reply.key, queued.claim, "retry", round(after * 1000), int(failed))

    async def finish(self, queued: QueuedReply) -> None:
        await self._changed(queued.reply.key, queued.claim, "finish")

    async def _changed(self, key: str, claim: str, *args: Argument) -> bool:
        done: int = await self._change((self._keys.reply(key), self._keys.replies), claim, key, *args)
        return done == 1
