"""What is to be said in channels, one lane per card: `bot.ports.Lanes` in Redis."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

import structlog
from redis.asyncio import Redis

from bot.messages.message import Rank, Reply
from bot.ports import Lane
from bot.store.codec import UnreadableError
from bot.store.commit import MESSAGE, POST, Commit
from bot.store.database import Argument, Database
from bot.store.keys import LANE_TTL

FIRST_POSTS = 50

log = structlog.get_logger(__name__)


def _milliseconds(seconds: float) -> int:
    return max(0, round(seconds * 1000))


class RedisLanes:
    """See `bot.ports.Lanes` for the contract."""

    def __init__(self, redis: Redis, team: str) -> None:
        self._database = Database(redis, team)
        self._keys = self._database.keys
        self._commit = Commit(self._database)
        self._claim = self._database.script("claim_lane")
        self._begin = self._database.script("begin_lane")
        self._record = self._database.script("record_lane")
        self._release = self._database.script("release_lane")
        self._stop = self._database.script("stop_lane")
        self._let_in = self._database.script("let_in")

    async def claim(self, *, lease: float) -> Lane | None:
        claim = uuid4().hex
        found = await self._claim(
            self._keys.due,
            self._keys.lane(""),
            self._keys.posts(""),
            claim,
            _milliseconds(lease),
            FIRST_POSTS,
        )
        if not found:
            return None
        name, fields = found[0].decode(), found[1]
        try:
            return _lane(name, claim, fields)
        except (UnreadableError, ValueError):  # of a newer version, say: the other lanes go on
            log.exception("a lane that can't be read is left aside", lane=name)
        unreadable = Lane(name=name, channel=fields[0].decode(), claim=claim)
        await self.park(unreadable, reason="unreadable", retry_after=0.0)
        return await self.claim(lease=lease)

    async def begin(self, lane: Lane, keys: Sequence[str], *, lease: float) -> bool:
        noted: int = await self._begin(
            self._touched(lane), lane.claim, lane.name, "\n".join(keys), lane.digest, _milliseconds(lease)
        )
        return noted == 1

    async def posted(self, lane: Lane, keys: Sequence[str], *, ts: str) -> Lane | None:
        posts = [key for key in keys if key != lane.name]
        return await self._recorded(lane, "posted", "\n".join(keys), ts, len(posts))

    async def updated(self, lane: Lane) -> Lane | None:
        return await self._recorded(lane, "updated", lane.digest, "", 0)

    async def release(
        self, lane: Lane, *, after: float = 0.0, failed: bool = False, unsure: bool = False
    ) -> None:
        await self._release(
            self._touched(lane), lane.claim, lane.name, _milliseconds(after), int(failed), int(unsure)
        )

    async def park(self, lane: Lane, *, reason: str, retry_after: float, tell: Reply | None = None) -> None:
        if tell:
            await self._commit(replies=[tell])
        await self._stop(
            (*self._touched(lane), self._keys.parked(lane.channel)),
            lane.claim,
            lane.name,
            "parked",
            reason,
            _milliseconds(retry_after),
            LANE_TTL,
        )

    async def mute(self, lane: Lane) -> None:
        await self._stop(self._touched(lane), lane.claim, lane.name, "muted", "1")

    async def let_in(self, channel: str) -> None:
        """The bot may speak there again: what waited for that is due."""
        await self._let_in(
            [self._keys.parked(channel), *self._keys.due], self._keys.lane(""), self._keys.posts("")
        )

    async def ts_of(self, lane: str) -> str | None:
        key = self._keys.lane(lane)
        ts, muted = await self._database.ask(self._database.redis.hmget(key, "ts", "muted"))
        return ts.decode() if ts and not muted else None

    async def _recorded(self, lane: Lane, *args: Argument) -> Lane | None:
        fields = await self._record(self._touched(lane), lane.claim, *args, FIRST_POSTS)
        return _lane(lane.name, lane.claim, fields) if fields else None

    def _touched(self, lane: Lane) -> tuple[str, ...]:
        return self._keys.lane(lane.name), self._keys.posts(lane.name), *self._keys.due


def _lane(name: str, claim: str, fields: list[Any]) -> Lane:
    """A lane out of `snapshot` in `scripts/shared.lua`."""
    channel, ts, root, digest, shown, rank, sending, since, failures, refused = fields[:10]
    return Lane(
        name=name,
        channel=channel.decode(),
        claim=claim,
        ts=ts.decode(),
        root=MESSAGE.decode(root) if root and digest != shown else None,
        digest=digest.decode(),
        rank=Rank(int(rank or Rank.PROGRESS)),
        posts=tuple(POST.decode(post[1:]) for post in fields[10]),
        sending=tuple(sending.decode().split("\n")) if sending else (),
        since=int(since or 0) / 1000,
        failures=int(failures or 0),
        on_refused=refused.decode(),
    )
