"""Modals: opened with the `trigger_id` while it lasts (three seconds), filled or acted upon by the worker."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import structlog
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.commands import Command, Origin, Surface, Verb
from bot.domain.requests import Request
from bot.errors import StoreUnavailableError
from bot.messages import confirmations, modals
from bot.messages.actions import Press
from handlers.desk import CALL_FAILED, OPEN_WITHIN, TELL_WITHIN, Desk, in_words, stable_id

log = structlog.get_logger("handlers")


async def record_with_log(desk: Desk, command: Command, *, dedupe: str, trigger: str) -> None:
    """A log on its own view."""
    place = command.origin
    view = modals.log_loading(_title(command), channel=place.channel, message_ts=place.message_ts)
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


async def ask_reason(desk: Desk, trigger: str, request: Request, place: Origin) -> bool:
    """Open the modal that asks why; False when Slack would not."""
    view = modals.reject(
        request, channel=place.channel, message_ts=place.message_ts, response_url=place.response_url
    )
    return bool(await open_view(desk.slack, trigger, view))


async def on_rejection(desk: Desk, body: dict[str, Any], ack: AsyncAck) -> None:
    """A rejection with its reason becomes a command; without one the person is asked again, under the input."""
    rejection = modals.read_rejection(body["view"])
    if not rejection.reason:
        await ack(response_action="errors", errors={modals.REASON: "Please say why: people will read it."})
        return
    team, user, view_id = body["team"]["id"], body["user"]["id"], body["view"]["id"]
    command = Command(
        id=stable_id(team, user, view_id),
        verb=Verb.REJECT,
        origin=Origin(
            team=team,
            channel=rejection.channel,
            user=user,
            surface=Surface.MODAL,
            response_url=rejection.response_url,
            message_ts=rejection.message_ts,
        ),
        request_id=rejection.request_id,
        reason=rejection.reason,
        at=desk.clock(),
    )
    await desk.record(command, dedupe=command.id)
    await ack()


async def ask_name(desk: Desk, trigger: str, press: Press, place: Origin) -> None:
    """Open the modal in which the stack's name is typed."""
    view = confirmations.modal(
        press, channel=place.channel, message_ts=place.message_ts, response_url=place.response_url
    )
    await open_view(desk.slack, trigger, view)


async def on_name(desk: Desk, body: dict[str, Any], ack: AsyncAck) -> None:
    """The policy compares the name: what was typed is recorded as it is."""
    got = confirmations.read(body["view"])
    if got.press is None or not got.typed:
        await ack(response_action="errors", errors={confirmations.NAME: "Please type the stack's name."})
        return
    team, user = body["team"]["id"], body["user"]["id"]
    command = Command(
        id=stable_id(team, user, body["view"]["id"]),
        verb=got.press.verb,
        origin=Origin(
            team=team,
            channel=got.channel,
            user=user,
            surface=Surface.MODAL,
            response_url=got.response_url,
            message_ts=got.message_ts,
        ),
        stack=got.press.stack,
        branch=got.press.branch,
        commit=got.press.commit,
        reason=got.press.reason,
        request_id=got.press.request_id,
        typed=got.typed,
        at=desk.clock(),
    )
    await desk.record(command, dedupe=command.id)
    await ack()


def _title(command: Command) -> str:
    return f"Log of {'/'.join(command.stack.split('/')[-2:])}"


async def open_view(client: AsyncWebClient, trigger: str, view: dict[str, Any]) -> str:
    """The id of the view that is open now; empty when Slack would not."""
    try:
        async with asyncio.timeout(OPEN_WITHIN):
            answer = await client.views_open(trigger_id=trigger, view=view)
    except CALL_FAILED as error:
        log.warning("modal not opened", reason=str(error) or "no answer in time")
        return ""
    return str((answer.get("view") or {}).get("id", ""))


async def _explain(client: AsyncWebClient, view_id: str, *, title: str, text: str) -> None:
    if not view_id:
        return
    try:
        async with asyncio.timeout(TELL_WITHIN):
            await client.views_update(view_id=view_id, view=modals.problem(title, text))
    except CALL_FAILED as error:
        log.warning("modal not updated", reason=str(error) or "no answer in time")
