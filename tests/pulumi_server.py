"""One real uvicorn for a session of tests that talk to a sandbox Pulumi Cloud; each test gives it a fresh world."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from sandbox.pulumi_cloud.times import SECOND

NOON = 1_767_614_400 * SECOND
"""2026-01-05 12:00:00 UTC."""


class Switch:
    """An ASGI application that hands on to another, which tests exchange."""

    app: ASGIApp
    url: str

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)


@contextmanager
def served() -> Iterator[Switch]:
    """A switch behind a server on a free port, until the end of the block."""
    switch = Switch()
    server = uvicorn.Server(
        uvicorn.Config(switch, host="127.0.0.1", port=0, log_level="error", lifespan="off")
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    switch.url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    yield switch
    server.should_exit = True
    thread.join(timeout=5)
