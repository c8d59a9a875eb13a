"""Whom a token belongs to, out of JSON (`GET /api/user`, as the CLI reads it)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.domain.links import Account
from bot.pulumi.wire.fields import objects, text


def read_account(raw: Mapping[str, Any]) -> Account:
    """Organisations are known by their login; the name is for display."""
    organizations = tuple(
        name
        for each in objects(raw, "organizations")
        if (name := text(each, "githubLogin") or text(each, "name"))
    )
    return Account(login=text(raw, "githubLogin"), name=text(raw, "name"), organizations=organizations)
