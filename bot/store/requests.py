"""Requests and who waits for votes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from math import inf

import structlog

from bot.domain.audit import Entry
from bot.domain.requests import Request, due
from bot.messages.message import Reply, Say
from bot.store.codec import Codec, UnreadableError
from bot.store.commit import Command, Commit, Guard
from bot.store.database import Database
from bot.store.keys import REQUEST_TTL

log = structlog.get_logger(__name__)

REQUEST = Codec(Request)
SCANNED = 500  # keys looked at by one question


def readable(request_id: str, raw: bytes) -> Request | None:
    """A record, or None where it can't be read: it is told in the log, and stops nobody else."""
    try:
        return REQUEST.decode(raw)
    except UnreadableError:
        log.exception("a request can't be read", request=request_id)
        return None


class Requests:
    """The part of `State` about requests."""

    def __init__(self, database: Database, commit: Commit) -> None:
        self._database = database
        self._keys = database.keys
        self._commit = commit

    async def get(self, request_id: str) -> Request | None:
        """A request by its id."""
        raw = await self._raw(request_id)
        return REQUEST.decode(raw) if raw else None

    async def add(
        self, request: Request, *, say: Sequence[Say], replies: Sequence[Reply], audit: Sequence[Entry] = ()
    ) -> Request:
        """Record it unless one with its id exists; answers the one that is recorded."""
        guard = Guard(self._keys.request(request.id), "body", None)
        outcome = await self._commit(
            guard=guard, writes=self._writes(request), say=say, replies=replies, audit=audit
        )
        return REQUEST.decode(outcome.there) if outcome.there else request

    async def change(
        self,
        before: Request,
        after: Request,
        *,
        say: Sequence[Say],
        replies: Sequence[Reply],
        audit: Sequence[Entry] = (),
    ) -> bool:
        """Replace `before`. Compared as a record first, so that one of an older version can be replaced, then by its bytes."""
        raw = await self._raw(before.id)
        if raw is None or REQUEST.decode(raw) != before:
            return False
        guard = Guard(self._keys.request(before.id), "body", raw)
        outcome = await self._commit(
            guard=guard, writes=self._writes(after), say=say, replies=replies, audit=audit
        )
        return outcome.done

    async def awaiting(self) -> tuple[Request, ...]:
        """Those that are open and can be read, the first to be looked at first."""
        redis, ask = self._database.redis, self._database.ask
        ids = await ask(redis.zrange(self._keys.awaiting, 0, -1))
        if not ids:
            return ()
        pipe = redis.pipeline(transaction=False)
        for request_id in ids:
            pipe.hget(self._keys.request(request_id.decode()), "body")
        found = await ask(pipe.execute())
        if expired := [each for each, raw in zip(ids, found, strict=True) if not raw]:
            await ask(redis.zrem(self._keys.awaiting, *expired))
        read = [readable(each.decode(), raw) for each, raw in zip(ids, found, strict=True) if raw]
        return tuple(request for request in read if request)

    async def all(self) -> AsyncIterator[Request]:
        """All that are on record, those that are over as well, in no order."""
        redis, ask, cursor = self._database.redis, self._database.ask, -1
        while cursor:
            cursor, keys = await ask(redis.scan(max(cursor, 0), match=self._keys.request("*"), count=SCANNED))
            pipe = redis.pipeline(transaction=False)
            for key in keys:
                pipe.hget(key, "body")
            for raw in await ask(pipe.execute()):
                if raw:
                    yield REQUEST.decode(raw)

    async def _raw(self, request_id: str) -> bytes | None:
        raw: bytes | None = await self._database.ask(
            self._database.redis.hget(self._keys.request(request_id), "body")
        )
        return raw

    def _writes(self, request: Request) -> list[Command]:
        key = self._keys.request(request.id)
        return [
            ("HSET", key, "body", REQUEST.encode(request)),
            ("EXPIRE", key, REQUEST_TTL),
            self._waiting(request),
        ]

    def _waiting(self, request: Request) -> Command:
        if not request.is_watched:
            return ("ZREM", self._keys.awaiting, request.id)
        moment = due(request)
        return ("ZADD", self._keys.awaiting, "+inf" if moment == inf else repr(moment), request.id)
