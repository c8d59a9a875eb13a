"""`demo`: live in a browser until Ctrl-C, or once as a scripted tour."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Coroutine
from pathlib import Path

from sandbox.fleet import FleetError
from sandbox.tour import Tour
from sandbox.world import Ports, running

# How much faster than life the tour's deployments run.
TOUR_SPEED = 4.0

WELCOME = """
  Quarterdeck is on deck.

    Slack         {slack}/         act as ana, ben, cleo or dev
    Pulumi Cloud  {pulumi}

  Try in #deploys:

    /pulumi deploy web/dev         a card that fills step by step
    /pulumi deploy api/dev         fails, and says why in its thread
    /pulumi deploy web/prod        waits for somebody else's click on Approve
    /pulumi pause web/dev          then deploy it: it queues until you resume
    /pulumi status

  Logs are in {logs}. Ctrl-C stops everything.
"""


def live(*, data: Path, speed: float, socket_mode: bool = False) -> int:
    """Everything, until Ctrl-C (0), or until a process ends by itself (1)."""
    return _run(_live(data, speed, socket_mode))


def once(*, data: Path, speed: float, socket_mode: bool = False) -> int:
    """The scripted tour beside whatever else runs: 0 when everything happened that should, else 1."""
    return _run(_once(data / "tour", speed, socket_mode))


def _run(it: Coroutine[None, None, int]) -> int:
    try:
        return asyncio.run(it)
    except FleetError as error:
        print(f"The sandbox cannot start: {error}", file=sys.stderr)
        return 1


async def _live(data: Path, speed: float, socket_mode: bool) -> int:  # noqa: FBT001  from `live`
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    print("starting…", flush=True)
    async with running(ports=Ports(), data=data, speed=speed, socket_mode=socket_mode) as world:
        print(WELCOME.format(slack=world.slack, pulumi=world.pulumi, logs=world.fleet.logs), flush=True)
        ended = asyncio.create_task(world.fleet.first_to_end())
        await asyncio.wait({ended, asyncio.create_task(stop.wait())}, return_when=asyncio.FIRST_COMPLETED)
        if ended.done():
            print(f"{ended.result().name} ended by itself:\n{ended.result().last_words()}", file=sys.stderr)
            return 1
        ended.cancel()
        print("\nstopping…", flush=True)
    return 0


async def _once(data: Path, speed: float, socket_mode: bool) -> int:  # noqa: FBT001  from `once`
    how = running(ports=Ports.free(), data=data, speed=speed, socket_mode=socket_mode)
    async with how as world, Tour(world) as tour:
        return await tour.run()
