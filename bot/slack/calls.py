"""Slack's methods that somebody waits for: each in its turn, and a 429 told to all workers. What is posted goes by the outbox."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from bot.errors import SlackError
from bot.slack.api import RATE_LIMITED, Json, SlackApi
from bot.slack.budget import SlackBudget

PAGE_SIZE = 200
PAGES = 50


class SlackCalls:
    """Raises SlackError; waiting for a turn takes ten seconds at most."""

    def __init__(self, api: SlackApi, budget: SlackBudget) -> None:
        self._api = api
        self._budget = budget

    async def read(self, method: str, **arguments: Any) -> Json:
        """A method that only reads."""
        return await self._in_turn(self._api.read, method, arguments)

    async def write(self, method: str, **arguments: Any) -> Json:
        """A method that changes something."""
        return await self._in_turn(self._api.write, method, arguments)

    async def pages(self, method: str, what: str, **arguments: Any) -> list[Any]:
        """All that a list holds under `what`, page by page (https://docs.slack.dev/apis/web-api/pagination)."""
        found: list[Any] = []
        cursor = ""
        for _ in range(PAGES):
            more = {"cursor": cursor} if cursor else {}
            page = await self.read(method, limit=PAGE_SIZE, **arguments, **more)
            found += page.get(what, [])
            cursor = (page.get("response_metadata") or {}).get("next_cursor", "")
            if not cursor:
                break
        return found

    async def _in_turn(
        self, call: Callable[..., Awaitable[Json]], method: str, arguments: dict[str, Any]
    ) -> Json:
        await self._budget.wait(method)
        try:
            return await call(method, **arguments)
        except SlackError as error:
            if error.code == RATE_LIMITED:
                await self._budget.refused(method, "", error.retry_after)
            raise
