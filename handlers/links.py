"""Linking a Pulumi login: the form, and the one moment in which a token is in the clear."""

from __future__ import annotations

from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.domain.commands import Command, Origin, Refusal, Surface, Verb
from bot.domain.links import purpose
from bot.messages import links, replies
from bot.vault import NoKeyError
from handlers import modals, refusals
from handlers.desk import Desk, say, stable_id

NO_KEY = Refusal(NoKeyError().for_people)
NOT_OPENED = Refusal("Slack did not open the form. Nothing was linked.", "Try again.")


async def open_form(desk: Desk, body: dict[str, Any], ack: AsyncAck) -> None:
    """Within the three seconds of the `trigger_id`; without a key to seal with, nobody is asked for a secret."""
    if not desk.vault:
        await refusals.keep(desk, body, verb=Verb.LINK, reason=NO_KEY.problem)
        await say(ack, replies.refusal(NO_KEY))
        return
    view = links.form(channel=body["channel_id"], response_url=body.get("response_url", ""))
    if await modals.open_view(desk.slack, body["trigger_id"], view):
        await ack()
    else:
        await say(ack, replies.refusal(NOT_OPENED))


async def on_token(desk: Desk, body: dict[str, Any], ack: AsyncAck) -> None:
    """Sealed for this person before it is recorded; what goes wrong is said under the field, without it."""
    handed = links.read(body["view"])
    if handed.problem:
        await refusals.keep(desk, body, verb=Verb.LINK, reason=handed.problem)
        await ack(response_action="errors", errors={links.TOKEN: handed.problem})
        return
    team, user = body["team"]["id"], body["user"]["id"]
    command = Command(
        id=stable_id(team, user, body["view"]["id"], Verb.LINK),
        verb=Verb.LINK,
        origin=Origin(
            team=team,
            channel=handed.channel,
            user=user,
            surface=Surface.MODAL,
            response_url=handed.response_url,
        ),
        at=desk.clock(),
        sealed=desk.vault.seal(handed.token, purpose=purpose(team, user)),
    )
    await desk.record(command, dedupe=command.id)
    await ack()
