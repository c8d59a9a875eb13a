"""A service of its own for each test: a real HTTP/1.1 server that plays what it is told, one connection broken at will."""

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.domain.stacks import StackRef
from bot.pulumi.client import PulumiClient
from bot.pulumi.transport import Limits

Play = Callable[[asyncio.StreamWriter], Awaitable[None]]

TOKEN = "pul-0123456789abcdef"


@dataclass(frozen=True)
class Seen:
    """A request as it came over the wire."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Service:
    """Answers from `script`, then `{}` for ever; `seen` is what it was asked."""

    url: str = ""
    script: deque[Play] = field(default_factory=deque)
    seen: list[Seen] = field(default_factory=list)

    def answers(self, body: Any = None, *, status: int = 200, **headers: str) -> None:
        """Play one answer: JSON, or bytes as they are."""
        self.script.append(_answer(body, status=status, headers=headers))

    def cuts(self) -> None:
        """Play one connection reset instead of an answer."""
        self.script.append(_cut)

    def breaks_off(self) -> None:
        """Play one connection reset in the middle of an answer."""
        self.script.append(_break_off)

    def is_silent(self, seconds: float) -> None:
        """Play one answer that comes after `seconds`."""
        self.script.append(_later(seconds))

    def drips(self, seconds: float) -> None:
        """Play one answer that comes byte by byte, one in `seconds`, and never ends."""
        self.script.append(_drip(seconds))

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while not writer.is_closing():
                self.seen.append(await _read(reader))
                await (self.script.popleft() if self.script else _answer({}, status=200, headers={}))(writer)
        writer.close()


async def _read(reader: asyncio.StreamReader) -> Seen:
    head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
    method, target, _ = head[0].split(" ")
    headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in head[1:] if line)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Seen(method, target, headers, body)


def _answer(body: Any, *, status: int, headers: Mapping[str, str]) -> Play:
    content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(content)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]

    async def play(writer: asyncio.StreamWriter) -> None:
        writer.write("\r\n".join([*lines, "", ""]).encode() + content)
        await writer.drain()

    return play


async def _cut(writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()


async def _break_off(writer: asyncio.StreamWriter) -> None:
    writer.write(b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"id": ')
    await writer.drain()
    writer.close()


def _later(seconds: float) -> Play:
    async def play(writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(seconds)
        await _answer({}, status=200, headers={})(writer)

    return play


def _drip(seconds: float) -> Play:
    async def play(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        while True:
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(seconds)

    return play


@pytest.fixture
async def service() -> AsyncIterator[Service]:
    service = Service()
    tasks: set[asyncio.Task[None]] = set()

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tasks.add(asyncio.create_task(service.serve(reader, writer)))

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    service.url = f"http://{host}:{port}"
    yield service
    server.close()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(trust_env=False) as client:
        yield client


@pytest.fixture
def limits() -> Limits:
    """As in production, a hundred times faster."""
    return Limits(connect=0.5, read=0.2, total=2.0, first_wait=0.005, longest_wait=0.05)


@pytest.fixture
def client(http: httpx.AsyncClient, service: Service, limits: Limits) -> PulumiClient:
    return PulumiClient(http, base_url=service.url, token=TOKEN, limits=limits)


@pytest.fixture
def token() -> str:
    return TOKEN


@pytest.fixture
def stack() -> StackRef:
    return StackRef(org="acme", project="web", stack="dev")


@pytest.fixture
def seed() -> Callable[[str], Any]:
    """One of the seed's examples by name."""
    return lambda name: json.loads((Path(__file__).parent / "seed" / f"{name}.json").read_text())
