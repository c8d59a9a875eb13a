"""What the web process itself says no to, in the audit: a typo as a log line, what a rule forbids in the stream as well."""

from __future__ import annotations

import asyncio
from typing import Any

from bot import audit_log
from bot.domain.audit import Entry, safe
from bot.domain.commands import Surface
from bot.errors import StoreUnavailableError
from handlers.desk import RECORD_WITHIN, Desk, stable_id

OUR_BUTTONS = "buttons as they were made"
MEMBERS_ONLY = "members only"


def note(
    desk: Desk, body: dict[str, Any], outcome: str, *, verb: str = "", stack: str = "", reason: str = ""
) -> None:
    """A typed command that was answered at once: a line, and nothing that Slack would wait for."""
    audit_log.write(_entry(desk, body, outcome, verb=verb, stack=stack, reason=reason))


async def keep(desk: Desk, body: dict[str, Any], *, rule: str, verb: str, reason: str) -> None:
    """A refusal with its rule. Where Redis is away, the line has to do: the answer does not depend on it."""
    entry = _entry(desk, body, "refused", verb=verb, rule=rule, reason=reason)
    try:
        async with asyncio.timeout(RECORD_WITHIN):
            await desk.state(entry.team).record(entry)
    except (StoreUnavailableError, TimeoutError):
        audit_log.write(entry)


def _entry(
    desk: Desk,
    body: dict[str, Any],
    outcome: str,
    *,
    verb: str,
    stack: str = "",
    rule: str = "",
    reason: str = "",
) -> Entry:
    """Who and where, from a command's form or from an interaction."""
    typed = "command" in body
    team = str(body["team_id"] if typed else body["team"]["id"])
    user = str(body["user_id"] if typed else body["user"]["id"])
    channel = str(body["channel_id"] if typed else (body.get("channel") or {}).get("id") or "")
    what = body.get("trigger_id") or (body.get("view") or {}).get("id") or ""
    surface = {"view_submission": Surface.MODAL, "block_actions": Surface.BUTTON}.get(
        body.get("type", ""), Surface.SLASH
    )
    return safe(
        Entry(
            id=f"{stable_id(team, user, str(what))}:refused",
            at=desk.clock(),
            team=team,
            user=user,
            verb=verb,
            outcome=outcome,
            surface=surface.value,
            channel=channel,
            stack=stack,
            rule=rule,
            reason=reason,
        )
    )
