"""Why somebody rejects: asked for in a modal, and recorded with what was said."""

from __future__ import annotations

from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.domain.commands import Command, Verb
from bot.domain.requests import RequestState
from bot.messages import modals as views
from bot.messages.actions import Press
from handlers import modals
from handlers.desk import Desk


async def ask_why(desk: Desk, body: dict[str, Any], command: Command) -> bool:
    """Whether the modal is open now; a request that no longer waits goes to the worker, who knows what became of it."""
    request = await desk.state(command.origin.team).request(command.request_id)
    if request is None or request.state is not RequestState.AWAITING:
        return False
    view = views.reject(request, modals.opened_from(command.origin))
    return bool(await modals.open_view(desk.slack, body["trigger_id"], view))


async def on_rejection(desk: Desk, body: dict[str, Any], ack: AsyncAck) -> None:
    """A rejection with its reason becomes a command; without one the person is asked again, under the input."""
    got = views.read_rejection(body["view"])
    if not got.reason:
        await ack(response_action="errors", errors={views.REASON: "Please say why: people will read it."})
        return
    press = Press(Verb.REJECT, request_id=got.request_id, reason=got.reason)
    command = modals.submitted(desk, body, press)
    await desk.record(command, dedupe=command.id)
    await ack()
