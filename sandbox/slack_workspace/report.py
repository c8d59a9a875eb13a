"""`GET /sandbox/state`: everything that stands in the workspace, for tests and scripts."""

from dataclasses import asdict
from typing import Any

from sandbox.slack_workspace.model import Channel, File, Json, Message, State, User, View
from sandbox.slack_workspace.workspace import Workspace


def state_report(workspace: Workspace) -> Json:
    """Users, channels with their messages (replies inside, ephemerals beside), open views, Home tabs and counts."""
    state = workspace.state
    return {
        "team": {"id": state.team_id, "name": state.team_name, "domain": state.team_domain},
        "app": {"id": state.app_id, "bot_user": state.bot_user, "bot_id": state.bot_id},
        "users": [_user(user) for user in state.users.values()],
        "usergroups": [asdict(group) for group in state.groups.values()],
        "channels": [_channel(state, channel) for channel in state.channels.values()],
        "views": [_view(view) for stack in state.modals.values() for view in stack],
        "homes": {user: _view(home) for user, home in state.homes.items()},
        "files": [_file(file) for file in state.files.values()],
        "sockets": workspace.services.sockets.as_json(),
        "api": workspace.services.counts.as_json(),
    }


def _user(user: User) -> Json:
    return {
        "id": user.id,
        "name": user.name,
        "real_name": user.real_name,
        "is_bot": user.is_bot,
        "is_admin": user.is_admin,
        "deleted": user.deleted,
    }


def _channel(state: State, channel: Channel) -> Json:
    shown = [message for message in channel.messages if not message.deleted]
    top = [message for message in shown if not message.is_reply]
    orphans = [
        message for message in shown if message.is_reply and message.thread_ts not in {m.ts for m in top}
    ]
    return {
        "id": channel.id,
        "name": channel.name,
        "kind": channel.kind,
        "is_archived": channel.archived,
        "members": list(channel.members),
        "messages": [_with_replies(state, channel, message) for message in (*top, *orphans)],
        "ephemerals": [_message(state, message) for message in channel.ephemerals if not message.deleted],
        "deleted": [message.ts for message in (*channel.messages, *channel.ephemerals) if message.deleted],
    }


def _with_replies(state: State, channel: Channel, message: Message) -> Json:
    return {
        **_message(state, message),
        "replies": [_message(state, reply) for reply in channel.replies(message.ts)],
    }


def _message(state: State, message: Message) -> Json:
    author = state.users[message.user]
    return {
        "ts": message.ts,
        "thread_ts": message.thread_ts,
        "user": message.user,
        "user_name": author.name,
        "bot_id": message.bot_id,
        "text": message.text,
        "blocks": message.blocks,
        "attachments": message.attachments,
        "metadata": message.metadata,
        "mentions": [asdict(mention) for mention in message.mentions],
        "files": [_file(state.files[file_id]) for file_id in message.files],
        "edits": message.edits,
        "edited_ts": message.edited_ts,
        "broadcast": message.broadcast,
        "ephemeral_to": message.ephemeral_to,
    }


def _file(file: File) -> Json:
    content = None if file.content is None else file.content.decode(errors="replace")
    return {
        "id": file.id,
        "name": file.name,
        "title": file.title,
        "size": file.size,
        "channels": list(file.channels),
        "shared": file.shared,
        "content": content,
    }


def _view(view: View) -> Json:
    shown: dict[str, Any] = asdict(view)
    content = shown.pop("content")
    return {**shown, **content, "id": view.id, "type": view.type}
