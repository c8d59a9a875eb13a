"""The name of a stack typed once more, where a rule wants that: asked for in a modal, and recorded as it was typed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.respond.async_respond import AsyncRespond

from bot.domain.commands import Origin
from bot.domain.refusals import Refusal
from bot.messages import confirmations
from bot.messages.actions import Press
from bot.messages.modals import OTHER_VERSION, told_in
from handlers import modals, refusals
from handlers.desk import Desk

NOT_OPENED = Refusal(
    "Slack did not open the form. Nothing was started.",
    "Press the button again, or type the command as shown.",
)


async def ask_name(
    desk: Desk, body: dict[str, Any], press: Press, origin: Origin, respond: AsyncRespond
) -> None:
    """Open the modal in which it is typed."""
    view = confirmations.modal(press, modals.opened_from(origin))
    await modals.open_pressed(desk, body, respond, view, NOT_OPENED)


async def on_name(desk: Desk, body: dict[str, Any], ack: AsyncAck) -> None:
    """A wrong name is told under the input; the policy compares it again."""
    got = confirmations.read(body["view"])
    if got.press is None:
        await ack(**told_in(body["view"], OTHER_VERSION))
    elif wrong := confirmations.problem(got.press.stack, got.typed):
        await refusals.keep(desk, body, verb=got.press.verb, stack=got.press.stack, reason=wrong)
        await ack(response_action="errors", errors={confirmations.NAME: wrong})
    else:
        command = replace(modals.submitted(desk, body, got.press), typed=got.typed)
        await desk.record(command, dedupe=command.id)
        await ack()
