"""A Slack played over real WebSockets, for tests of the connection to it: it greets, asks to leave, or refuses, as told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import structlog
from aiohttp import web
from prometheus_client import CollectorRegistry, Histogram
from slack_bolt.async_app import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from structlog.typing import EventDict

from bot.web.slack_socket import SlackSocket
from sandbox.fleet import free_port

Json = dict[str, Any]
TICKET = "ticket-0123456789"
HELLO = {"type": "hello", "num_connections": 3}


@dataclass(slots=True)
class Slack:
    """Slack's end. `opened` holds the connections in their order; `refusals` are answers to give before any good one."""

    url: str = ""
    greets: bool = True
    answers_pings: bool = True
    status: int = 101
    refusals: list[Json] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    opened: asyncio.Queue[web.WebSocketResponse] = field(default_factory=asyncio.Queue)
    acks: asyncio.Queue[Json] = field(default_factory=asyncio.Queue)
    ended: asyncio.Queue[int | None] = field(default_factory=asyncio.Queue)

    async def open(self, request: web.Request) -> web.Response:
        """apps.connections.open."""
        self.tokens.append(request.headers["Authorization"])
        if self.refusals:
            refusal = self.refusals.pop(0)
            seconds = str(refusal.get("seconds", ""))
            return web.json_response(
                {"ok": False, "error": refusal["error"]}, headers={"Retry-After": seconds} if seconds else {}
            )
        return web.json_response({"ok": True, "url": f"{self.url}/link/?ticket={TICKET}"})

    async def link(self, request: web.Request) -> web.StreamResponse:
        """One connection, until its end."""
        if self.status != 101:
            return web.Response(status=self.status)
        socket = web.WebSocketResponse(autoping=self.answers_pings)
        await socket.prepare(request)
        if self.greets:
            await socket.send_json(HELLO)
        self.opened.put_nowait(socket)
        async for message in socket:
            if message.type is aiohttp.WSMsgType.TEXT:
                self.acks.put_nowait(message.json())
        self.ended.put_nowait(socket.close_code)
        return socket

    async def connection(self) -> web.WebSocketResponse:
        """The next connection that is made."""
        return await asyncio.wait_for(self.opened.get(), 5)

    async def ack(self) -> Json:
        """The next acknowledgement."""
        return await asyncio.wait_for(self.acks.get(), 5)


@dataclass(slots=True)
class App:
    """What stands for Bolt: keeps what it got, waits where told to, and answers the same each time."""

    answer: BoltResponse = field(default_factory=lambda: BoltResponse(status=200))
    got: list[AsyncBoltRequest] = field(default_factory=list)
    may_answer: asyncio.Event = field(default_factory=asyncio.Event)
    came: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, request: AsyncBoltRequest) -> BoltResponse:
        self.got.append(request)
        self.came.set()
        await self.may_answer.wait()
        if request.body.get("text") == "break":
            raise ValueError("broken")
        return self.answer


@dataclass(slots=True)
class Played:
    """A process connected to a played Slack, and what it logged."""

    slack: Slack
    app: App
    socket: SlackSocket
    log: list[EventDict]

    async def ready(self, *, good: bool = True) -> None:
        """Wait until the process says that Slack reaches it, or that it does not."""
        await until(lambda: bool(self.socket.trouble()) != good)

    async def logged(self, event: str) -> EventDict:
        """The first log line of that name."""
        await until(lambda: any(line["event"] == event for line in self.log))
        return next(line for line in self.log if line["event"] == event)


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not true():  # noqa: ASYNC110  there is no event for it
            await asyncio.sleep(0.005)


@asynccontextmanager
async def playing(slack: Slack) -> AsyncIterator[Played]:
    served = web.Application()
    served.router.add_post("/api/apps.connections.open", slack.open)
    served.router.add_get("/link/", slack.link)
    runner = web.AppRunner(served, shutdown_timeout=0.1)
    await runner.setup()
    port = free_port()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    slack.url = slack.url or f"ws://127.0.0.1:{port}"
    app = App()
    app.may_answer.set()
    socket = SlackSocket(
        app,
        app_token="xapp-test",
        api_url=f"http://127.0.0.1:{port}/api/",
        ack_seconds=Histogram("ack", "", ("surface",), registry=CollectorRegistry()),
    )
    try:
        with structlog.testing.capture_logs() as log:
            async with aiohttp.ClientSession() as http, socket.connected(http):
                yield Played(slack, app, socket, log)
    finally:
        await runner.cleanup()


def envelope(**changes: Any) -> Json:
    return {
        "type": "slash_commands",
        "envelope_id": "e1",
        "payload": {"command": "/pulumi", "text": "status"},
        "accepts_response_payload": True,
    } | changes
