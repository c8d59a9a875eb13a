"""Who keeps a stack to themselves."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.audit import Entry
from bot.domain.locks import Lock
from bot.domain.stacks import StackRef
from bot.messages.message import Reply, Say
from bot.store.codec import Codec
from bot.store.commit import Command, Commit, Guard
from bot.store.database import Database

LOCK = Codec(Lock)


class Locks:
    """The part of `State` about locks."""

    def __init__(self, database: Database, commit: Commit) -> None:
        self._database = database
        self._keys = database.keys
        self._commit = commit

    async def get(self, stack: StackRef) -> Lock | None:
        """The lock of a stack, one that ran out as well."""
        raw = await self._raw(stack)
        return LOCK.decode(raw) if raw else None

    async def all(self, org: str) -> tuple[Lock, ...]:
        """Those of an organisation, by the stack's name."""
        redis, ask = self._database.redis, self._database.ask
        names = sorted(name.decode() for name in await ask(redis.smembers(self._keys.locked(org))))
        if not names:
            return ()
        pipe = redis.pipeline(transaction=False)
        for name in names:
            pipe.hget(self._keys.lock(org, name), "body")
        return tuple(LOCK.decode(raw) for raw in await ask(pipe.execute()) if raw)

    async def change(
        self,
        stack: StackRef,
        before: Lock | None,
        after: Lock | None,
        *,
        say: Sequence[Say],
        replies: Sequence[Reply],
        audit: Sequence[Entry],
    ) -> bool:
        """Replace one; False when it is no longer `before`."""
        raw = await self._raw(stack)
        if (LOCK.decode(raw) if raw else None) != before:
            return False
        guard = Guard(self._keys.lock(stack.org, stack.short), "body", raw)
        outcome = await self._commit(
            guard=guard, writes=self._writes(stack, after), say=say, replies=replies, audit=audit
        )
        return outcome.done

    async def _raw(self, stack: StackRef) -> bytes | None:
        key = self._keys.lock(stack.org, stack.short)
        raw: bytes | None = await self._database.ask(self._database.redis.hget(key, "body"))
        return raw

    def _writes(self, stack: StackRef, after: Lock | None) -> list[Command]:
        key, names = self._keys.lock(stack.org, stack.short), self._keys.locked(stack.org)
        if after is None:
            return [("HDEL", key, "body"), ("SREM", names, stack.short)]
        return [("HSET", key, "body", LOCK.encode(after)), ("SADD", names, stack.short)]
