"""A light load generator, in a process of its own: `python -m benchmarks.load PORT CONNECTIONS REQUESTS NAME`.

Prints the latencies in microseconds as a JSON list. A connection sends its next request when the last one is answered.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time

import uvloop

from benchmarks import traffic

ANSWERED = b"HTTP/1.1 200"


async def exchange(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> float:
    """Send one request and read the whole answer; seconds. Raises RuntimeError unless it is 200."""
    started = time.perf_counter()
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(
        int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")
    )
    if length:
        await reader.readexactly(length)
    took = time.perf_counter() - started
    if not head.startswith(ANSWERED):
        raise RuntimeError(head.split(b"\r\n")[0].decode())
    return took


async def connection(port: int, queue: list[bytes], latencies: list[float]) -> None:
    """Work through `queue` over one connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while queue:
        latencies.append(await exchange(reader, writer, queue.pop()))
    writer.close()


async def run(port: int, connections: int, count: int, name: str) -> list[float]:
    """Latencies in seconds."""
    queue = traffic.requests(count, name=name)
    latencies: list[float] = []
    await asyncio.gather(*(connection(port, queue, latencies) for _ in range(connections)))
    return latencies


if __name__ == "__main__":
    seconds = uvloop.run(run(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]))
    print(json.dumps([round(each * 1e6) for each in seconds]))
