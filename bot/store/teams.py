"""Which Slack workspaces have something in this Redis: for what operators ask without Slack."""

from __future__ import annotations

from redis.asyncio import Redis

from bot.store.database import Database
from bot.store.keys import Keys, team_of


async def teams(redis: Redis) -> list[str]:
    """Workspaces with records, links or open requests. Raises StoreUnavailableError."""
    anywhere, database, found = Keys("*"), Database(redis, ""), set[str]()
    for pattern in (anywhere.audit, anywhere.links, anywhere.awaiting):
        cursor = -1
        while cursor:
            cursor, keys = await database.ask(redis.scan(max(cursor, 0), match=pattern, count=1000))
            found |= {team_of(key.decode()) for key in keys}
    return sorted(found)
