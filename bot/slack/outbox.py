"""What the bot has to say, brought to Slack once, in order, within budget: any number of workers at the same time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog

from bot.errors import StoreUnavailableError
from bot.ports import Lane, Lanes, QueuedReply, Replies
from bot.slack.budget import SlackBudget
from bot.slack.lane_delivery import LaneDelivery
from bot.slack.ports import Slack
from bot.slack.reply_delivery import ReplyDelivery
from bot.slack.setbacks import Patience
from bot.slack.verdicts import backoff

log = structlog.get_logger(__name__)
T = TypeVar("T")

POLL_SECONDS = 0.1
STORE_PAUSE_SECONDS = 1.0


class Outbox:
    """One per worker process. `concurrency` bounds the lanes, and again the private answers, under way at once."""

    def __init__(
        self,
        *,
        lanes: Lanes,
        replies: Replies,
        slack: Slack,
        budget: SlackBudget,
        patience: Patience | None = None,
        concurrency: int = 8,
    ) -> None:
        self._lanes = lanes
        self._replies = replies
        self._patience = patience or Patience()
        self._lane_delivery = LaneDelivery(lanes=lanes, slack=slack, budget=budget, patience=self._patience)
        self._reply_delivery = ReplyDelivery(replies=replies, slack=slack, budget=budget)
        self._lane_slots = asyncio.Semaphore(concurrency)
        self._reply_slots = asyncio.Semaphore(concurrency)
        self._running: set[asyncio.Task[None]] = set()
        self._wake = asyncio.Event()

    def nudge(self) -> None:
        """Something was said in this process: look at once instead of at the next poll."""
        self._wake.set()

    async def deliver_due(self) -> int:
        """Give what is due one turn, as far as there are places, and wait; answers how many turns. Raises StoreUnavailableError."""
        tasks = await self._start_due()
        await asyncio.gather(*tasks)
        return len(tasks)

    async def run(self, stop: asyncio.Event) -> None:
        """Deliver until `stop`, then finish what is under way."""
        stopping = asyncio.create_task(self._wake_on(stop))
        try:
            while not stop.is_set():
                await self._pause(await self._look())
        finally:
            stopping.cancel()
            await asyncio.gather(*self._running, return_exceptions=True)

    async def _look(self) -> float:
        """Seconds to wait before the next look."""
        try:
            await self._start_due()
        except StoreUnavailableError as error:
            log.warning("the outbox waits for Redis", error=str(error))
            return STORE_PAUSE_SECONDS
        return POLL_SECONDS

    async def _pause(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        except TimeoutError:
            return
        self._wake.clear()

    async def _wake_on(self, stop: asyncio.Event) -> None:
        await stop.wait()
        self.nudge()

    async def _start_due(self) -> list[asyncio.Task[None]]:
        """A task for each thing due, while there are places; whoever gives one back makes the outbox look again."""
        lease = self._patience.lease
        replies = await self._start(
            lambda: self._replies.claim(lease=lease), self._send_reply, self._reply_slots
        )
        lanes = await self._start(lambda: self._lanes.claim(lease=lease), self._serve_lane, self._lane_slots)
        return [*replies, *lanes]

    async def _start(
        self,
        claim: Callable[[], Awaitable[T | None]],
        serve: Callable[[T], Awaitable[None]],
        slots: asyncio.Semaphore,
    ) -> list[asyncio.Task[None]]:
        started: list[asyncio.Task[None]] = []
        while not slots.locked():
            await slots.acquire()
            try:
                claimed = await claim()
            except BaseException:
                slots.release()
                raise
            if claimed is None:
                slots.release()
                return started
            task = asyncio.create_task(self._guarded(serve, claimed))
            task.add_done_callback(lambda ended: self._ended(ended, slots))
            self._running.add(task)
            started.append(task)
        return started

    async def _guarded(self, serve: Callable[[T], Awaitable[None]], claimed: T) -> None:
        try:
            await serve(claimed)
        except StoreUnavailableError as error:
            log.warning("a delivery waits for Redis", error=str(error))

    def _ended(self, task: asyncio.Task[None], slots: asyncio.Semaphore) -> None:
        self._running.discard(task)
        slots.release()
        self.nudge()

    async def _serve_lane(self, lane: Lane) -> None:
        try:
            await self._lane_delivery.deliver(lane)
        except StoreUnavailableError:
            raise
        except Exception:
            log.exception("a lane could not be delivered", lane=lane.name)
            await self._lanes.release(lane, after=backoff(lane.failures), failed=True, unsure=True)

    async def _send_reply(self, queued: QueuedReply) -> None:
        try:
            await self._reply_delivery.deliver(queued)
        except StoreUnavailableError:
            raise
        except Exception:
            log.exception("a private answer could not be sent", key=queued.reply.key)
            await self._replies.finish(queued)
