"""The form in which a deployment is put together: opened while the `trigger_id` lasts, checked and sealed here, recorded once."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import structlog
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.respond.async_respond import AsyncRespond
from slack_sdk.errors import SlackApiError

from bot.domain import drafts
from bot.domain.commands import Command, Invocation
from bot.domain.drafts import Checked
from bot.domain.options import SEALED_AS, Options, Typed, Variable
from bot.domain.refusals import Refusal
from bot.messages import deploy_form, replies
from bot.messages.actions import Press
from bot.messages.views import Opener
from bot.vault import Vault
from handlers import modals
from handlers.desk import CALL_FAILED, LOOK_WITHIN, Desk

log = structlog.get_logger("handlers")

NOT_OPENED = Refusal(
    "Slack did not open the form. Nothing was started.", "Try again, or name the stack: deploy web/dev."
)
NOT_IN = "I'm not in that channel. Invite me there with /invite @quarterdeck, or choose another one."
SHORTCUTS = frozenset({"deploy"})  # callback ids, as in manifest.yml
# Slack's words for a channel that the bot can't see because it is not in it.
_UNSEEN = frozenset({"channel_not_found", "not_in_channel"})


async def open_typed(desk: Desk, body: dict[str, Any], asked: Invocation, ack: AsyncAck) -> None:
    """A start without a stack; what was typed is filled in already."""
    opener = Opener(body["channel_id"], response_url=body.get("response_url", ""))
    await modals.open_typed(desk, body, ack, deploy_form.form(asked, opener), NOT_OPENED)


async def open_pressed(desk: Desk, body: dict[str, Any], respond: AsyncRespond) -> None:
    """A button that opens the form, in a message, a modal or the Home tab."""
    channel = (body.get("channel") or {}).get("id") or ""
    opener = Opener(channel, response_url=body.get("response_url") or "")
    await modals.open_pressed(desk, body, respond, deploy_form.form(opener=opener), NOT_OPENED)


async def on_shortcut(desk: Desk, body: dict[str, Any], ack: AsyncAck) -> None:
    """Slack, "Shortcuts payload": global, so there is no channel to answer in."""
    known = body["callback_id"] in SHORTCUTS
    if not known or not await modals.open_view(desk.slack, body["trigger_id"], deploy_form.form()):
        await desk.slack.chat_postMessage(channel=body["user"]["id"], text=replies.refusal(NOT_OPENED).text)
    await ack()


async def on_form(desk: Desk, body: dict[str, Any], ack: AsyncAck) -> None:
    """Every problem is told under its input; what makes sense becomes one command."""
    view = body["view"]
    checked = drafts.check(deploy_form.read(view), can_seal=bool(desk.vault))
    if isinstance(checked, Checked) and not await _is_in(desk, checked.channel):
        checked = {drafts.CHANNEL: NOT_IN}
    if not isinstance(checked, Checked):
        await ack(response_action="errors", errors=checked)
        return
    command = _command(desk, body, checked)
    await desk.record(command, dedupe=command.id)
    await ack()


def _command(desk: Desk, body: dict[str, Any], checked: Checked) -> Command:
    """Its card goes where the form says; a private answer goes where the form was opened."""
    press = Press(checked.verb, stack=checked.stack, branch=checked.branch, commit=checked.commit)
    command = modals.submitted(desk, body, press)
    options = Options(
        environment=tuple(_kept(variable, desk.vault) for variable in checked.variables),
        inherit=checked.inherit,
        message=checked.message,
    )
    return replace(command, options=options, origin=replace(command.origin, channel=checked.channel))


def _kept(variable: Typed, vault: Vault) -> Variable:
    """A secret is sealed before it is written anywhere."""
    if not variable.is_secret:
        return Variable(variable.name, variable.value)
    return Variable(variable.name, vault.seal(variable.value, purpose=SEALED_AS), is_sealed=True)


async def _is_in(desk: Desk, channel: str) -> bool:
    """Whether the card could stand there. Where Slack does not say in time, the worker looks again before anything starts."""
    try:
        async with asyncio.timeout(LOOK_WITHIN):
            answer = await desk.slack.conversations_info(channel=channel)
    except SlackApiError as error:
        return error.response.get("error") not in _UNSEEN
    except CALL_FAILED as error:
        log.warning("channel not looked up", reason=str(error) or "no answer in time")
        return True
    return bool((answer.get("channel") or {}).get("is_member", True))
