"""Pulumi's webhooks: is it really from Pulumi, and whose is it. Pure; the poller does the looking.

An event has no deployment id, comes in no particular order, may come twice, and there is none for a canceled or skipped
deployment: it only makes a look happen sooner, whatever its kind. Source: Pulumi docs, "Webhooks".
"""

from __future__ import annotations

import hmac

import msgspec

from bot.pulumi.wire.fields import mapping, text

SIGNATURE_HEADER = "Pulumi-Webhook-Signature"


def verify(body: bytes, signature: str, *, secret: str) -> bool:
    """Whether `signature` is the hex HMAC-SHA256 of the raw body. Constant time; an empty secret signs nothing."""
    if not secret:
        return False
    expected = hmac.new(secret.encode(), body, "sha256").hexdigest()
    return hmac.compare_digest(expected.encode(), signature.strip().lower().encode(errors="replace"))


def organization(body: bytes) -> str:
    """Where something happened, from a verified body: the login, of which paths are made, or the name. Empty where it does not say."""
    try:
        raw = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ""
    owner = mapping(raw, "organization") if isinstance(raw, dict) else {}
    return text(owner, "githubLogin") or text(owner, "name")
