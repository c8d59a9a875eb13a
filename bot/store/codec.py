"""Records as JSON: msgspec over the domain's own dataclasses.

A record of an older version lacks new fields (they take their defaults) and one of a newer version has more (they are
ignored), so a rolling upgrade reads both.
"""

from __future__ import annotations

from typing import Any, Generic, TypeVar

import msgspec

T = TypeVar("T")

_encode = msgspec.json.Encoder().encode
pack = msgspec.msgpack.Encoder().encode

UnreadableError = msgspec.MsgspecError


class Codec(Generic[T]):
    """Encodes and decodes one type. `decode` raises `UnreadableError`."""

    def __init__(self, kind: type[T]) -> None:
        self._decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(kind)

    def encode(self, value: T) -> str:
        """As JSON. A text and not bytes: Lua's `cmsgpack` does not know MessagePack's binary type."""
        return _encode(value).decode()

    def decode(self, raw: bytes) -> T:
        """From JSON."""
        value: T = self._decoder.decode(raw)
        return value
