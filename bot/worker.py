"""The worker process: commands out of the inbox, looks at Pulumi and at what waits on APScheduler's ticks, and what is to be said out to Slack."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import uuid

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.domain.commands import Verb
from bot.errors import SlackError, StoreUnavailableError
from bot.poller import Poller
from bot.ports import Delivery, Inbox, State
from bot.runner import Runner
from bot.signs_of_life import signs_of_life
from bot.slack.outbox import Outbox
from bot.waiting import Waiting

log = structlog.get_logger(__name__)

# Seconds between ticks; most find nothing due and cost one script call.
TICK = 0.25
# Commands at once in one worker, and pages of App Home: they have places of their own, so that opening them often holds up no command.
PARALLEL = 16
HOMES = 4
# Requests that are looked after at once in one worker.
WAITING = 8
# Seconds between signs of life of a command that takes long.
SIGN_OF_LIFE = 5.0
# Tries before a command is set aside.
TRIES = 5
# Seconds until one that broke is tried again, doubled with each try.
RETRY = 1.0
LONGEST_RETRY = 30.0
# Seconds that a stop waits for commands under way, and for a look.
DRAIN = 20.0
GRACE = 1.0
# Seconds between two tries to reach a Redis that is away.
STORE_PAUSE = 1.0


class Worker:
    """Everything a worker does, until `stop` is set. Killed at any moment, another one goes on where it was."""

    def __init__(
        self,
        *,
        runner: Runner,
        poller: Poller,
        waiting: Waiting,
        outbox: Outbox,
        inbox: Inbox,
        state: State,
        orgs: tuple[str, ...],
    ) -> None:
        self._runner = runner
        self._poller = poller
        self._waiting = waiting
        self._outbox = outbox
        self._inbox = inbox
        self._state = state
        self._orgs = orgs
        self._consumer = f"{socket.gethostname()}-{os.getpid()}-{uuid.uuid4().hex[:6]}"
        self._under_way: set[asyncio.Task[None]] = set()
        self._pages: set[asyncio.Task[None]] = set()
        self._looked_after: set[asyncio.Task[None]] = set()
        self._claiming = asyncio.Lock()
        self._look: asyncio.Task[bool] | None = None

    async def run(self, stop: asyncio.Event) -> None:
        """Work until told to stop, then finish what is under way."""
        scheduler = AsyncIOScheduler(timezone="UTC")
        for job in (self._tick, self._look_after):
            scheduler.add_job(job, "interval", [stop], seconds=TICK, coalesce=True, max_instances=1)
        outbox = asyncio.create_task(self._outbox.run(stop))
        outbox.add_done_callback(
            lambda _: stop.set()
        )  # broken, it ends the worker: a mute one would do more harm
        scheduler.start()
        log.info("worker is up", consumer=self._consumer, orgs=self._orgs)
        try:
            await self._take_until(stop)
        finally:
            stop.set()  # a worker that takes no commands is none
            await self._drain(scheduler)
            await outbox
            log.info("worker is down", consumer=self._consumer)

    async def _drain(self, scheduler: AsyncIOScheduler) -> None:
        """Nothing new is begun; commands may end, a look is given up after a moment (the next worker looks again)."""
        scheduler.pause()
        async with self._claiming:
            pass  # what it claimed is under way now, and it claims no more
        while self._look is not None and not self._look.done():
            await asyncio.wait({self._look}, timeout=GRACE)
            self._look.cancel()  # again where it was lost on the way (see `bot.signs_of_life`)
        if unfinished := self._under_way | self._pages | self._looked_after:
            await asyncio.wait(unfinished, timeout=DRAIN)
        scheduler.shutdown(wait=False)

    async def _tick(self, stop: asyncio.Event) -> None:
        """A look in a task of its own: APScheduler would log the end of a worker as the failure of a job."""
        if stop.is_set():  # this one was on its way already
            return
        self._look = asyncio.create_task(self._poller.tick())
        await asyncio.wait({self._look})
        if self._look.cancelled():
            return
        error = self._look.exception()
        if isinstance(error, StoreUnavailableError):
            log.warning("redis is away", error=str(error))
        elif error is not None:
            log.error("a look at pulumi broke", exc_info=error)
        elif self._look.result():
            self._outbox.nudge()

    async def _look_after(self, stop: asyncio.Event) -> None:
        """Begin with the requests whose time has come; how long each takes holds up no look and no other request."""
        async with self._claiming:
            if stop.is_set():
                return
            try:
                due = await self._waiting.due(WAITING - len(self._looked_after))
            except StoreUnavailableError as error:
                log.warning("redis is away", error=str(error))
                return
            except Exception:
                log.exception("what waits could not be claimed")
                return
            for request in due:
                task = asyncio.create_task(self._waiting.look_after(request))
                self._looked_after.add(task)
                task.add_done_callback(self._has_looked_after)

    def _has_looked_after(self, task: asyncio.Task[None]) -> None:
        self._looked_after.discard(task)
        self._outbox.nudge()

    async def _take_until(self, stop: asyncio.Event) -> None:
        scheduled = False
        while not stop.is_set():
            try:
                if not scheduled:
                    scheduled = await self._first_look()
                await self._take()
            except StoreUnavailableError as error:
                log.warning("redis is away", error=str(error))
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), STORE_PAUSE)

    async def _first_look(self) -> bool:
        for org in self._orgs:
            await self._state.schedule(org, 0.0)
        return True

    async def _take(self) -> None:
        for delivery in await self._inbox.take(
            self._consumer,
            count=PARALLEL - len(self._under_way),
            pages=HOMES - len(self._pages),
            block=0.5,
        ):
            task = asyncio.create_task(self._handle(delivery))
            those = self._pages if delivery.command.verb is Verb.HOME else self._under_way
            those.add(task)
            task.add_done_callback(those.discard)

    async def _handle(self, delivery: Delivery) -> None:
        try:
            async with signs_of_life(lambda: self._inbox.keep(delivery, self._consumer), every=SIGN_OF_LIFE):
                await self._carry_out(delivery)
        except (StoreUnavailableError, SlackError) as error:
            log.warning("a command waits for another try", id=delivery.command.id, error=str(error))
        except Exception:
            log.exception("a command broke", id=delivery.command.id, attempt=delivery.attempt)
            await self._again(delivery)
        finally:
            self._outbox.nudge()

    async def _carry_out(self, delivery: Delivery) -> None:
        if delivery.attempt > TRIES:
            await self._runner.gave_up(delivery.command)
            await self._inbox.bury(delivery, f"not done after {TRIES} tries")
            return
        await self._runner.run(delivery.command)
        await self._inbox.done(delivery, self._consumer)

    async def _again(self, delivery: Delivery) -> None:
        """Sooner than after a death: others wait for its turn, and so does a person."""
        with contextlib.suppress(StoreUnavailableError):
            await self._inbox.retry(
                delivery, self._consumer, after=min(RETRY * 2 ** (delivery.attempt - 1), LONGEST_RETRY)
            )
