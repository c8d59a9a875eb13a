"""Modals: opened with the `trigger_id` while it lasts (three seconds), filled by the worker, and what one that was submitted asks for."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import structlog
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.respond.async_respond import AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.commands import Command, Origin, Surface
from bot.domain.refusals import Refusal
from bot.domain.stacks import short_name
from bot.errors import StoreUnavailableError
from bot.messages import modals, replies
from bot.messages.actions import Press
from bot.messages.views import Opener, opener_of
from handlers.desk import CALL_FAILED, OPEN_WITHIN, TELL_WITHIN, Desk, command_of, in_words, say, stable_id
from handlers.errors import tell

log = structlog.get_logger("handlers")


async def open_view(client: AsyncWebClient, trigger: str, view: dict[str, Any]) -> str:
    """The id of the view that is open now; empty when Slack would not."""
    try:
        async with asyncio.timeout(OPEN_WITHIN):
            answer = await client.views_open(trigger_id=trigger, view=view)
    except CALL_FAILED as error:
        log.warning("modal not opened", reason=str(error) or "no answer in time")
        return ""
    return str((answer.get("view") or {}).get("id", ""))


async def open_typed(
    desk: Desk, body: dict[str, Any], ack: AsyncAck, view: dict[str, Any], otherwise: Refusal
) -> None:
    """For a slash command: open it and acknowledge, or say what else could be done."""
    if await open_view(desk.slack, body["trigger_id"], view):
        await ack()
    else:
        await say(ack, replies.refusal(otherwise))


async def open_pressed(
    desk: Desk, body: dict[str, Any], respond: AsyncRespond, view: dict[str, Any], otherwise: Refusal
) -> None:
    """The same for a button."""
    if not await open_view(desk.slack, body["trigger_id"], view):
        await tell(replies.refusal(otherwise), body, desk.slack, respond)


def opened_from(origin: Origin) -> Opener:
    """What a modal remembers of the press that opened it."""
    return Opener(origin.channel, origin.message_ts, origin.response_url, is_private=origin.is_private)


def submitted(desk: Desk, body: dict[str, Any], press: Press) -> Command:
    """What a modal asks for, to be answered where it was opened. A view is submitted once, so its id names the command."""
    team, user, view = body["team"]["id"], body["user"]["id"], body["view"]
    opener = opener_of(view)
    origin = Origin(
        team=team,
        channel=opener.channel,
        user=user,
        surface=Surface.MODAL,
        response_url=opener.response_url,
        message_ts=opener.message_ts,
        is_private=opener.is_private,
    )
    return command_of(press, id=stable_id(team, user, view["id"]), origin=origin, at=desk.clock())


async def record_with_log(desk: Desk, command: Command, *, dedupe: str, trigger: str) -> None:
    """A log on its own view."""
    view = modals.log_loading(f"Log of {short_name(command.stack)}", opened_from(command.origin))
    await record_with_view(desk, command, view, dedupe=dedupe, trigger=trigger)


async def record_with_view(
    desk: Desk, command: Command, view: dict[str, Any], *, dedupe: str, trigger: str
) -> None:
    """Open the modal as "loading" and record who fills it; where none opens, the answer goes by reply."""
    view_id = await open_view(desk.slack, trigger, view)
    recorded = replace(command, origin=replace(command.origin, view_id=view_id))
    try:
        await desk.record(recorded, dedupe=dedupe)
    except (StoreUnavailableError, TimeoutError) as error:
        await _explain(desk.slack, view_id, title=view["title"]["text"], text=in_words(error))
        raise


async def _explain(client: AsyncWebClient, view_id: str, *, title: str, text: str) -> None:
    if not view_id:
        return
    try:
        async with asyncio.timeout(TELL_WITHIN):
            await client.views_update(view_id=view_id, view=modals.problem(title, text))
    except CALL_FAILED as error:
        log.warning("modal not updated", reason=str(error) or "no answer in time")
