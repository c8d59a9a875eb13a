"""From nothing to `/readyz`: a cold `python -m bot web` next to a bare Bolt, Starlette and Redis app."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median
from subprocess import Popen

from benchmarks.servers import baseline, free_port, product, running, wait_until_ready

ROUNDS = 9


def measure(redis_url: str) -> tuple[list[float], list[float]]:
    """Seconds per start, ours and the bare app's, interleaved; files are in the page cache for both."""
    ours: list[float] = []
    bare: list[float] = []
    for _ in range(ROUNDS):
        ours.append(once(lambda port: product(port, redis_url)))
        bare.append(once(lambda port: baseline("before", port, redis_url)))
    return ours, bare


def once(start: Callable[[int], Popen[bytes]]) -> float:
    """Seconds from the start of the process to its first good answer."""
    port = free_port()
    started = time.perf_counter()
    process = start(port)
    with running([process]):
        wait_until_ready(process, port)
        return time.perf_counter() - started


def typical(seconds: list[float]) -> float:
    """The median."""
    return median(seconds)
