"""Whose turn it is: what is asked of one stack is done in the order in which it was asked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from weakref import WeakValueDictionary

from bot.domain.commands import Command, Verb

# They change nothing, so that their order among others does not matter: nobody waits behind a slow create to read a log.
READS = frozenset(
    {
        Verb.STATUS,
        Verb.LOGS,
        Verb.SEND_LOG,
        Verb.HISTORY,
        Verb.CAN,
        Verb.AUDIT,
        Verb.WHOAMI,
        Verb.SETTINGS,
        Verb.EDIT_SETTINGS,
        Verb.HOME,
    }
)
_SHORT = 2  # parts of a stack's name


class Turns:
    """Turns by name: first come, first served among those of one name, at once for different names. Ordered within one process only."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def take(self, name: str) -> AsyncIterator[None]:
        """Wait for the turn, and have it until the end of the block. A name that nobody waits for is forgotten."""
        lock = self._locks.get(name) or asyncio.Lock()
        self._locks[name] = lock
        async with lock:
            yield


def turn_of(command: Command) -> str:
    """What a command waits for: others about its deployment, its stack (`acme/web/dev` is `web/dev`) or its request; else nobody."""
    if command.verb in READS:
        return command.id
    stack = "/".join(command.stack.split("/")[-_SHORT:])
    return command.deployment_id or stack or command.request_id or command.id
