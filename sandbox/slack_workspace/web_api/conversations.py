"""conversations.* and users.conversations (https://docs.slack.dev/reference/methods#conversations)."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal, InvalidOperation

from sandbox.slack_workspace.errors import SlackError
from sandbox.slack_workspace.model import Channel, Json, Message
from sandbox.slack_workspace.web_api.calls import (
    Call,
    Endpoint,
    channel_scope,
    endpoint,
    joined_channel,
    named_channel,
    page,
    require_scope,
)
from sandbox.slack_workspace.wire import channel_json, message_json, with_thread

_KINDS = {"public_channel": "public", "private_channel": "private", "im": "im", "mpim": "mpim"}
_READ = ("channels:read", "groups:read", "im:read", "mpim:read")
_HISTORY = ("channels:history", "groups:history", "im:history", "mpim:history")


def list_all(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/conversations.list."""
    return _listed(call, [channel for channel in call.state.channels.values() if _is_seen(call, channel)])


def list_of_user(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/users.conversations: the bot's own unless `user` says whose."""
    user = call.text("user") or call.state.bot_user
    if user not in call.state.users:
        raise SlackError("user_not_found")
    seen = [
        channel
        for channel in call.state.channels.values()
        if user in channel.members and _is_seen(call, channel)
    ]
    return _listed(call, seen)


def _is_seen(call: Call, channel: Channel) -> bool:
    return channel.kind == "public" or call.state.bot_user in channel.members


def _listed(call: Call, channels: Sequence[Channel]) -> Json:
    kinds = _kinds(call)
    hide_archived = call.flag("exclude_archived")
    wanted = [c for c in channels if c.kind in kinds and not (hide_archived and c.archived)]
    shown, cursor = page(call, wanted, most=1000)
    found = [channel_json(call.state, channel, with_count=True) for channel in shown]
    return {"channels": found, "response_metadata": {"next_cursor": cursor}}


def _kinds(call: Call) -> set[str]:
    names = (call.text("types") or "public_channel").replace(" ", "").split(",")
    if any(name not in _KINDS for name in names):
        raise SlackError("invalid_types")
    prefixes = {"public_channel": "channels", "private_channel": "groups"}
    for name in names:
        require_scope(call, f"{prefixes.get(name, name)}:read")
    return {_KINDS[name] for name in names}


def info(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/conversations.info."""
    channel = named_channel(call)
    channel_scope(call, channel, "read")
    return {"channel": channel_json(call.state, channel, with_count=call.flag("include_num_members"))}


def history(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/conversations.history: newest first, no replies, no ephemerals."""
    channel = joined_channel(call)
    channel_scope(call, channel, "history")
    in_range = _range(call)
    wanted = [
        m for m in channel.messages if not m.deleted and (not m.is_reply or m.broadcast) and in_range(m)
    ]
    shown, cursor = page(call, wanted[::-1], default=100, most=999)
    more: Json = {"response_metadata": {"next_cursor": cursor}} if cursor else {}
    return {
        "messages": [_shown(call, channel, m) for m in shown],
        "has_more": bool(cursor),
        "pin_count": 0,
        **more,
    }


def replies(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/conversations.replies: the parent, then its replies, oldest first."""
    channel = joined_channel(call)
    channel_scope(call, channel, "history")
    in_range = _range(call)
    ts = call.needed("ts")
    thread = channel.thread(ts)
    if not thread:
        raise SlackError("thread_not_found")
    root = next((m.thread_ts or m.ts for m in thread if m.ts == ts), ts)
    wanted = [m for m in channel.thread(root) if m.ts == root or in_range(m)]
    shown, cursor = page(call, wanted, default=1000, most=1000)
    more: Json = {"response_metadata": {"next_cursor": cursor}} if cursor else {}
    return {"messages": [_shown(call, channel, m) for m in shown], "has_more": bool(cursor), **more}


def _shown(call: Call, channel: Channel, message: Message) -> Json:
    with_metadata = call.flag("include_all_metadata")
    return with_thread(message_json(call.state, message, with_metadata=with_metadata), channel, message)


def _range(call: Call) -> Callable[[Message], bool]:
    """Whether a message lies between `oldest` and `latest`."""
    oldest, latest = _moment(call, "oldest"), _moment(call, "latest")
    inclusive = call.flag("inclusive")

    def holds(message: Message) -> bool:
        ts = Decimal(message.ts)
        if inclusive:
            return (oldest is None or ts >= oldest) and (latest is None or ts <= latest)
        return (oldest is None or ts > oldest) and (latest is None or ts < latest)

    return holds


def _moment(call: Call, name: str) -> Decimal | None:
    given = call.arguments.get(name)
    if given in (None, "", "now"):
        return None
    try:
        moment = Decimal(str(given))
    except InvalidOperation:
        raise SlackError(f"invalid_ts_{name}") from None
    if not moment.is_finite():
        raise SlackError(f"invalid_ts_{name}")
    return moment or None


def members(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/conversations.members."""
    channel = named_channel(call)
    channel_scope(call, channel, "read")
    shown, cursor = page(call, channel.members)
    return {"members": shown, "response_metadata": {"next_cursor": cursor}}


def open_dm(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/conversations.open, for one person; group messages are not modelled."""
    if call.text("channel"):
        return {"channel": channel_json(call.state, named_channel(call))}
    users = [user for user in (call.text("users") or "").replace(" ", "").split(",") if user]
    if not users:
        raise SlackError("users_list_not_supplied")
    if len(users) > 1:
        raise SlackError("method_not_supported_for_channel_type")
    user = call.state.users.get(users[0])
    if user is None:
        raise SlackError("user_not_found")
    if user.deleted:
        raise SlackError("user_disabled")
    if not user.is_person:
        raise SlackError("cannot_dm_bot")
    known = call.services.ledger.dm(user.id)
    channel = known or call.services.ledger.open_dm(user.id, call.state.bot_user)
    shown = channel_json(call.state, channel) if call.flag("return_im") else {"id": channel.id}
    return {"channel": shown, "no_op": known is not None, "already_open": known is not None}


_PAGE = "cursor limit"
METHODS: Mapping[str, Endpoint] = {
    "conversations.list": endpoint(list_all, f"{_PAGE} types exclude_archived team_id", *_READ),
    "conversations.info": endpoint(info, "channel include_locale include_num_members", *_READ),
    "conversations.history": endpoint(
        history, f"{_PAGE} channel oldest latest inclusive include_all_metadata", *_HISTORY
    ),
    "conversations.replies": endpoint(
        replies, f"{_PAGE} channel ts oldest latest inclusive include_all_metadata", *_HISTORY
    ),
    "conversations.members": endpoint(members, f"{_PAGE} channel", *_READ),
    "conversations.open": endpoint(open_dm, "channel users return_im prevent_creation", "im:write"),
    "users.conversations": endpoint(list_of_user, f"{_PAGE} user types exclude_archived team_id", *_READ),
}
