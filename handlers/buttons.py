"""Buttons, on cards, private answers, modals and the Home tab: each press becomes one command."""

from __future__ import annotations

from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.respond.async_respond import AsyncRespond

from bot.domain.commands import OPERATION_OF, Command, Origin, Surface, Verb
from bot.domain.refusals import OUR_BUTTONS, Refusal
from bot.messages import actions, confirmations, replies
from bot.messages.actions import Press
from bot.messages.views import opener_of
from handlers import deploy_form, modals, names, refusals, rejections, settings
from handlers.desk import DOUBLE_CLICK_WINDOW, Desk, command_of, stable_id
from handlers.errors import tell

UNKNOWN = Refusal(
    "I don't know this button: it comes from another version of me. Nothing was done.",
    "Use the newest card, or type the command.",
)


async def on_press(desk: Desk, body: dict[str, Any], ack: AsyncAck, respond: AsyncRespond) -> None:
    """Slack, "Block actions payload": one press, one action."""
    action = body["actions"][0]
    name = action["action_id"]
    press = actions.parse(name, _value(action))
    if press is not None:
        await _record(desk, press, body, respond)
    elif name == actions.DISMISS:
        await respond(delete_original=True)
    elif not name.startswith(actions.OPEN):
        await refusals.keep(desk, body, rule=OUR_BUTTONS, verb="press", reason=name)
        await tell(replies.refusal(UNKNOWN), body, desk.slack, respond)
    await ack()


def _value(action: dict[str, Any]) -> str:
    return str(action.get("value") or (action.get("selected_option") or {}).get("value") or "")


async def _record(desk: Desk, press: Press, body: dict[str, Any], respond: AsyncRespond) -> None:
    command = _command(desk, press, body)
    if confirmations.opens(body["actions"][0]["action_id"]):
        await names.ask_name(desk, body, press, command.origin, respond)
    elif press.verb in OPERATION_OF and not press.stack:
        await deploy_form.open_pressed(desk, body, respond)
    elif press.verb in settings.VERBS:
        await settings.on_press(desk, command, body)
    elif press.verb is Verb.LOGS:
        await modals.record_with_log(desk, command, dedupe=command.id, trigger=body["trigger_id"])
    elif press.verb is not Verb.REJECT or not await rejections.ask_why(desk, body, command):
        await desk.record(command, dedupe=_same_press(body), window=DOUBLE_CLICK_WINDOW)


def _command(desk: Desk, press: Press, body: dict[str, Any]) -> Command:
    origin = _origin(body)
    name = stable_id(origin.team, origin.user, body["trigger_id"], body["actions"][0]["action_ts"])
    return command_of(press, id=name, origin=origin, at=desk.clock())


def _origin(body: dict[str, Any]) -> Origin:
    """Where the button was: a message, or a modal that remembers the message it was opened from."""
    view = body.get("view") or {}
    opener = opener_of(view)
    container = body.get("container") or {}
    return Origin(
        team=body["team"]["id"],
        channel=(body.get("channel") or {}).get("id") or container.get("channel_id") or opener.channel,
        user=body["user"]["id"],
        surface=Surface.HOME if view.get("type") == "home" else Surface.BUTTON,
        response_url=body.get("response_url") or "",
        message_ts=container.get("message_ts") or opener.message_ts,
        is_private=bool(container.get("is_ephemeral")),
    )


def _same_press(body: dict[str, Any]) -> str:
    """What a double click has in common; a later press is past the window, and gets an honest answer of its own."""
    action = body["actions"][0]
    place = body.get("container") or {}
    where = (place.get("channel_id") or "", place.get("message_ts") or place.get("view_id") or "")
    return stable_id(body["team"]["id"], body["user"]["id"], *where, action["action_id"], _value(action))
