"""One place that talks to Redis: runs scripts and turns its silence into `StoreUnavailableError`."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from redis import exceptions
from redis.asyncio import Redis

from bot.errors import StoreUnavailableError
from bot.store.keys import Keys

Argument = bytes | str | int | float

UNAVAILABLE = (
    exceptions.ConnectionError,
    exceptions.TimeoutError,
    exceptions.OutOfMemoryError,
    exceptions.ReadOnlyError,
    exceptions.ClusterDownError,
    exceptions.MasterDownError,
)
# Answers without a class of their own that say: not now.
NOT_NOW = ("MISCONF", "NOREPLICAS", "LOADING", "TRYAGAIN")


# What uses functions of `shared.lua`; the others, `put` before all, are spared building them.
SHARED = re.compile(r"\b(now_ms|pending_rank|due_at|due_since|snapshot)\(")


@cache
def source_of(name: str) -> str:
    """The text of `scripts/<name>.lua`, led by what scripts share where it needs that."""
    folder = files("bot.store").joinpath("scripts")
    text = folder.joinpath(f"{name}.lua").read_text()
    return f"{folder.joinpath('shared.lua').read_text()}\n{text}" if SHARED.search(text) else text


class Database:
    """A Redis client, a workspace's keys and the scripts. Nothing connects until the first question."""

    def __init__(self, redis: Redis, team: str) -> None:
        self.redis = redis
        self.keys = Keys(team)

    async def ask(self, answer: Awaitable[Any]) -> Any:
        """Wait for an answer: texts are bytes. Raises StoreUnavailableError when there is none, or Redis cannot write now."""
        try:
            return await answer
        except UNAVAILABLE as error:
            raise StoreUnavailableError(str(error)) from error
        except exceptions.ResponseError as error:
            if str(error).startswith(NOT_NOW):
                raise StoreUnavailableError(str(error)) from error
            raise

    def script(self, name: str) -> Script:
        """`scripts/<name>.lua`, ready to run."""
        return Script(self, name)


class Script:
    """A Lua script: one round trip by its hash, loaded when the server does not know it yet."""

    def __init__(self, database: Database, name: str) -> None:
        self._database = database
        self._script = database.redis.register_script(source_of(name))

    async def __call__(self, keys: Sequence[str], *args: Argument) -> Any:
        return await self._database.ask(self._script(keys, args))
