"""Socket Mode: this process connects to Slack, and Slack's requests come over that connection to the same handlers.

Why not slack_sdk's client: docs/adr/0007-socket-mode.md. The address of a connection holds a ticket: it is never logged.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp
import structlog
from prometheus_client import Histogram
from slack_bolt.async_app import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.proxy_env_variable_loader import load_http_proxy_from_env

from bot.errors import SlackError
from bot.slack.api import SlackApi
from bot.web.slack_link import Link, LinkLostError
from handlers import surface_of

log = structlog.get_logger("slack")
Dispatch = Callable[[AsyncBoltRequest], Awaitable[BoltResponse]]

# Seconds.
CONNECT_WITHIN = 10.0
HEARTBEAT = 10.0  # between pings; without an answer within half of it the connection is lost
CLOSE_WITHIN = 2.0
LINGER = 60.0  # Slack closes a connection about ten after it has asked to leave it
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
LASTED = 10.0  # a connection that held so long was a good one

TURNED_OFF = "link_disabled"


class SlackSocket:
    """Keeps one connection to Slack. `dispatch` is Bolt's; `ack_seconds` measures each request from its arrival to its acknowledgement."""

    def __init__(self, dispatch: Dispatch, *, app_token: str, api_url: str, ack_seconds: Histogram) -> None:
        self._dispatch = dispatch
        self._token = app_token
        self._api_url = api_url
        self._ack_seconds = ack_seconds
        self._links: set[Link] = set()
        self._retiring: set[asyncio.Task[None]] = set()
        self._why = "not connected yet"

    def trouble(self) -> str:
        """Empty while Slack can reach this process, else why it can't."""
        return "" if any(link.live for link in self._links) else self._why

    @contextlib.asynccontextmanager
    async def connected(self, http: aiohttp.ClientSession) -> AsyncIterator[None]:
        """Stay connected inside; at the end let what is under way be acknowledged, then close."""
        tasks = {asyncio.create_task(self._keep(http))}
        try:
            yield
        finally:
            tasks |= self._retiring
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
            await asyncio.gather(*(link.finish() for link in self._links))

    async def _keep(self, http: aiohttp.ClientSession) -> None:
        """The next connection is made while the last one still works; the pause between those that do not hold doubles."""
        failures = 0
        while True:
            held = at_least = 0.0
            try:
                link = await self._connect(http)
            except Exception as error:  # noqa: BLE001  whatever kept Slack away, try again
                self._why = _reason(error)
                at_least = error.retry_after if isinstance(error, SlackError) else 0.0
            else:
                log.info("connected", connections=link.hello.result())
                since = time.monotonic()
                await link.leave.wait()
                held = time.monotonic() - since
                self._why = link.why
                self._retire(link, within=LINGER)
            failures = 0 if held > LASTED else failures + 1
            pause = LONGEST_PAUSE if self._why == TURNED_OFF else max(at_least, _pause(failures))
            tell = log.warning if pause else log.info
            tell("connecting anew", reason=self._why, again_in=round(pause, 1))
            await asyncio.sleep(pause)

    async def _connect(self, http: aiohttp.ClientSession) -> Link:
        """A connection that Slack has greeted."""
        api = SlackApi(token=self._token, http=http, base_url=self._api_url)
        async with asyncio.timeout(CONNECT_WITHIN):
            opened = await api.write("apps.connections.open")
            socket = await http.ws_connect(
                opened["url"],
                proxy=load_http_proxy_from_env(),
                heartbeat=HEARTBEAT,
                timeout=aiohttp.ClientWSTimeout(ws_close=CLOSE_WITHIN),
            )
            link = Link(socket, handle=self._handle)
            self._links.add(link)
            try:
                await link.hello
            except BaseException:
                self._retire(link, within=0.0)
                raise
        return link

    def _retire(self, link: Link, *, within: float) -> None:
        """Slack may still send over it, and closes it."""
        task = asyncio.create_task(self._until_closed(link, within))
        self._retiring.add(task)
        task.add_done_callback(self._retiring.discard)

    async def _until_closed(self, link: Link, within: float) -> None:
        await asyncio.wait([link.reading], timeout=within)
        await link.finish()
        self._links.discard(link)

    async def _handle(self, payload: dict[str, Any]) -> BoltResponse:
        started = time.perf_counter()
        answer = await self._dispatch(AsyncBoltRequest(body=payload, mode="socket_mode"))
        self._ack_seconds.labels(surface_of(payload)).observe(time.perf_counter() - started)
        return answer


def _pause(failures: int) -> float:
    """None after the first; then it doubles, and differs between processes that lost Slack together."""
    if failures < 2:  # noqa: PLR2004  the first is free
        return 0.0
    longest = min(FIRST_PAUSE * 2 ** min(failures - 2, 10), LONGEST_PAUSE)
    return random.uniform(longest / 2, longest)  # noqa: S311  no secret


def _reason(error: Exception) -> str:
    """In words without the address, which aiohttp's errors quote."""
    if isinstance(error, SlackError | LinkLostError):
        return str(error)
    if isinstance(error, aiohttp.WSServerHandshakeError):
        return f"Slack refused the connection: HTTP {error.status}"
    if isinstance(error, TimeoutError):
        return "no answer in time"
    return type(error).__name__
