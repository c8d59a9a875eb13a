"""Who acts and where, checked as a client would."""

from sandbox.slack_workspace.errors import PersonError
from sandbox.slack_workspace.ledger import Ledger
from sandbox.slack_workspace.model import Channel, Message, User, View

NOT_FOUND, FORBIDDEN, CONFLICT = 404, 403, 409


def person(ledger: Ledger, name_or_id: str) -> User:
    """Somebody one can act as.

    Raises:
        PersonError: 404 for an unknown name, 403 for a bot or somebody who left.
    """
    user = ledger.user(name_or_id)
    if user is None:
        raise PersonError(NOT_FOUND, f"no such user: {name_or_id}")
    if not user.is_person:
        raise PersonError(FORBIDDEN, f"nobody can act as {user.name}")
    return user


def place(ledger: Ledger, name_or_id: str, user: User) -> Channel:
    """A channel that the person can see.

    Raises:
        PersonError: 404 for an unknown one, 403 for a private channel or DM of others.
    """
    channel = ledger.channel(name_or_id)
    if channel is None:
        raise PersonError(NOT_FOUND, f"no such channel: {name_or_id}")
    if channel.kind != "public" and user.id not in channel.members:
        raise PersonError(FORBIDDEN, f"{user.name} is not in {name_or_id}")
    return channel


def writable(channel: Channel, user: User) -> None:
    """Refuse a channel that the person only looks at.

    Raises:
        PersonError: 403.
    """
    if user.id not in channel.members:
        raise PersonError(FORBIDDEN, f"join #{channel.name} to write there")
    if channel.archived:
        raise PersonError(FORBIDDEN, f"#{channel.name} is archived")


def visible(ledger: Ledger, source: Message | View, user: User) -> None:
    """Refuse a message or view that the person cannot see.

    Raises:
        PersonError: 403.
    """
    if isinstance(source, View):
        if source.user != user.id:
            raise PersonError(FORBIDDEN, f"{user.name} does not see this view")
        return
    place(ledger, source.channel, user)
    if source.ephemeral_to not in (None, user.id):
        raise PersonError(FORBIDDEN, f"{user.name} does not see this message")
