"""Modals that were submitted, by the callback id of each."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.domain.refusals import OUR_BUTTONS
from bot.messages import confirmations, deploy_form, links, modals, settings_form, settings_review
from bot.messages.modals import OTHER_VERSION, told_in
from handlers import refusals, settings
from handlers.deploy_form import on_form
from handlers.desk import Desk
from handlers.links import on_token
from handlers.names import on_name
from handlers.rejections import on_rejection

Submitted = Callable[[Desk, dict[str, Any], AsyncAck], Awaitable[None]]

SUBMISSIONS: dict[str, Submitted] = {
    modals.REJECT: on_rejection,
    confirmations.CALLBACK: on_name,
    deploy_form.FORM: on_form,
    links.LINK: on_token,
    settings_form.FORM: settings.on_form,
    settings_review.REVIEW: settings.on_review,
    settings_review.CLEAR: settings.on_clear,
}


async def on_submission(desk: Desk, body: dict[str, Any], ack: AsyncAck) -> None:
    """Slack, "view_submission payload"."""
    handle = SUBMISSIONS.get(body["view"].get("callback_id", ""))
    if handle is not None:
        await handle(desk, body, ack)
        return
    callback = str(body["view"].get("callback_id", ""))
    await refusals.keep(desk, body, rule=OUR_BUTTONS, verb="submit", reason=callback)
    await ack(**told_in(body["view"], OTHER_VERSION))
