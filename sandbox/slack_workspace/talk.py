"""Writing a message, opening the app's Home, joining and leaving channels."""

from dataclasses import replace

from sandbox.slack_workspace.authors import as_person
from sandbox.slack_workspace.errors import PersonError
from sandbox.slack_workspace.model import Channel, Json
from sandbox.slack_workspace.presence import CONFLICT, FORBIDDEN, NOT_FOUND, person, place, writable
from sandbox.slack_workspace.sender import Delivery
from sandbox.slack_workspace.services import Services
from sandbox.slack_workspace.typing_text import typed_message
from sandbox.slack_workspace.wire import view_json


async def say(services: Services, *, user: str, channel: str, text: str, thread_ts: str | None) -> Delivery:
    """Post as a person and tell the app what it subscribed to. Status 0 without an event; `ts` is the message's."""
    ledger = services.ledger
    who = person(ledger, user)
    where = place(ledger, channel, who)
    if not text.strip():
        raise PersonError(400, "there is nothing to send")
    writable(where, who)
    _refuse_closed(services, where, thread_ts)
    words = typed_message(ledger.state, text)
    message = ledger.post(as_person(ledger, channel=where.id, user=who.id, text=words, thread_ts=thread_ts))
    told = Delivery(status=0, body=None, elapsed_ms=0.0)
    for subscription, event in services.events.of_message(where, message):
        told = await services.events.deliver(subscription, event) or told
    return replace(told, ts=message.ts)


def _refuse_closed(services: Services, where: Channel, thread_ts: str | None) -> None:
    is_dm_with_app = where.kind == "im" and services.ledger.state.bot_user in where.members
    if is_dm_with_app and not services.manifest.messages_tab:
        raise PersonError(FORBIDDEN, "Sending messages to this app has been turned off.")
    if thread_ts is not None and services.ledger.message(where, thread_ts) is None:
        raise PersonError(NOT_FOUND, f"no message {thread_ts}")


async def open_home(services: Services, *, user: str) -> Delivery | None:
    """Open the Home tab: app_home_opened with the view that stands there."""
    who = person(services.ledger, user)
    if not services.manifest.home_tab:
        raise PersonError(NOT_FOUND, "the app has no Home tab")
    state = services.ledger.state
    home = state.homes.get(who.id)
    dm = services.ledger.open_dm(who.id, state.bot_user)
    event: Json = {
        "type": "app_home_opened",
        "user": who.id,
        "channel": dm.id,
        "tab": "home",
        "event_ts": services.ledger.new_ts(),
        **({"view": view_json(state, home)} if home else {}),
    }
    return await services.events.deliver("app_home_opened", event)


async def change_membership(services: Services, *, channel: str, user: str, invite: bool) -> Delivery | None:
    """Bring somebody (the bot too) into a channel, or take them out, and tell the app if it listens."""
    ledger = services.ledger
    who, where = ledger.user(user), ledger.channel(channel)
    if who is None or where is None:
        raise PersonError(NOT_FOUND, f"no such {'user' if who is None else 'channel'}")
    if where.kind == "im":
        raise PersonError(CONFLICT, "a DM's members are fixed")
    bot = ledger.state.bot_user
    bot_hears = bot in where.members or (invite and who.id == bot)
    changed = ledger.join(where, who.id) if invite else ledger.leave(where, who.id)
    if not (changed and bot_hears):
        return None
    event: Json = {
        "type": "member_joined_channel" if invite else "member_left_channel",
        "user": who.id,
        "channel": where.id,
        "channel_type": "C" if where.kind == "public" else "G",
        "team": ledger.state.team_id,
        "event_ts": ledger.new_ts(),
    }
    return await services.events.deliver(event["type"], event)
