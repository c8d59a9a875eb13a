"""People of other workspaces see our messages in shared channels, and can press their buttons: nothing is done for them.

Slack, "Shared channels": an interaction names the workspace of the person beside the one where it happened.
"""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncBoltRequest
from slack_bolt.context.respond.async_respond import AsyncRespond

from bot.domain.refusals import MEMBERS_ONLY, Refusal
from bot.messages import replies
from handlers import refusals
from handlers.desk import Desk
from handlers.errors import tell

NOT_OURS = Refusal(
    "I work for another Slack workspace, so I can't do this for you. Nothing was done.",
    rule=MEMBERS_ONLY,
)


def is_stranger(body: dict[str, Any]) -> bool:
    """Whether an interaction is by somebody whose own workspace is another one."""
    user, team = body.get("user"), body.get("team")
    if not isinstance(user, dict) or not isinstance(team, dict):
        return False
    ours = str(team["id"])
    return str(user.get("team_id") or ours) != ours


async def turn_away(desk: Desk, request: AsyncBoltRequest) -> None:
    """Recorded, told, and acknowledged."""
    body = request.body
    reason = f"a member of {body['user'].get('team_id')}"
    await refusals.keep(desk, body, rule=MEMBERS_ONLY, verb=str(body.get("type", "")), reason=reason)
    if body.get("type") == "block_actions":
        respond = request.context.respond or AsyncRespond(response_url=None)
        await tell(replies.refusal(NOT_OURS), body, desk.slack, respond)
    await request.context.ack()
