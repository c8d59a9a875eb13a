"""One call of a method: its arguments, and the readers that methods share."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sandbox.slack_workspace.errors import SlackError
from sandbox.slack_workspace.model import Channel, Json, State, User
from sandbox.slack_workspace.services import Services

Item = TypeVar("Item")

_TRUE = frozenset({True, "1", "true", "True"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """The arguments as given (form values are text), the parts of the workspace, and this server's address."""

    arguments: Mapping[str, Any]
    services: Services
    base_url: str

    @property
    def state(self) -> State:
        return self.services.ledger.state

    def text(self, name: str) -> str | None:
        """A text argument, None when it was not given.

        Raises:
            SlackError: invalid_arguments for another type.
        """
        value = self.arguments.get(name)
        if value is not None and not isinstance(value, str):
            raise invalid(f"must be a string [json-pointer:/{name}]")
        return value or None

    def needed(self, name: str) -> str:
        """A text argument that must be there.

        Raises:
            SlackError: invalid_arguments.
        """
        value = self.text(name)
        if value is None:
            raise invalid(f"missing required field: {name}")
        return value

    def flag(self, name: str, *, default: bool = False) -> bool:
        """A boolean, as JSON or as form text."""
        value = self.arguments.get(name, default)
        return isinstance(value, str | int | bool) and value in _TRUE

    def number(self, name: str, default: int, *, most: int) -> int:
        """A whole number from 1 to `most`.

        Raises:
            SlackError: invalid_limit.
        """
        try:
            value = int(self.arguments.get(name) or default)
        except (TypeError, ValueError):
            raise SlackError("invalid_limit") from None
        if not 1 <= value <= most:
            raise SlackError("invalid_limit")
        return value


Method = Callable[[Call], Json]
AsyncMethod = Callable[[Call], Awaitable[Json]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """A method, the arguments it knows, and the bot scopes of which it needs one (none: any token will do)."""

    run: Method
    knows: frozenset[str]
    scopes: tuple[str, ...] = ()


def endpoint(run: Method, knows: str, *scopes: str) -> Endpoint:
    """A table row; `knows` lists argument names."""
    return Endpoint(run=run, knows=frozenset(knows.split()), scopes=scopes)


def invalid(*says: str) -> SlackError:
    """invalid_arguments with what is wrong."""
    return SlackError("invalid_arguments", messages=[f"[ERROR] {one}" for one in says])


def channel_scope(call: Call, channel: Channel, kind: str) -> None:
    """Refuse a channel whose kind the app has no scope for: `channels:read` for public, `groups:read` for private, `im:read`.

    Raises:
        SlackError: missing_scope.
    """
    prefix = {"public": "channels", "private": "groups", "im": "im"}[channel.kind]
    require_scope(call, f"{prefix}:{kind}")


def require_scope(call: Call, *any_of: str) -> None:
    """Refuse an app that was granted none of these scopes.

    Raises:
        SlackError: missing_scope, with `needed` and `provided`.
    """
    granted = call.services.manifest.scopes
    if not granted & set(any_of):
        raise SlackError("missing_scope", needed=",".join(any_of), provided=",".join(sorted(granted)))


def named_channel(call: Call, name: str = "channel") -> Channel:
    """A conversation that the bot can see, by id.

    Raises:
        SlackError: channel_not_found, also for private ones that the bot is not in.
    """
    channel = call.state.channels.get(call.needed(name))
    if channel is None or (channel.kind != "public" and call.state.bot_user not in channel.members):
        raise SlackError("channel_not_found")
    return channel


def joined_channel(call: Call, name: str = "channel") -> Channel:
    """A conversation that the bot is in.

    Raises:
        SlackError: channel_not_found, not_in_channel.
    """
    channel = named_channel(call, name)
    if call.state.bot_user not in channel.members:
        raise SlackError("not_in_channel")
    return channel


def named_user(call: Call, name: str = "user") -> User:
    """Anybody, by id.

    Raises:
        SlackError: user_not_found.
    """
    user = call.state.users.get(call.needed(name))
    if user is None:
        raise SlackError("user_not_found")
    return user


def page(
    call: Call, items: Sequence[Item], *, default: int = 100, most: int = 1000
) -> tuple[list[Item], str]:
    """One page by `cursor` and `limit`, and the next cursor (empty at the end).

    Raises:
        SlackError: invalid_cursor, invalid_limit.
    """
    limit = call.number("limit", default, most=most)
    start = _start(call.text("cursor"))
    if start > len(items):
        raise SlackError("invalid_cursor")
    following = start + limit
    return list(items[start:following]), f"next:{following}" if following < len(items) else ""


def _start(cursor: str | None) -> int:
    if cursor is None:
        return 0
    word, _, number = cursor.partition(":")
    if word != "next" or not number.isdecimal():
        raise SlackError("invalid_cursor")
    return int(number)
