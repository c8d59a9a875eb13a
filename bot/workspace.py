"""Which Slack workspace the bot token belongs to: asked once, in the background, so that a start waits for nobody."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

log = structlog.get_logger("slack")
Ask = Callable[[], Awaitable[str]]
LONGEST_PAUSE = 30.0


class Workspace:
    """`team` is empty until Slack has answered; `known` waits for it."""

    def __init__(self) -> None:
        self.team = ""
        self._known = asyncio.Event()

    async def discover(self, ask: Ask, *, pause: float = 0.5) -> None:
        """Ask for the team's id until there is an answer, with pauses (seconds) that double. `ask` raises OSError-like errors."""
        while not self.team:
            try:
                self.team = await ask()
            except Exception as error:  # noqa: BLE001  whatever kept Slack from answering, ask again
                log.warning("slack does not say which workspace this is", reason=str(error), again_in=pause)
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
        self._known.set()

    async def known(self) -> str:
        """The team's id, as soon as it is known."""
        await self._known.wait()
        return self.team

    def is_ours(self, team: str | None) -> bool:
        """Whether a request is from this workspace; before Slack has answered, its signature is enough."""
        return not self.team or team == self.team
