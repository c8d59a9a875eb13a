"""Read a request's body, but not more than anybody who may call us ever sends."""

from __future__ import annotations

from starlette.requests import Request

LIMIT = 1_000_000  # bytes; Slack's and Pulumi's largest are a few hundred thousand


class TooLargeError(Exception):
    """The body is longer than `LIMIT`; it was not read to its end."""


async def read_body(request: Request) -> bytes:
    """The whole body. Raises TooLargeError as soon as the header or the bytes say so."""
    length = request.headers.get("content-length", "0")
    if length.isdecimal() and int(length) > LIMIT:
        raise TooLargeError
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > LIMIT:
            raise TooLargeError
        parts.append(part)
    return b"".join(parts)
