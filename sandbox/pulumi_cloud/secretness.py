"""What looks like a secret, and how a kept secret is written to clients.

The REST API page ("Override default dependency installation…", info box): variables may be marked secret by the
service "based on specific key terms and the entropy of the associated value".
"""

import base64
import hashlib
import math
from collections import Counter
from typing import Any

__all__ = ["MASK", "NO_SALT", "SALT_SIZE", "looks_secret", "seal", "unseal"]

MASK = "[secret]"
SALT_SIZE = 4
NO_SALT = bytes(SALT_SIZE)

_TERMS = (
    "password",
    "passwd",
    "secret",
    "token",
    "credential",
    "apikey",
    "accesskey",
    "privatekey",
    "signingkey",
)
_ENTROPY_LENGTH = 20
_ENTROPY_BITS = 4.0
_KEY = b"sandbox"


def looks_secret(name: str, value: str) -> bool:
    """Whether the service would mark this variable secret by itself."""
    squeezed = name.lower().replace("_", "").replace("-", "")
    return any(term in squeezed for term in _TERMS) or _looks_random(value)


def _looks_random(value: str) -> bool:
    if len(value) < _ENTROPY_LENGTH or not value.isascii() or any(mark in value for mark in " /:."):
        return False
    return _entropy(value) >= _ENTROPY_BITS


def _entropy(value: str) -> float:
    """Shannon entropy in bits per character."""
    return -sum(n / len(value) * math.log2(n / len(value)) for n in Counter(value).values())


def seal(value: str, salt: bytes = NO_SALT) -> dict[str, str]:
    """A kept secret as clients see it: masked, with a ciphertext that may be sent back. Another `salt` of the same size writes another one."""
    mixed = _mix(value.encode(), salt)
    return {"secret": MASK, "ciphertext": base64.b64encode(salt + mixed).decode()}


def unseal(value: dict[str, Any]) -> str | None:
    """The secret in what a client sent, be it new or sealed before; None when this is no secret."""
    match {name: item for name, item in value.items() if item is not None}:
        case {"secret": str(), "ciphertext": str(ciphertext), **more} if not more:
            sealed = base64.b64decode(ciphertext)
            return _mix(sealed[SALT_SIZE:], sealed[:SALT_SIZE]).decode()
        case {"secret": str(plain), **more} if not more:
            return plain
    return None


def _mix(data: bytes, salt: bytes) -> bytes:
    """A keystream that hides the value from a reader's eye, and is its own inverse."""
    blocks = range(len(data) // 32 + 1)
    stream = b"".join(hashlib.sha256(_KEY + salt + bytes([n % 256])).digest() for n in blocks)
    return bytes(a ^ b for a, b in zip(data, stream, strict=False))
