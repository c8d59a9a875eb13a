"""A real HTTP/1.1 server that plays what a test tells it: answers, silence, and connections that break."""

import asyncio
import json
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

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
