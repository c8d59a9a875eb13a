"""Typing a slash command (https://docs.slack.dev/interactivity/implementing-slash-commands)."""

import json
from typing import Any

from sandbox.slack_workspace.drafts import read_draft
from sandbox.slack_workspace.errors import SlackError
from sandbox.slack_workspace.manifest import SlashCommand
from sandbox.slack_workspace.model import Channel, User
from sandbox.slack_workspace.payloads import slash_fields
from sandbox.slack_workspace.presence import person, place, writable
from sandbox.slack_workspace.response_urls import show_answer
from sandbox.slack_workspace.sender import Delivery
from sandbox.slack_workspace.services import Services
from sandbox.slack_workspace.typing_text import escaped, linked

METHOD = "ack:slash_commands"


async def type_command(
    services: Services, *, user: str, channel: str, command: str, text: str, thread_ts: str | None
) -> Delivery:
    """Send the command, show what the acknowledgement says, or what went wrong."""
    who = person(services.ledger, user)
    where = place(services.ledger, channel, who)
    writable(where, who)
    known = services.manifest.command(command)
    if thread_ts is not None:
        return _refuse(services, who, where, f"{command} is not supported in threads. Sorry!", thread_ts)
    if known is None:
        return _refuse(services, who, where, f"`{command}` is not a valid command.")
    fields = slash_fields(
        services, user=who, channel=where, command=command, text=_sent_text(services, known, text)
    )
    services.counts.called(METHOD)
    delivery = await services.sender.form(fields)
    if delivery.failure:
        services.counts.violated(METHOD, f"{command}: {delivery.failure} (status {delivery.status})")
        says = f'{command} failed with the error "{delivery.failure}"'
        services.ledger.slackbot_says(channel=where.id, user=who.id, text=says)
        return delivery
    _show(services, who, where, delivery.body)
    return delivery


def _refuse(
    services: Services, who: User, where: Channel, says: str, thread_ts: str | None = None
) -> Delivery:
    services.ledger.slackbot_says(channel=where.id, user=who.id, text=says, thread_ts=thread_ts)
    return Delivery(status=0, body=says, elapsed_ms=0.0)


def _sent_text(services: Services, command: SlashCommand, text: str) -> str:
    safe = escaped(text.strip())
    return linked(services.ledger.state, safe) if command.should_escape else safe


def _show(services: Services, who: User, where: Channel, body: Any) -> None:
    arguments = _arguments(body)
    if not arguments:
        return
    try:
        draft = read_draft(arguments)
        show_answer(services.ledger, draft, channel=where.id, user=who.id, arguments=arguments)
    except SlackError as error:
        services.counts.refused(METHOD, error)
        services.ledger.slackbot_says(
            channel=where.id, user=who.id, text=f"The app's answer was refused: {error}"
        )


def _arguments(body: Any) -> dict[str, Any]:
    """An acknowledgement's message: JSON by its content type or its look, else plain text."""
    if isinstance(body, str) and body.lstrip().startswith("{"):
        try:
            body = json.loads(body)
        except ValueError:
            return {"text": body}
    if isinstance(body, dict):
        return body
    return {"text": body} if isinstance(body, str) and body.strip() else {}
