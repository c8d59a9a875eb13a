"""What Slack tells the app of a thing a person did (https://docs.slack.dev/reference/interaction-payloads)."""

from typing import Any

from sandbox.slack_workspace.events import VERIFICATION_TOKEN
from sandbox.slack_workspace.model import Channel, Json, Message, User, View
from sandbox.slack_workspace.services import Services
from sandbox.slack_workspace.values import merged_values
from sandbox.slack_workspace.wire import message_json, view_json


def common(services: Services, user: User) -> Json:
    """Who, where and for which app: in every interaction."""
    state = services.ledger.state
    return {
        "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": state.team_id},
        "api_app_id": state.app_id,
        "token": VERIFICATION_TOKEN,
        "team": {"id": state.team_id, "domain": state.team_domain},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def channel_short(channel: Channel) -> Json:
    """A channel as interactions name it."""
    return {"id": channel.id, "name": name_in_payload(channel)}


def name_in_payload(channel: Channel) -> str:
    """Slack calls DMs `directmessage` and every private channel `privategroup`."""
    return {"im": "directmessage", "private": "privategroup"}.get(channel.kind, channel.name)


def source_of(services: Services, source: Message | View) -> Json:
    """Where the element stands: container, and the message with its channel or the view."""
    state = services.ledger.state
    if isinstance(source, View):
        return {"container": {"type": "view", "view_id": source.id}, "view": view_json(state, source)}
    channel = state.channels[source.channel]
    container: Json = {
        "type": "message",
        "message_ts": source.ts,
        "channel_id": channel.id,
        "is_ephemeral": source.ephemeral_to is not None,
    }
    if source.is_reply:
        container["thread_ts"] = source.thread_ts
    told: Json = {"container": container, "channel": channel_short(channel)}
    return (
        told if source.ephemeral_to else {**told, "message": message_json(state, source, with_metadata=True)}
    )


def message_state(source: Message, user: str, values: Json | None) -> Json:
    """What stands in a message's inputs for one person, after `values` in short form."""
    state = merged_values(source.blocks, source.chosen.get(user, {}), values or {})
    source.chosen[user] = state
    return state


def slash_fields(
    services: Services, *, user: User, channel: Channel, command: str, text: str
) -> dict[str, Any]:
    """A slash command's form fields (https://docs.slack.dev/interactivity/implementing-slash-commands#app_command_handling)."""
    state = services.ledger.state
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": state.team_id,
        "team_domain": state.team_domain,
        "channel_id": channel.id,
        "channel_name": name_in_payload(channel),
        "user_id": user.id,
        "user_name": user.name,
        "command": command,
        "text": text,
        "api_app_id": state.app_id,
        "is_enterprise_install": "false",
        "response_url": services.response_urls.issue(channel=channel.id, user=user.id),
        "trigger_id": services.triggers.issue(user.id, channel=channel.id),
    }
