"""What the client makes of what a person types (https://docs.slack.dev/messaging/formatting-message-text#escaping)."""

import re

from sandbox.slack_workspace.model import State

_ENTITY = re.compile(r"(<(?:[@#!][^<>]+|https?://[^<>]+)>)")
_NAME = re.compile(r"(?<![\w<])([@#])([a-z][a-z0-9._-]*)")
_BROADCAST = frozenset({"channel", "here", "everyone"})


def escaped(text: str) -> str:
    """`&`, `<` and `>` as Slack sends them."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def typed_message(state: State, text: str) -> str:
    """A typed message as mrkdwn: names become mentions, other special characters are escaped; entities stay."""
    parts = _ENTITY.split(text)
    return "".join(part if index % 2 else linked(state, escaped(part)) for index, part in enumerate(parts))


def linked(state: State, text: str) -> str:
    """`@ana`, `@platform`, `#deploys` and `@channel` as Slack's entities; unknown names stay as typed."""

    def entity(match: re.Match[str]) -> str:
        sign, name = match[1], match[2]
        return (_channel(state, name) if sign == "#" else _person_or_group(state, name)) or match[0]

    return _NAME.sub(entity, text)


def _channel(state: State, name: str) -> str | None:
    found = next((c for c in state.channels.values() if c.name == name), None)
    return f"<#{found.id}|{found.name}>" if found else None


def _person_or_group(state: State, name: str) -> str | None:
    if name in _BROADCAST:
        return f"<!{name}>"
    if user := next((u for u in state.users.values() if u.name == name), None):
        return f"<@{user.id}>"
    if group := next((g for g in state.groups.values() if g.handle == name), None):
        return f"<!subteam^{group.id}|@{group.handle}>"
    return None
