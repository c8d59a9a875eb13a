"""One claimed lane brought up to date in Slack: the card first, then its thread in order, each once.

Before a post its keys are noted in the store, and the note goes when the post's ts is recorded. Whoever finds a note (a
worker died, an answer was lost) looks in Slack for a message that carries the keys before posting again.
An update needs no note: doing it twice is the same as once.

What remains: a worker frozen between its note and its call for longer than the lease posts late, after another one looked.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import structlog

from bot.errors import SlackError
from bot.messages.message import Message
from bot.ports import Lane, Lanes
from bot.slack.budget import POST, UPDATE, SlackBudget
from bot.slack.joining import first_group, joined, plain
from bot.slack.ports import Slack
from bot.slack.setbacks import Patience, Setbacks
from bot.slack.verdicts import Verdict, verdict_of

log = structlog.get_logger(__name__)

# How many messages that Slack did not take are remembered.
REMEMBERED = 256

Look = tuple[str, ...]


class LostClaimError(Exception):
    """The lane went to another worker: stop, it will see to the rest."""


class DislikedError(Exception):
    """Slack does not take the message as it is; it has not seen the plain text yet."""


class UnsettledError(Exception):
    """Slack did not say whether what was being posted stands there."""

    def __init__(self, cause: SlackError) -> None:
        super().__init__(str(cause))
        self.cause = cause


class LaneDelivery:
    """Delivers lanes; one instance serves any number of them."""

    def __init__(self, *, lanes: Lanes, slack: Slack, budget: SlackBudget, patience: Patience) -> None:
        self._lanes = lanes
        self._slack = slack
        self._budget = budget
        self._patience = patience
        self._setbacks = Setbacks(lanes=lanes, slack=slack, budget=budget, patience=patience)
        self._disliked: deque[tuple[str, ...]] = deque(maxlen=REMEMBERED)

    async def deliver(self, lane: Lane) -> None:
        """One turn: the card (posted or updated) and one message in its thread; then the lane is given back."""
        try:
            waits = await self._turn(lane)
        except LostClaimError:
            log.warning("lane lost to another worker", lane=lane.name)
        except UnsettledError as error:
            await self._setbacks.unsettled(lane, error.cause)
        except DislikedError:
            await self._setbacks.disliked(lane)
        except SlackError as error:
            await self._setbacks.failed(lane, error)
        else:
            await self._lanes.release(lane, after=min(waits, default=0.0))

    async def _turn(self, lane: Lane) -> list[float]:
        """Seconds until the card, and the thread, may go on; nothing for what is finished."""
        channel, lane = await self._settled(lane)
        lane, card = await self._card(lane, channel)
        thread = await self._thread(lane, channel)
        return [wait for wait in (card, thread) if wait is not None]

    async def _settled(self, lane: Lane) -> tuple[str, Lane]:
        """The channel's id, and the lane once it is known whether what was being posted stands in Slack."""
        if not lane.sending:
            return await self._slack.address(lane.channel), lane
        try:
            channel = await self._slack.address(lane.channel)
            ts = await self._found(lane, channel)
        except SlackError as error:
            raise UnsettledError(error) from error
        if ts is None:
            return channel, lane
        log.info("found what was posted", lane=lane.name, keys=lane.sending, ts=ts)
        return channel, _held(await self._lanes.posted(lane, lane.sending, ts=ts))

    async def _found(self, lane: Lane, channel: str) -> str | None:
        thread_ts = "" if lane.sending == (lane.name,) else lane.ts
        await self._budget.wait("conversations.replies" if thread_ts else "conversations.history")
        return await self._slack.find(
            channel=channel, keys=lane.sending, since=lane.since, thread_ts=thread_ts
        )

    async def _card(self, lane: Lane, channel: str) -> tuple[Lane, float | None]:
        """The lane afterwards, and the wait where the budget is spent."""
        if lane.root is None:
            return lane, None
        look = (lane.name, lane.digest)
        message = self._liked(lane.root, look)
        if not lane.ts:
            return await self._post(lane, channel, message, (lane.name,), look)
        if wait := await self._budget.reserve(UPDATE, rank=lane.rank):
            return lane, wait
        if not await self._lanes.begin(lane, (), lease=self._patience.lease):
            raise LostClaimError
        with self._minding(look):
            await self._slack.update(channel=channel, ts=lane.ts, message=message)
        return _held(await self._lanes.updated(lane)), None

    async def _thread(self, lane: Lane, channel: str) -> float | None:
        """The next message of the thread, once its card stands; 0 when there is more to say."""
        if not lane.posts or (lane.root is not None and not lane.ts):
            return None
        group = first_group(lane.posts)
        keys = tuple(post.key for post in group)
        lane, wait = await self._post(lane, channel, self._liked(joined(group), keys), keys, keys)
        return 0.0 if wait is None and lane.posts else wait

    async def _post(
        self, lane: Lane, channel: str, message: Message, keys: Sequence[str], look: Look
    ) -> tuple[Lane, float | None]:
        if wait := await self._budget.reserve(POST, channel):
            return lane, wait
        if not await self._lanes.begin(lane, keys, lease=self._patience.lease):
            raise LostClaimError
        try:
            with self._minding(look):
                ts = await self._slack.post(channel=channel, message=message, keys=keys, thread_ts=lane.ts)
        finally:
            await self._budget.posted(channel)
        return _held(await self._lanes.posted(lane, keys, ts=ts)), None

    # what Slack does not take

    def _liked(self, message: Message, look: Look) -> Message:
        return plain(message) if look in self._disliked else message

    @contextmanager
    def _minding(self, look: Look) -> Iterator[None]:
        """Remember a message that Slack refuses for what it is, so that the next turn sends its plain text."""
        try:
            yield
        except SlackError as error:
            if verdict_of(error) is not Verdict.CONTENT or look in self._disliked:
                raise
            log.exception("Slack does not take a message, its plain text is next", look=look)
            self._disliked.append(look)
            raise DislikedError from error


def _held(lane: Lane | None) -> Lane:
    if lane is None:
        raise LostClaimError
    return lane
