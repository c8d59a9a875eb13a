"""Who linked which Pulumi login.

A login is held in a key of its own, since workspaces that share a Redis share the logins: it is claimed before a link is kept and let
go of after one is removed, so that no crash leaves a link whose login somebody else could take.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from uuid import uuid4

from bot.domain.audit import Entry
from bot.domain.links import Link, same_login
from bot.messages.message import Reply
from bot.store.codec import Codec
from bot.store.commit import Commit, Guard
from bot.store.database import Database
from bot.store.keys import login

LINK = Codec(Link)
# Changes of one person's link that meet; each retry means that another one was made.
RACES = 10


class PersonalLinks:
    """The part of `State` about links."""

    def __init__(self, database: Database, commit: Commit) -> None:
        self._database = database
        self._keys = database.keys
        self._commit = commit
        self._claim = database.script("claim_login")
        self._release = database.script("release_login")

    async def get(self, user: str) -> Link | None:
        """One that is being removed is none."""
        raw = await self._raw(user)
        link = LINK.decode(raw) if raw else None
        return link if link and link.token else None

    async def all(self) -> tuple[Link, ...]:
        """Every link of the workspace."""
        users = await self._database.ask(self._database.redis.smembers(self._keys.links))
        found = [await self.get(user.decode()) for user in sorted(users)]
        return tuple(link for link in found if link)

    async def add(self, link: Link, *, replies: Sequence[Reply], audit: Sequence[Entry]) -> bool:
        """See `bot.ports.Links`."""
        mine = f"{self._keys.team}/{link.user}/"
        claim = f"{mine}{uuid4().hex}"
        for _ in range(RACES):
            raw = await self._raw(link.user)
            before = LINK.decode(raw) if raw else None
            if before and not before.token:
                await self._forget(before, raw)
                continue
            if before and not same_login(before.login, link.login):
                await self._release([login(link.login)], claim)  # from an earlier round, if at all
                return False
            if not await self._claim([login(link.login)], claim, mine):
                return False
            if await self._write(replace(link, claim=claim), raw, replies=replies, audit=audit):
                return True
        return False

    async def remove(self, user: str, *, replies: Sequence[Reply], audit: Sequence[Entry]) -> Link | None:
        """See `bot.ports.Links`; delivered again after a crash it goes on where it was."""
        for _ in range(RACES):
            raw = await self._raw(user)
            before = LINK.decode(raw) if raw else None
            if before is None or raw is None:
                return None
            if not before.token:
                await self._forget(before, raw)
                return before
            await self._write(replace(before, token=""), raw, replies=replies, audit=audit)
        return None

    async def reseal(self, before: Link, after: Link) -> bool:
        """Replace a token by the same under another key, unless somebody changed the link meanwhile."""
        raw = await self._raw(before.user)
        return raw is not None and LINK.decode(raw) == before and await self._write(after, raw)

    async def _write(
        self,
        link: Link,
        expected: bytes | None,
        *,
        replies: Sequence[Reply] = (),
        audit: Sequence[Entry] = (),
    ) -> bool:
        key = self._keys.link(link.user)
        outcome = await self._commit(
            guard=Guard(key, "body", expected),
            writes=[("HSET", key, "body", LINK.encode(link)), ("SADD", self._keys.links, link.user)],
            replies=replies,
            audit=audit,
        )
        return outcome.done

    async def _forget(self, link: Link, raw: bytes | None) -> None:
        key = self._keys.link(link.user)
        await self._release([login(link.login)], link.claim)
        await self._commit(
            guard=Guard(key, "body", raw), writes=[("DEL", key), ("SREM", self._keys.links, link.user)]
        )

    async def _raw(self, user: str) -> bytes | None:
        raw: bytes | None = await self._database.ask(self._database.redis.hget(self._keys.link(user), "body"))
        return raw
