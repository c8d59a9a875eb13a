"""Start real processes on one machine, wait until each answers, and stop them all again."""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import signal
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx

# Seconds a process may take to answer, and to stop when asked kindly.
START = 30.0
STOP = 10.0


class FleetError(Exception):
    """A process did not start, or died; the text says which one and what it last wrote."""


@dataclass(slots=True)
class Ship:
    """One process: its name, its log file, and itself."""

    name: str
    log: Path
    process: asyncio.subprocess.Process

    def last_words(self, lines: int = 15) -> str:
        """The end of its log."""
        text = self.log.read_text(errors="replace").splitlines()
        return "\n".join(f"    {line}" for line in text[-lines:])


@dataclass(slots=True)
class Fleet:
    """Processes that live and end together. Logs go to `logs`, one file a process."""

    logs: Path
    ships: dict[str, Ship] = field(default_factory=dict)

    async def __aenter__(self) -> Self:
        self.logs.mkdir(parents=True, exist_ok=True)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await asyncio.gather(*(self.stop(name) for name in reversed(list(self.ships))))

    async def start(
        self, name: str, *arguments: str, environment: Mapping[str, str] | None = None, ready: str = ""
    ) -> Ship:
        """Start `python -m arguments…`; with `ready`, wait until that address answers 200.

        Raises FleetError when it ends or stays silent before that.
        """
        path = self.logs / f"{name}.log"
        with path.open("wb") as log:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                *arguments,
                env={**os.environ, **(environment or {})},
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=asyncio.subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C reaches the fleet only, which then stops the others in order
            )
        ship = self.ships[name] = Ship(name=name, log=path, process=process)
        if ready:
            await self._until_ready(ship, ready)
        return ship

    async def stop(self, name: str) -> None:
        """Ask it to end; insist after a while."""
        process = self.ships.pop(name).process
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(process.wait(), STOP)
        except TimeoutError:
            await self._kill(process)

    async def kill(self, name: str) -> None:
        """End it without warning, as a crash would."""
        await self._kill(self.ships.pop(name).process)

    async def first_to_end(self) -> Ship:
        """Wait until one of them ends, which none should."""
        waits = {asyncio.create_task(ship.process.wait()): ship for ship in self.ships.values()}
        try:
            done, _ = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            return waits[done.pop()]
        finally:
            for task in waits:
                task.cancel()

    @staticmethod
    async def _kill(process: asyncio.subprocess.Process) -> None:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()

    @staticmethod
    async def _until_ready(ship: Ship, address: str) -> None:
        async with httpx.AsyncClient(timeout=2.0) as http:
            for _ in range(int(START / 0.05)):
                if ship.process.returncode is not None:
                    raise FleetError(f"{ship.name} ended before it was ready:\n{ship.last_words()}")
                with contextlib.suppress(httpx.HTTPError):
                    if (await http.get(address)).is_success:
                        return
                await asyncio.sleep(0.05)
        raise FleetError(
            f"{ship.name} did not answer at {address} within {START:.0f} s:\n{ship.last_words()}"
        )


def free_port() -> int:
    """A port of the loopback interface that nobody uses right now, below those that outgoing connections take."""
    while True:
        port = secrets.choice(range(15_000, 32_000))
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def is_free(port: int) -> bool:
    """Whether something could listen there."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0
