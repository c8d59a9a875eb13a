"""One short name for all of a stack's deployment settings, to see whether they changed since somebody approved.

No document says whether the service answers the same ciphertext as long as a secret stays the same. So it is looked at: two answers to one
question that differ in nothing but ciphertexts show that these are written anew each time. Then they are left out: the coming and going of a
secret is still seen, its change only where the settings carry their own version (official OpenAPI, `DeploymentSettings`).
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

import msgspec

from bot.domain.deployment_settings import is_secret

NONE = "none"  # the digest of a stack without settings


def digest(raw: Mapping[str, Any], again: Mapping[str, Any]) -> str:
    """20 characters of [0-9a-f] that are the same for the same settings, in whatever order they come; `again` is the second answer."""
    bare = without_secrets(again)
    kept = bare if raw != again and without_secrets(raw) == bare else again
    return blake2b(msgspec.json.encode(kept, order="deterministic"), digest_size=10).hexdigest()


def without_secrets(value: Any, key: str = "") -> Any:
    """The same, of each secret only that there is one."""
    if is_secret(key, value):
        return {"secret": True}
    if isinstance(value, Mapping):
        return {name: without_secrets(inner, name) for name, inner in value.items()}
    return value
