"""Socket Mode (https://docs.slack.dev/apis/events-api/using-socket-mode): tickets, up to ten connections, deliveries over them.

Faults match `SOCKET /slash_commands`, `/interactive` and `/events_api`: `delay`; `drop` cuts the connection after the
acknowledgement and before it counts; every other kind cuts it before the envelope is sent.
"""

import asyncio
import time
from uuid import UUID

from starlette.websockets import WebSocket

from sandbox.faults import Faults
from sandbox.slack_workspace.counts import Counts
from sandbox.slack_workspace.envelopes import Envelope
from sandbox.slack_workspace.ledger import Ledger
from sandbox.slack_workspace.model import Json
from sandbox.slack_workspace.sender import Delivery
from sandbox.slack_workspace.socket_link import Link, LinkLostError

METHOD = "socket"
MOST = 10
TICKET_SECONDS = 30.0
_PATH = "/link/"


class Sockets:
    """The app's connections. Deliveries go to each in turn, to one that is to leave only when there is no other."""

    def __init__(
        self, *, ledger: Ledger, counts: Counts, faults: Faults, base_url: str, ack_seconds: float
    ) -> None:
        self._ledger = ledger
        self._counts = counts
        self._faults = faults
        self._base_url = base_url
        self._ack_seconds = ack_seconds
        self._tickets: dict[str, float] = {}
        self._links: list[Link] = []
        self._closing: set[asyncio.Task[None]] = set()
        self._last: str = ""

    @property
    def live(self) -> bool:
        """Whether the app is connected."""
        return bool(self._links)

    def issue(self) -> str:
        """An address for one connection, good for half a minute."""
        ticket = self._ledger.new_hex()
        self._tickets[ticket] = self._ledger.clock()
        place = self._base_url.replace("http", "ws", 1)
        return f"{place}{_PATH}?ticket={ticket}&app_id={self._ledger.state.app_id}"

    async def serve(self, socket: WebSocket) -> None:
        """One connection, from its handshake (403 without a good ticket) to its end."""
        if socket.url.path != _PATH or not self._redeem(socket.query_params.get("ticket", "")):
            self._violated("a connection without a ticket that is good")
            await socket.close()
            return
        await socket.accept()
        link = Link(socket, name=self._ledger.new_id("s"), violated=self._violated)
        if len(self._links) >= MOST:
            await self._send_away(link, "too_many_websockets", after=0.0)
            return
        await link.say(self._hello())
        self._links.append(link)
        try:
            await link.listen()
        finally:
            self._links.remove(link)

    async def deliver(self, envelope: Envelope) -> Delivery:
        """Send an envelope over a connection and wait for its acknowledgement, at most 3 seconds in all."""
        started = time.perf_counter()
        self._counts.called(METHOD)
        try:
            async with asyncio.timeout(self._ack_seconds):
                answer = await self._send(envelope)
        except TimeoutError:
            return _failed(started, "operation_timeout")
        except LinkLostError:
            return _failed(started, "dispatch_failed")
        return Delivery(status=200, body=answer, elapsed_ms=_since(started))

    async def _send(self, envelope: Envelope) -> object:
        link = self._next()
        rule = self._faults.take(f"SOCKET /{envelope.kind}")
        kind = rule.kind if rule else ""
        if rule and kind == "delay":
            await asyncio.sleep(rule.argument)
        elif kind not in ("", "drop"):
            link.cut()
            raise LinkLostError
        answer = await link.ask(str(UUID(self._ledger.new_hex())), envelope)
        if kind == "drop":
            link.cut()
            raise LinkLostError
        return answer

    def _next(self) -> Link:
        links = [link for link in self._links if not link.leaving] or self._links
        if not links:
            raise LinkLostError
        names = [link.name for link in links]
        after = names.index(self._last) + 1 if self._last in names else 0
        link = links[after % len(links)]
        self._last = link.name
        return link

    def disconnect(self, reason: str, *, after: float) -> int:
        """Tell every connection to leave, and close it `after` seconds; how many there were."""
        leaving = [link for link in self._links if not link.leaving]
        for link in leaving:
            link.leaving = True
            task = asyncio.create_task(self._send_away(link, reason, after=after))
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)
        return len(leaving)

    def cut(self) -> int:
        """End every connection without a word; how many there were."""
        links = list(self._links)
        for link in links:
            link.cut()
        return len(links)

    async def close(self) -> None:
        """End every connection, and the goodbyes under way."""
        for task in self._closing:
            task.cancel()
        await asyncio.gather(*(link.close() for link in list(self._links)))

    def as_json(self) -> list[Json]:
        return [link.as_json() for link in self._links]

    async def _send_away(self, link: Link, reason: str, *, after: float) -> None:
        await link.say({"type": "disconnect", "reason": reason, "debug_info": {"host": "sandbox"}})
        await asyncio.sleep(after)
        await link.close()

    def _redeem(self, ticket: str) -> bool:
        issued = self._tickets.pop(ticket, None)
        return issued is not None and self._ledger.clock() - issued <= TICKET_SECONDS

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self._links) + 1,
            "connection_info": {"app_id": self._ledger.state.app_id},
            "debug_info": {"host": "sandbox", "approximate_connection_time": 18060},
        }

    def _violated(self, says: str) -> None:
        self._counts.violated(METHOD, says)


def _failed(started: float, failure: str) -> Delivery:
    return Delivery(status=0, body=None, elapsed_ms=_since(started), failure=failure)


def _since(started: float) -> float:
    return (time.perf_counter() - started) * 1000
