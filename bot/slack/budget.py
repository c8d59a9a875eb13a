"""Slack's rate limits as a resource that ranks share and all workers count together.

Figures: https://docs.slack.dev/apis/web-api/rate-limits. In any minute at most `burst + per_minute` calls pass, two below
Slack's limit, since what counts there is when a call arrives and not when it leaves.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from bot.errors import SlackError
from bot.messages.message import Rank
from bot.ports import Budget

POST = "chat.postMessage"
UPDATE = "chat.update"
MINUTE = 60.0
# One post a second per channel. The next one starts a second after the last one's answer, as Slack got it before that.
POST_SPACING = 1.1
POST_PAUSE = 1.0
# A post whose worker died holds its channel no longer than this, in seconds; longer than a call may take.
POST_HOLD = 10.0
# What progress, on cards and on boards, leaves of chat.update, per minute, to outcomes.
RESERVE = 15
LONGEST_WAIT = 10.0


@dataclass(frozen=True, slots=True)
class Limit:
    """`burst` calls at once, then one every `interval` seconds."""

    burst: int
    interval: float


def limit_of(calls_a_minute: int) -> Limit:
    """Two fifths at once, the rest spread over the minute."""
    usable = calls_a_minute - 2
    burst = usable * 2 // 5
    return Limit(burst, MINUTE / (usable - burst))


TIER_2, TIER_3, TIER_4 = limit_of(20), limit_of(50), limit_of(100)
LIMITS = {
    UPDATE: TIER_3,
    "chat.postEphemeral": TIER_4,
    "conversations.history": TIER_3,
    "conversations.replies": TIER_3,
    "conversations.info": TIER_3,
    "conversations.open": TIER_3,
    "conversations.list": TIER_2,
    "conversations.members": TIER_4,
    "users.info": TIER_4,
    "users.list": TIER_2,
    "usergroups.list": TIER_2,
    "files.getUploadURLExternal": TIER_4,
    "files.completeUploadExternal": TIER_4,
    "views.update": TIER_4,
    "views.publish": TIER_4,
}


class SlackBudget:
    """Asks for turns. Methods without a limit worth counting (response_url) always have theirs."""

    def __init__(self, counts: Budget) -> None:
        self._counts = counts

    async def reserve(self, method: str, channel: str = "", rank: Rank = Rank.OUTCOME) -> float:
        """0: go, it is counted. Else the wait in seconds. A post that may go holds its channel until `posted`."""
        if method == POST:
            return await self._counts.take(
                _bucket(method, channel), interval=POST_SPACING, burst=1, hold=POST_HOLD
            )
        limit = LIMITS.get(method)
        if limit is None:
            return 0.0
        kept = RESERVE if method == UPDATE and rank is not Rank.OUTCOME else 0
        return await self._counts.take(method, interval=limit.interval, burst=limit.burst - kept)

    async def posted(self, channel: str) -> None:
        """The post to this channel has its answer."""
        await self._counts.free(_bucket(POST, channel), pause=POST_PAUSE)

    async def refused(self, method: str, channel: str, retry_after: float) -> None:
        """Slack said 429: nobody calls until it is over."""
        await self._counts.block(_bucket(method, channel), seconds=retry_after)

    async def wait(self, method: str, channel: str = "") -> None:
        """Wait for a turn, for callers that have a person in front of them.

        Raises:
            SlackError: `ratelimited`, when it would take more than ten seconds in all.
        """
        patience = LONGEST_WAIT
        while (left := await self.reserve(method, channel)) > 0:
            if left > patience:
                raise SlackError(method, "ratelimited", retry_after=left)
            patience -= left
            await asyncio.sleep(left)


def _bucket(method: str, channel: str) -> str:
    return f"{method}:{channel}" if method == POST else method
