"""The form in which a deployment is put together: opened while the `trigger_id` lasts, checked and sealed here, recorded once."""

from __future__ import annotations

import asyncio
from typing import Any

import structlog
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.errors import SlackApiError

from bot.domain import drafts
from bot.domain.commands import Command, Invocation, Origin, Surface
from bot.domain.drafts import Checked
from bot.domain.options import SEALED_AS, Options, Typed, Variable
from bot.domain.refusals import Refusal
from bot.messages import deploy_form, replies
from bot.vault import Vault
from handlers import modals
from handlers.desk import CALL_FAILED, LOOK_WITHIN, Desk, stable_id

log = structlog.get_logger("handlers")

NOT_OPENED = Refusal(
    "Slack did not open the form. Nothing was started.", "Try again, or name the stack: deploy web/dev."
)
NOT_IN = "I'm not in that channel. Invite me there with /invite @quarterdeck, or choose another one."
SHORTCUTS = frozenset({"deploy"})  # callback ids, as in manifest.yml
# Slack's words for a channel that the bot can't see because it is not in it.
_UNSEEN = frozenset({"channel_not_found", "not_in_channel"})


async def open_form(
    desk: Desk, trigger: str, asked: Invocation | None = None, *, channel: str = "", response_url: str = ""
) -> bool:
    """False when Slack would not. `asked` is what was typed already."""
    view = deploy_form.form(asked, channel=channel, response_url=response_url)
    return bool(await modals.open_view(desk.slack, trigger, view))


async def on_press_of_form(desk: Desk, body: dict[str, Any]) -> bool:
    """A button that opens the form, in a message, a modal or the Home tab."""
    channel = (body.get("channel") or {}).get("id") or ""
    return await open_form(
        desk, body["trigger_id"], channel=channel, response_url=body.get("response_url") or ""
    )


async def on_shortcut(desk: Desk, body: dict[str, Any], ack: AsyncAck) -> None:
    """Slack, "Shortcuts payload": global, so there is no channel to answer in."""
    known = body["callback_id"] in SHORTCUTS
    if not known or not await open_form(desk, body["trigger_id"]):
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
    team, user, view = body["team"]["id"], body["user"]["id"], body["view"]
    _, response_url = deploy_form.read_origin(view)
    return Command(
        id=stable_id(team, user, view["id"]),
        verb=checked.verb,
        origin=Origin(
            team=team,
            channel=checked.channel,
            user=user,
            surface=Surface.MODAL,
            response_url=response_url,
        ),
        stack=checked.stack,
        branch=checked.branch,
        commit=checked.commit,
        options=Options(
            environment=tuple(_kept(variable, desk.vault) for variable in checked.variables),
            inherit=checked.inherit,
            message=checked.message,
        ),
        at=desk.clock(),
    )


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
