"""One WebSocket of the app: envelopes go out, acknowledgements come back, on the same connection."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from sandbox.slack_workspace.envelopes import Ack, Envelope, read_ack
from sandbox.slack_workspace.model import Json


class LinkLostError(Exception):
    """The connection ended before the acknowledgement."""


class Link:
    """`violated` hears of what a correct app never sends. `leaving` is set once the app was told to connect anew."""

    def __init__(self, socket: WebSocket, *, name: str, violated: Callable[[str], None]) -> None:
        self.name = name
        self.leaving = False
        self.delivered = 0
        self.acknowledged = 0
        self._socket = socket
        self._violated = violated
        self._waiting: dict[str, tuple[Envelope, asyncio.Future[Any]]] = {}
        self._given_up: set[str] = set()
        self._ended = False

    async def say(self, message: Json) -> None:
        """Send something; who is gone does not hear it."""
        with suppress(RuntimeError, WebSocketDisconnect):
            await self._socket.send_json(message)

    async def ask(self, envelope_id: str, envelope: Envelope) -> Any:
        """Send an envelope and wait for its acknowledgement; the answer in it, else an empty text.

        Raises:
            LinkLostError: the app is gone.
        """
        if self._ended:
            raise LinkLostError
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting[envelope_id] = envelope, answer
        self.delivered += 1
        try:
            await self.say(envelope.as_json(envelope_id))
            return await answer
        except asyncio.CancelledError:
            self._given_up.add(envelope_id)
            raise
        finally:
            del self._waiting[envelope_id]

    async def listen(self) -> None:
        """Take acknowledgements until the connection ends; then nobody waits any longer."""
        while (message := await self._socket.receive())["type"] == "websocket.receive":
            try:
                self._take(read_ack(message.get("text")))
            except ValueError as error:
                self._violated(str(error))
        self._ended = True
        for _, answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(LinkLostError())

    def _take(self, ack: Ack) -> None:
        if ack.envelope_id in self._given_up:
            return  # late: that counted when its time was over
        envelope, answer = self._waiting.get(ack.envelope_id, (None, None))
        if envelope is None or answer is None or answer.done():
            raise ValueError("an acknowledgement of nothing that waits on this connection")
        if ack.payload and not envelope.accepts_answer:
            self._violated(f"an answer in the acknowledgement of {envelope.kind}, which takes none")
        self.acknowledged += 1
        answer.set_result(ack.payload)

    async def close(self) -> None:
        """End the connection as the protocol has it."""
        with suppress(RuntimeError, WebSocketDisconnect):
            await self._socket.close()

    def cut(self) -> None:
        """End the connection without a word, as a network does. uvicorn's `send` is a method of what holds the transport."""
        self._socket._send.__self__.transport.abort()  # type: ignore[attr-defined]  # noqa: SLF001

    def as_json(self) -> Json:
        return {
            "name": self.name,
            "leaving": self.leaving,
            "delivered": self.delivered,
            "acknowledged": self.acknowledged,
        }
