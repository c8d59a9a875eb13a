"""Pulumi's webhooks: is it really from Pulumi, and where should one look. Pure; the poller does the looking.

An event has no deployment id, comes in no particular order, may come twice, and there is none for a canceled or skipped
deployment: it only makes a look happen sooner. Source: Pulumi docs, "Webhooks".
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from bot.domain.stacks import StackRef
from bot.pulumi.wire.fields import mapping, number, text

SIGNATURE_HEADER = "Pulumi-Webhook-Signature"
KIND_HEADER = "Pulumi-Webhook-Kind"
ID_HEADER = "Pulumi-Webhook-ID"

DEPLOYMENT = "deployment"
PING = "ping"


@dataclass(frozen=True, slots=True)
class WebhookEvent:
    """What an event says. Only a `deployment` has more than its kind and its place; kinds we do not know are passed on."""

    kind: str
    organization: str = ""
    stack: StackRef | None = None
    version: int | None = None
    operation: str = ""
    status: str = ""


def verify(body: bytes, signature: str, *, secret: str) -> bool:
    """Whether `signature` is the hex HMAC-SHA256 of the raw body. Constant time; an empty secret signs nothing."""
    if not secret:
        return False
    expected = hmac.new(secret.encode(), body, "sha256").hexdigest()
    return hmac.compare_digest(expected.encode(), signature.strip().lower().encode(errors="replace"))


def parse(body: bytes, *, kind: str) -> WebhookEvent:
    """Read a verified body; `kind` is the header's. A body that cannot be read still says that something happened."""
    raw = _object(body)
    organization, stack = _place(raw)
    if kind != DEPLOYMENT:
        return WebhookEvent(kind=kind, organization=organization, stack=stack)
    return WebhookEvent(
        kind=kind,
        organization=organization,
        stack=stack,
        version=number(raw, "version"),
        operation=text(raw, "operation"),
        status=text(raw, "status"),
    )


def _object(body: bytes) -> dict[str, Any]:
    try:
        raw = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return {}
    return raw if isinstance(raw, dict) else {}


def _place(raw: Mapping[str, Any]) -> tuple[str, StackRef | None]:
    """The login is what paths are made of; the name is for display."""
    owner = mapping(raw, "organization")
    organization = text(owner, "githubLogin") or text(owner, "name")
    project, stack = text(raw, "projectName"), text(raw, "stackName")
    if not (organization and project and stack):
        return organization, None
    return organization, StackRef(org=organization, project=project, stack=stack)
