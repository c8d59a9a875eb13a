"""Processes under measurement: started, waited for by `/readyz`, stopped."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

from benchmarks.traffic import SECRET

START_WITHIN = 30.0  # seconds
READY = b"GET /readyz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"


def product(port: int, redis_url: str) -> subprocess.Popen[bytes]:
    """`python -m bot web`, as an operator runs it; Slack itself is not there, and a start does not need it."""
    environment = {
        **os.environ,
        "PORT": str(port),
        "REDIS_URL": redis_url,
        "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_BOT_TOKEN": "xoxb-benchmark",
        "SLACK_API_URL": f"http://127.0.0.1:{free_port()}/api/",
        "PULUMI_ORG": "acme",
        "LOG_LEVEL": "error",
        "LOG_FORMAT": "json",
    }
    return subprocess.Popen([sys.executable, "-m", "bot", "web"], env=environment)


def baseline(kind: str, port: int, redis_url: str) -> subprocess.Popen[bytes]:
    """`before` or `default`, see `benchmarks.bare`."""
    return subprocess.Popen([sys.executable, "-m", "benchmarks.bare", kind, str(port), redis_url])


def free_port() -> int:
    """A port that nobody uses right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until_ready(process: subprocess.Popen[bytes], port: int) -> None:
    """Until `/readyz` answers 200. Raises RuntimeError when the process ends or stays silent."""
    deadline = time.monotonic() + START_WITHIN
    while time.monotonic() < deadline and process.poll() is None:
        if _is_ready(port):
            return
        time.sleep(0.002)
    raise RuntimeError(f"{process.args!r} is not ready")


def _is_ready(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
        connection.sendall(READY)
        return connection.recv(64).startswith(b"HTTP/1.1 200")
    return False


@contextlib.contextmanager
def running(processes: list[subprocess.Popen[bytes]]) -> Iterator[None]:
    """Stop them at the end, whatever happened."""
    try:
        yield
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(20)
