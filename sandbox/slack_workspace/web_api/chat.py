"""chat.* (https://docs.slack.dev/reference/methods#chat)."""

from collections.abc import Mapping

from sandbox.slack_workspace.authors import as_app
from sandbox.slack_workspace.drafts import UPDATE_TEXT_LIMIT, Draft, read_draft
from sandbox.slack_workspace.errors import SlackError
from sandbox.slack_workspace.ledger import with_block_ids
from sandbox.slack_workspace.model import Channel, Json, Message
from sandbox.slack_workspace.web_api.calls import (
    Call,
    Endpoint,
    endpoint,
    invalid,
    joined_channel,
    named_channel,
)
from sandbox.slack_workspace.wire import message_json


def post_message(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/chat.postMessage."""
    channel = target(call, call.needed("channel"))
    draft = read_draft(call.arguments)
    thread_ts = thread_of(call, channel)
    message = as_app(call.services.ledger, channel=channel.id, draft=draft, thread_ts=thread_ts)
    message.broadcast = thread_ts is not None and call.flag("reply_broadcast")
    call.services.ledger.post(message)
    call.services.events.announce_message(channel, message)
    shown = message_json(call.state, message, with_metadata=True)
    return {"channel": channel.id, "ts": message.ts, "message": shown}


def update(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/chat.update; what is not given stays, an empty list takes away."""
    message = _own_message(call, "cant_update_message")
    channel = call.state.channels[message.channel]
    draft = read_draft(call.arguments, text_limit=UPDATE_TEXT_LIMIT)
    call.services.ledger.edit(message, **_changes(call, draft))
    call.services.events.announce_change(channel, message, "message_changed")
    shown = message_json(call.state, message, with_metadata=True)
    return {"channel": message.channel, "ts": message.ts, "text": message.text, "message": shown}


def _changes(call: Call, draft: Draft) -> Json:
    changes: Json = {"text": draft.text or ""}
    if draft.blocks is not None:
        changes["blocks"] = with_block_ids(draft.blocks, call.services.ledger)
    if draft.attachments is not None:
        changes["attachments"] = draft.attachments
    if draft.metadata is not None:
        changes["metadata"] = draft.metadata or None
    return changes


def post_ephemeral(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/chat.postEphemeral: to somebody who is in the channel."""
    channel = joined_channel(call)
    refuse_archived(channel)
    user = call.needed("user")
    if user not in call.state.users:
        raise SlackError("user_not_found")
    if user not in channel.members:
        raise SlackError("user_not_in_channel")
    draft = read_draft(call.arguments)
    message = as_app(
        call.services.ledger, channel=channel.id, draft=draft, thread_ts=thread_of(call, channel)
    )
    message.ephemeral_to = user
    call.services.ledger.post(message)
    return {"message_ts": message.ts}


def delete(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/chat.delete."""
    message = _own_message(call, "cant_delete_message")
    call.services.ledger.delete(message)
    call.services.events.announce_change(call.state.channels[message.channel], message, "message_deleted")
    return {"channel": message.channel, "ts": message.ts}


def get_permalink(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/chat.getPermalink."""
    channel = named_channel(call)
    message = call.services.ledger.message(channel, call.needed("message_ts"))
    if message is None:
        raise SlackError("message_not_found")
    thread = f"?thread_ts={message.thread_ts}&cid={channel.id}" if message.is_reply else ""
    link = f"{call.base_url}/archives/{channel.id}/p{message.ts.replace('.', '')}{thread}"
    return {"channel": channel.id, "permalink": link}


def target(call: Call, name: str) -> Channel:
    """Where a post goes: a channel by id or `#name`, or a person's id, which means their DM.

    Raises:
        SlackError: channel_not_found, not_in_channel, is_archived, cannot_dm_bot.
    """
    ledger = call.services.ledger
    if (user := call.state.users.get(name)) is not None:
        if not user.is_person:
            raise SlackError("cannot_dm_bot" if user.is_bot else "channel_not_found")
        return ledger.open_dm(user.id, call.state.bot_user)
    channel = call.state.channels.get(name) or (ledger.channel(name) if name.startswith("#") else None)
    if channel is None or (channel.kind != "public" and call.state.bot_user not in channel.members):
        raise SlackError("channel_not_found")
    refuse_archived(channel)
    if (
        call.state.bot_user not in channel.members
        and "chat:write.public" not in call.services.manifest.scopes
    ):
        raise SlackError("not_in_channel")
    return channel


def refuse_archived(channel: Channel) -> None:
    """Nothing new is said in an archived channel.

    Raises:
        SlackError: is_archived.
    """
    if channel.archived:
        raise SlackError("is_archived")


def thread_of(call: Call, channel: Channel) -> str | None:
    """The thread to post into, None for the channel itself.

    Raises:
        SlackError: thread_not_found; invalid_arguments when `thread_ts` names a reply.
    """
    thread_ts = call.text("thread_ts")
    if thread_ts is None:
        return None
    parent = call.services.ledger.message(channel, thread_ts)
    if parent is not None and parent.is_reply:
        raise invalid("thread_ts names a reply; use its parent's ts [json-pointer:/thread_ts]")
    if parent is None and not channel.replies(thread_ts):
        raise SlackError("thread_not_found")
    return thread_ts


def _own_message(call: Call, refusal: str) -> Message:
    channel = named_channel(call)
    refuse_archived(channel)
    message = call.services.ledger.message(channel, call.needed("ts"))
    if message is None:
        raise SlackError("message_not_found")
    if message.bot_id != call.state.bot_id:
        raise SlackError(refusal)
    return message


_CONTENT = "channel text blocks attachments metadata thread_ts parse link_names as_user mrkdwn unfurl_links unfurl_media"

METHODS: Mapping[str, Endpoint] = {
    "chat.postMessage": endpoint(post_message, f"{_CONTENT} reply_broadcast client_msg_id", "chat:write"),
    "chat.update": endpoint(update, f"{_CONTENT} ts file_ids reply_broadcast", "chat:write"),
    "chat.postEphemeral": endpoint(post_ephemeral, f"{_CONTENT} user", "chat:write"),
    "chat.delete": endpoint(delete, "channel ts as_user", "chat:write"),
    "chat.getPermalink": endpoint(get_permalink, "channel message_ts"),
}
