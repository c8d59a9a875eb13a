"""`demo`: live in a browser until Ctrl-C, or once as a scripted tour."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Coroutine
from contextlib import AbstractAsyncContextManager
from pathlib import Path

from sandbox.fleet import FleetError
from sandbox.tour import Tour
from sandbox.world import Ports, World, running

# How much faster than life the tour's deployments run.
TOUR_SPEED = 4.0

WELCOME = """
  Quarterdeck is on deck. Open  {slack}/  in your browser.

  You act as Ana; the menu at the bottom left makes you Ben, Cleo or Dev. Type in #deploys:

    /pulumi deploy web/dev         a card that fills step by step
    /pulumi deploy api/dev         fails, and says why in its thread
    /pulumi pause web/dev          then deploy it: it waits for /pulumi resume web/dev
    /pulumi deploy web/prod        waits for somebody else: become Ben and press Approve
    /pulumi help                   everything else

  The Pulumi Cloud behind it is at {pulumi}, logs are in {logs}. Ctrl-C stops everything.
"""


def live(*, data: Path, speed: float, socket_mode: bool = False, free_ports: bool = False) -> int:
    """Everything, until Ctrl-C (0), or until a process ends by itself (1)."""
    ports = Ports.free() if free_ports else Ports()
    everything = running(ports=ports, data=data, speed=speed, socket_mode=socket_mode)
    return _run(_live(everything), stopped=0)


def once(*, data: Path, speed: float, socket_mode: bool = False) -> int:
    """The scripted tour beside whatever else runs: 0 when everything happened that should, else 1."""
    everything = running(ports=Ports.free(), data=data / "tour", speed=speed, socket_mode=socket_mode)
    return _run(_once(everything), stopped=1)


def _run(it: Coroutine[None, None, int], *, stopped: int) -> int:
    """Its exit code; `stopped` when Ctrl-C ended it."""
    try:
        return asyncio.run(_cancelable(it))
    except asyncio.CancelledError:
        return stopped
    except FleetError as error:
        print(f"The sandbox cannot start: {error}", file=sys.stderr)
        return 1


async def _cancelable(it: Coroutine[None, None, int]) -> int:
    """The first Ctrl-C (or SIGTERM) cancels it; what follows changes nothing, so that all is put away."""
    task, loop = asyncio.ensure_future(it), asyncio.get_running_loop()

    def stop() -> None:
        if not task.cancelling():
            print("\nstopping…", flush=True)
            task.cancel()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop)
    return await task


async def _live(everything: AbstractAsyncContextManager[World]) -> int:
    print("starting…", flush=True)
    async with everything as world:
        print(WELCOME.format(slack=world.slack, pulumi=world.pulumi, logs=world.fleet.logs), flush=True)
        ended = await world.fleet.first_to_end()
        print(f"{ended.name} ended by itself:\n{ended.last_words()}", file=sys.stderr)
        return 1


async def _once(everything: AbstractAsyncContextManager[World]) -> int:
    async with everything as world, Tour(world) as tour:
        return await tour.run()
