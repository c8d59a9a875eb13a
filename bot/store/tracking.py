"""Deployments as they were last seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.audit import Entry
from bot.messages.message import Reply, Say
from bot.ports import Tracked
from bot.store.codec import Codec
from bot.store.commit import Command, Commit, Guard
from bot.store.database import Database
from bot.store.keys import TRACKED_TTL

TRACKED = Codec(Tracked)


class Tracking:
    """The part of `State` about deployments."""

    def __init__(self, database: Database, commit: Commit) -> None:
        self._database = database
        self._keys = database.keys
        self._commit = commit
        self._look = database.script("look")

    async def get(self, org: str, deployment_ids: Sequence[str]) -> dict[str, Tracked]:
        """What is known of them. Looking keeps a record alive: one that the list still shows must not be told anew.

        One whose record ran out all the same is not active any more.
        """
        if not deployment_ids:
            return {}
        keys = [self._keys.tracked(org, each) for each in deployment_ids]
        found = await self._look([self._keys.active(org), *keys], TRACKED_TTL, *deployment_ids)
        return {each: TRACKED.decode(raw) for each, raw in zip(deployment_ids, found, strict=True) if raw}

    async def active(self, org: str) -> frozenset[str]:
        """Ids of those that are not over."""
        found = await self._database.ask(self._database.redis.smembers(self._keys.active(org)))
        return frozenset(each.decode() for each in found)

    async def save(
        self, tracked: Tracked, *, say: Sequence[Say], replies: Sequence[Reply], audit: Sequence[Entry] = ()
    ) -> bool:
        """Save as the next revision, unless somebody else did."""
        deployment = tracked.deployment
        key = self._keys.tracked(deployment.stack.org, deployment.id)
        expected = str(tracked.revision).encode() if tracked.revision else None
        outcome = await self._commit(
            guard=Guard(key, "revision", expected),
            writes=self._writes(key, replace(tracked, revision=tracked.revision + 1)),
            say=say,
            replies=replies,
            audit=audit,
        )
        return outcome.done

    def _writes(self, key: str, tracked: Tracked) -> list[Command]:
        deployment = tracked.deployment
        return [
            ("HSET", key, "body", TRACKED.encode(tracked), "revision", tracked.revision),
            ("EXPIRE", key, TRACKED_TTL),
            ("SREM" if tracked.is_over else "SADD", self._keys.active(deployment.stack.org), deployment.id),
        ]
