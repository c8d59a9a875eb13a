"""How a lane goes on after Slack said no, or nothing: later, once sure, or not until something new is said."""

from __future__ import annotations

from dataclasses import dataclass

import structlog

from bot.errors import SlackError
from bot.messages.message import Message, Reply
from bot.ports import Lane, Lanes
from bot.slack.budget import POST, POST_SPACING, SlackBudget
from bot.slack.ports import Slack
from bot.slack.verdicts import OPERATOR, Verdict, backoff, verdict_of, words_for

log = structlog.get_logger(__name__)

# A parked lane tries again at the next thing said, but not before (seconds), or when the bot is invited to its channel.
PARKED = 60.0


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds. `lease` outlasts the longest call; after a lost answer Slack gets `settle` to finish what it may be doing."""

    lease: float = 12.0
    settle: float = 3.0


class Setbacks:
    """Gives a lane back after a failed turn."""

    def __init__(self, *, lanes: Lanes, slack: Slack, budget: SlackBudget, patience: Patience) -> None:
        self._lanes = lanes
        self._slack = slack
        self._budget = budget
        self._patience = patience

    async def disliked(self, lane: Lane) -> None:
        """The plain text is next, when the channel's second is over."""
        await self._lanes.release(lane, after=POST_SPACING)

    async def unsettled(self, lane: Lane, error: SlackError) -> None:
        """Ask again later and keep the note: posting before one is sure could say it twice."""
        log.warning("cannot look for what was posted", lane=lane.name, error=str(error))
        if verdict_of(error) is Verdict.REFUSED:
            await self._park(lane, error)
            return
        await self._blocked(lane, error)
        after = max(error.retry_after, backoff(lane.failures))
        await self._lanes.release(lane, after=after, failed=True, unsure=True)

    async def failed(self, lane: Lane, error: SlackError) -> None:
        """By what the error means."""
        match verdict_of(error):
            case Verdict.LIMITED:
                await self._blocked(lane, error)
                await self._lanes.release(lane, after=error.retry_after)
            case Verdict.LATER:
                self._tell_operator(lane, error)
                await self._lanes.release(lane, after=backoff(lane.failures), failed=True)
            case Verdict.UNSURE:
                log.warning("an answer of Slack was lost", lane=lane.name, error=str(error))
                after = max(self._patience.settle, backoff(lane.failures) if lane.failures else 0.0)
                await self._lanes.release(lane, after=after, failed=True, unsure=True)
            case Verdict.GONE:
                log.warning("card deleted by somebody, its lane ends", lane=lane.name, error=str(error))
                await self._lanes.mute(lane)
            case Verdict.CONTENT | Verdict.REFUSED:
                await self._park(lane, error)

    async def _blocked(self, lane: Lane, error: SlackError) -> None:
        if verdict_of(error) is Verdict.LIMITED:
            log.warning(
                "Slack asks for a pause", method=error.method, lane=lane.name, seconds=error.retry_after
            )
            channel = await self._slack.address(lane.channel) if error.method == POST else ""
            await self._budget.refused(error.method, channel, error.retry_after)

    async def _park(self, lane: Lane, error: SlackError) -> None:
        log.error("Slack refuses a lane", lane=lane.name, channel=lane.channel, code=error.code)
        await self._lanes.park(lane, reason=error.code, retry_after=PARKED, tell=_word(lane, error))

    def _tell_operator(self, lane: Lane, error: SlackError) -> None:
        say = log.error if error.code in OPERATOR else log.warning
        say("Slack does not take a lane now", lane=lane.name, error=str(error), failures=lane.failures)


def _word(lane: Lane, error: SlackError) -> Reply | None:
    """A private word for who asked; by direct message, as the channel is what does not work."""
    if not lane.on_refused:
        return None
    message = Message(text=words_for(error.code, lane.channel))
    return Reply(key=f"refused:{lane.name}", channel="", user=lane.on_refused, message=message)
