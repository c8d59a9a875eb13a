"""One short name for all of a stack's deployment settings, to see whether they changed since somebody approved."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

import msgspec

# Unverified against the live service: that it answers the same ciphertext as long as a secret stays the same. Were it not so, every
# look would seem a change, and this has to be False: then a secret's change is not seen, its coming and going is.
CIPHERTEXTS_ARE_STABLE = True
_CIPHERTEXT = "ciphertext"
NONE = "none"  # the digest of a stack without settings


def digest(raw: Mapping[str, Any]) -> str:
    """20 characters of [0-9a-f] that are the same for the same settings, in whatever order they come."""
    kept = raw if CIPHERTEXTS_ARE_STABLE else _without_ciphertexts(raw)
    return blake2b(msgspec.json.encode(kept, order="deterministic"), digest_size=10).hexdigest()


def _without_ciphertexts(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _without_ciphertexts(inner) for key, inner in value.items() if key != _CIPHERTEXT}
    if isinstance(value, list):
        return [_without_ciphertexts(inner) for inner in value]
    return value
