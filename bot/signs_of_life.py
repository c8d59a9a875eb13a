"""Signs of life of work that takes long, so that nobody takes it for abandoned."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable

from bot.errors import StoreUnavailableError


@contextlib.asynccontextmanager
async def signs_of_life(give: Callable[[], Awaitable[None]], *, every: float) -> AsyncIterator[None]:
    """Within it, `give` is called each so many seconds; one that does not reach Redis is followed by another."""
    task = asyncio.create_task(_keep(give, every))
    try:
        yield
    finally:
        task.cancel()


async def _keep(give: Callable[[], Awaitable[None]], every: float) -> None:
    """Until canceled, even where that is lost on the way.

    An answer that comes at the same moment swallows it in Python 3.11's `asyncio.wait_for`, with which the Redis client sends.
    """
    this = asyncio.current_task()
    while not (this and this.cancelling()):
        await asyncio.sleep(every)
        with contextlib.suppress(StoreUnavailableError):
            await give()
