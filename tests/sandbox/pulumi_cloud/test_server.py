"""The process itself: started, used in real time, stopped."""

import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import httpx
import pytest

LIMIT = 20.0


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


@pytest.fixture
def process() -> Iterator[httpx.Client]:
    port = free_port()
    code = f"from sandbox.pulumi_cloud import serve; serve(port={port}, speed=20)"
    server = subprocess.Popen([sys.executable, "-c", code])
    with httpx.Client(
        base_url=f"http://127.0.0.1:{port}", headers={"Authorization": "token pul-sandbox"}
    ) as client:
        until(lambda: answers(client))
        yield client
    server.terminate()
    server.wait(timeout=LIMIT)


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + LIMIT
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def answers(client: httpx.Client) -> bool:
    try:
        return client.get("/sandbox/state").status_code == 200
    except httpx.ConnectError:
        return False


def test_a_deployment_runs_in_real_time(process: httpx.Client) -> None:
    path = "/api/stacks/acme/web/dev/deployments"
    created = process.post(path, json={"operation": "update"}).json()
    assert created["consoleUrl"].startswith(str(process.base_url).rstrip("/"))
    until(lambda: process.get(f"{path}/{created['id']}").json()["status"] == "succeeded")
    assert "3 created" in process.get(created["consoleUrl"]).text
