"""What is answered at once, in the audit: typed commands that need no worker, and what the web process says no to."""

from __future__ import annotations

from typing import Any

from bot import audit_log
from bot.domain.audit import COMMAND, Entry, safe
from bot.domain.commands import Surface
from handlers.desk import RECORD_WITHIN, Desk, stable_id


async def keep(
    desk: Desk,
    body: dict[str, Any],
    outcome: str = "refused",
    *,
    verb: str = "",
    stack: str = "",
    rule: str = "",
    reason: str = "",
) -> None:
    """One record. Where Redis is away, the line has to do: the answer does not depend on it."""
    entry = _entry(desk, body, outcome, verb=verb, stack=stack, rule=rule, reason=reason)
    await audit_log.keep(entry, desk.state(entry.team).record, within=RECORD_WITHIN)


def _entry(
    desk: Desk,
    body: dict[str, Any],
    outcome: str,
    *,
    verb: str,
    stack: str,
    rule: str,
    reason: str,
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
            id=f"{stable_id(team, user, str(what))}:{COMMAND}",
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
