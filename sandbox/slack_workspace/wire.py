"""The model as Slack's JSON objects (https://docs.slack.dev/reference/objects)."""

from typing import Any

from sandbox.slack_workspace.model import Channel, File, Json, Message, State, User, UserGroup, View


def user_json(state: State, user: User) -> Json:
    """https://docs.slack.dev/reference/objects/user-object."""
    return {
        "id": user.id,
        "team_id": state.team_id,
        "name": user.name,
        "deleted": user.deleted,
        "color": user.color.removeprefix("#"),
        "real_name": user.real_name,
        "tz": user.tz,
        "tz_label": user.tz,
        "tz_offset": user.tz_offset,
        "profile": {
            "real_name": user.real_name,
            "real_name_normalized": user.real_name,
            "display_name": user.name,
            "display_name_normalized": user.name,
            "title": user.title,
            "team": state.team_id,
            **({"email": user.email} if user.email else {}),
            **({"api_app_id": state.app_id, "bot_id": user.bot_id} if user.bot_id else {}),
        },
        "is_admin": user.is_admin,
        "is_owner": False,
        "is_bot": user.is_bot,
        "is_app_user": False,
        "is_restricted": False,
        "updated": 0,
    }


def group_json(state: State, group: UserGroup, *, with_users: bool, with_count: bool) -> Json:
    """https://docs.slack.dev/reference/objects/usergroup-object."""
    return {
        "id": group.id,
        "team_id": state.team_id,
        "is_usergroup": True,
        "name": group.name,
        "description": group.description,
        "handle": group.handle,
        "is_external": False,
        "date_delete": 1 if group.disabled else 0,
        **({"users": list(group.users)} if with_users else {}),
        **({"user_count": len(group.users)} if with_count else {}),
    }


def channel_json(state: State, channel: Channel, *, with_count: bool = False) -> Json:
    """https://docs.slack.dev/reference/objects/conversation-object."""
    common: Json = {"id": channel.id, "created": channel.created, "is_archived": channel.archived}
    if channel.kind == "im":
        other = next((member for member in channel.members if member != state.bot_user), state.bot_user)
        return {
            **common,
            "is_im": True,
            "is_org_shared": False,
            "user": other,
            "is_user_deleted": state.users[other].deleted,
        }
    return {
        **common,
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": channel.kind == "public",
        "is_group": channel.kind == "private",
        "is_im": False,
        "is_mpim": False,
        "is_private": channel.kind == "private",
        "is_general": False,
        "is_shared": False,
        "is_ext_shared": False,
        "is_org_shared": False,
        "is_member": state.bot_user in channel.members,
        "creator": channel.creator,
        "topic": _described(channel.topic, channel),
        "purpose": _described(channel.purpose, channel),
        "previous_names": [],
        **({"num_members": len(channel.members)} if with_count else {}),
    }


def _described(value: str, channel: Channel) -> Json:
    return {
        "value": value,
        "creator": channel.creator if value else "",
        "last_set": channel.created if value else 0,
    }


def message_json(state: State, message: Message, *, with_metadata: bool = False) -> Json:
    """https://docs.slack.dev/reference/events/message; thread figures come with `with_thread`."""
    answer: Json = {
        "type": "message",
        "user": message.user,
        "text": message.text,
        "ts": message.ts,
        "team": state.team_id,
    }
    if message.bot_id:
        answer |= {
            "bot_id": message.bot_id,
            "app_id": message.app_id,
            "bot_profile": _bot_profile(state, message),
        }
    if message.thread_ts:
        answer["thread_ts"] = message.thread_ts
    if message.blocks:
        answer["blocks"] = message.blocks
    if message.attachments:
        answer["attachments"] = message.attachments
    if message.files:
        answer["files"] = [file_json(state.files[file_id]) for file_id in message.files]
    if message.edited_ts:
        answer["edited"] = {"user": message.user, "ts": message.edited_ts}
    if with_metadata and message.metadata:
        answer["metadata"] = message.metadata
    return answer


def _bot_profile(state: State, message: Message) -> Json:
    bot = state.users[state.bot_user]
    return {
        "id": message.bot_id,
        "app_id": message.app_id,
        "name": bot.real_name,
        "deleted": False,
        "team_id": state.team_id,
    }


def with_thread(answer: Json, channel: Channel, message: Message) -> Json:
    """Add what a thread's parent says of its replies, and a reply of its parent."""
    if message.is_reply:
        parent = next((m for m in channel.messages if m.ts == message.thread_ts), None)
        return {**answer, "parent_user_id": parent.user} if parent else answer
    replies = channel.replies(message.ts)
    if not replies:
        return answer
    users = list(dict.fromkeys(reply.user for reply in replies))
    figures = {"reply_count": len(replies), "reply_users_count": len(users), "reply_users": users}
    return {**answer, "thread_ts": message.ts, **figures, "latest_reply": replies[-1].ts, "is_locked": False}


def file_json(file: File) -> Json:
    """https://docs.slack.dev/reference/objects/file-object."""
    return {
        "id": file.id,
        "created": file.created,
        "timestamp": file.created,
        "name": file.name,
        "title": file.title,
        "mimetype": file.mimetype,
        "filetype": file.snippet_type or "text",
        "size": file.size,
        "user": file.user,
        "mode": "snippet" if file.snippet_type else "hosted",
        "channels": list(file.channels),
    }


def view_json(state: State, view: View, *, with_values: bool = True) -> Json:
    """https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload."""
    content = view.content
    answer: Json = {
        "id": view.id,
        "team_id": state.team_id,
        "type": view.type,
        "blocks": view.blocks,
        "private_metadata": content.get("private_metadata", ""),
        "callback_id": content.get("callback_id", ""),
        "state": {"values": view.values if with_values else {}},
        "hash": view.hash,
        "clear_on_close": content.get("clear_on_close", False),
        "notify_on_close": content.get("notify_on_close", False),
        "root_view_id": view.root_id,
        "previous_view_id": view.previous_id,
        "app_id": state.app_id,
        "external_id": content.get("external_id", ""),
        "app_installed_team_id": state.team_id,
        "bot_id": state.bot_id,
    }
    texts: Any = {name: content.get(name) for name in ("title", "submit", "close")}
    return {**answer, **texts}
