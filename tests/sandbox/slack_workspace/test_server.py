"""The process itself: started, watched by a page, stopped."""

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import httpx
import pytest

from sandbox.fleet import free_port

LIMIT = 20.0


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def process(port: int) -> Iterator[subprocess.Popen[str]]:
    server = start(port)
    yield server
    server.kill()
    server.wait(timeout=LIMIT)


def start(port: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "sandbox", "slack", "--port", str(port)]
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True)


def until_it_answers(client: httpx.Client) -> None:
    deadline = time.monotonic() + LIMIT
    while time.monotonic() < deadline:
        try:
            client.get("/sandbox/state").raise_for_status()
        except httpx.ConnectError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("the sandbox does not answer")


@pytest.mark.parametrize("kind", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_an_open_page_in_peace(
    process: subprocess.Popen[str], port: int, kind: signal.Signals
) -> None:
    """The server alone would wait for the page's stream, cut it, and print what broke."""
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=LIMIT) as client:
        until_it_answers(client)
        with client.stream("GET", "/live", params={"as": "ana"}) as page:
            words = page.iter_text()
            assert "connected" in next(words)
            process.send_signal(kind)
            assert list(words) == []
    _, complaints = process.communicate(timeout=LIMIT)
    assert complaints == ""
    assert process.returncode in (0, -kind)


def test_a_port_that_is_taken_is_a_failure_and_says_so() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        server = start(taken.getsockname()[1])
        _, complaints = server.communicate(timeout=LIMIT)
    assert server.returncode != 0
    assert "address already in use" in complaints
