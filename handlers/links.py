"""Linking a Pulumi login: the form, and the one moment in which a token is in the clear."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.domain.commands import Verb
from bot.domain.links import purpose
from bot.domain.refusals import Refusal
from bot.messages import links, replies
from bot.messages.actions import Press
from bot.messages.views import Opener
from bot.vault import NoKeyError
from handlers import modals, refusals
from handlers.desk import Desk, say

NO_KEY = Refusal(NoKeyError().for_people)
NOT_OPENED = Refusal("Slack did not open the form. Nothing was linked.", "Try again.")


async def open_form(desk: Desk, body: dict[str, Any], ack: AsyncAck) -> None:
    """Within the three seconds of the `trigger_id`; without a key to seal with, nobody is asked for a secret."""
    if not desk.vault:
        await refusals.keep(desk, body, verb=Verb.LINK, reason=NO_KEY.problem)
        await say(ack, replies.refusal(NO_KEY))
        return
    view = links.form(Opener(body["channel_id"], response_url=body.get("response_url", "")))
    await modals.open_typed(desk, body, ack, view, NOT_OPENED)


async def on_token(desk: Desk, body: dict[str, Any], ack: AsyncAck) -> None:
    """Sealed for this person before it is recorded; what goes wrong is said under the field, without it."""
    handed = links.read(body["view"])
    if handed.problem:
        await refusals.keep(desk, body, verb=Verb.LINK, reason=handed.problem)
        await ack(response_action="errors", errors={links.TOKEN: handed.problem})
        return
    command = modals.submitted(desk, body, Press(Verb.LINK))
    token = desk.vault.seal(handed.token, purpose=purpose(command.origin.team, command.origin.user))
    await desk.record(replace(command, sealed=token), dedupe=command.id)
    await ack()
