"""One WebSocket of Socket Mode: Slack's envelopes come in, each is acknowledged once its handler has done its part.

Slack, "Using Socket Mode" (https://docs.slack.dev/apis/events-api/using-socket-mode).
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any

import aiohttp
import msgspec
import structlog
from slack_bolt.response import BoltResponse

log = structlog.get_logger("slack")
Handle = Callable[[dict[str, Any]], Awaitable[BoltResponse]]
DRAIN = 3.0  # seconds for what is under way: Slack waits no longer for an acknowledgement


class LinkLostError(Exception):
    """The connection ended before Slack's greeting; the text says why."""


class _Message(msgspec.Struct):
    """Whatever Slack sends: `hello`, `disconnect` with its reason, or an envelope."""

    type: str
    num_connections: int = 0
    reason: str = ""
    envelope_id: str = ""
    payload: dict[str, Any] = {}
    accepts_response_payload: bool = False
    retry_attempt: int | None = None
    retry_reason: str | None = None


class Link:
    """`hello` is how many connections the app has, once Slack has greeted; `leave` is set when another connection is needed, `reading` ends with this one."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, *, handle: Handle) -> None:
        self.hello: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self.leave = asyncio.Event()
        self.why = ""
        self.reading = asyncio.create_task(self._read())
        self._socket = socket
        self._handle = handle
        self._under_way: set[asyncio.Task[None]] = set()
        self._greeted = False

    @property
    def live(self) -> bool:
        """Whether Slack can send over it."""
        return self._greeted and not self.reading.done()

    async def finish(self) -> None:
        """Let what is under way be acknowledged, then close."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(DRAIN):
                while self._under_way:
                    await asyncio.wait(self._under_way)
        await self._socket.close()
        await asyncio.wait([self.reading])

    async def _read(self) -> None:
        """Until the connection ends. What was taken by then goes on."""
        try:
            async for frame in self._socket:
                if frame.type is aiohttp.WSMsgType.TEXT:
                    self._take(frame.data)
        except Exception:
            log.exception("reader broke")
        self._part("the connection was lost")

    def _take(self, text: str) -> None:
        try:
            message = msgspec.json.decode(text, type=_Message)
        except msgspec.DecodeError:
            log.warning("unreadable", characters=len(text))
            return
        if message.envelope_id:
            task = asyncio.create_task(self._answer(message))
            self._under_way.add(task)
            task.add_done_callback(self._finished)
        elif message.type == "hello" and not self.hello.done():
            self._greeted = True
            self.hello.set_result(message.num_connections)
        elif message.type == "disconnect":
            self._part(message.reason)

    def _part(self, why: str) -> None:
        self.why = self.why or why
        self.leave.set()
        if not self.hello.done():
            self.hello.set_exception(LinkLostError(self.why))

    async def _answer(self, message: _Message) -> None:
        if message.retry_attempt:
            log.info("sent again", attempt=message.retry_attempt, reason=message.retry_reason)
        answer = await self._handle(message.payload)
        if answer.status != HTTPStatus.OK:
            log.warning("not acknowledged", status=answer.status, kind=message.type)
            return
        try:
            await self._socket.send_str(_ack(message, answer))
        except ConnectionError:
            # Slack sends an event again. A command is recorded: what it does is told in the channel.
            log.warning("acknowledgement not sent: the connection is gone", kind=message.type)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.error("handler broke", exc_info=error)


def _ack(message: _Message, answer: BoltResponse) -> str:
    """The envelope's id, and what the handler answers where Slack takes an answer."""
    ack: dict[str, Any] = {"envelope_id": message.envelope_id}
    if answer.body and message.accepts_response_payload:
        is_json = answer.first_headers().get("content-type", "").startswith("application/json")
        ack["payload"] = msgspec.Raw(answer.body.encode()) if is_json else {"text": answer.body}
    return msgspec.json.encode(ack).decode()
