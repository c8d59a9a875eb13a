"""Who reads, and what things are called for them."""

from collections.abc import Iterator

from starlette.requests import Request

from sandbox.slack_workspace.model import Channel, State, User
from sandbox.slack_workspace.page.names import Names
from sandbox.slack_workspace.workspace import Workspace

COOKIE = "as"


def acting(request: Request, workspace: Workspace) -> User:
    """The person that `?as=` names, else the cookie, else the first one; whoever is unknown is the first one."""
    for name in (request.query_params.get("as"), request.cookies.get(COOKIE)):
        user = workspace.find_user(name) if name else None
        if user is not None and user.is_person:
            return user
    return next(persons(workspace.state))


def persons(state: State) -> Iterator[User]:
    """Everybody one can act as."""
    return (user for user in state.users.values() if user.is_person)


def names_for(user: User, workspace: Workspace) -> Names:
    """What `user` may see of names: people and the app, channels in their sidebar, groups."""
    state = workspace.state
    return Names(
        users={each.id: each.real_name for each in state.users.values() if not each.deleted},
        channels={each.id: each.name for each in workspace.channels_of(user.id) if each.kind != "im"},
        groups={each.id: each.handle for each in state.groups.values() if not each.disabled},
        viewer=user.id,
    )


def visible_channel(name: str, user: User, workspace: Workspace) -> Channel | None:
    """The channel, if this person may open it."""
    channel = workspace.find_channel(name)
    return channel if channel in workspace.channels_of(user.id) else None


def home_channel(user: User, workspace: Workspace) -> Channel:
    """Where somebody lands who asked for nothing, or for what they may not see."""
    return workspace.channels_of(user.id)[0]


def direct_message(user: User, workspace: Workspace) -> Channel | None:
    """The person's conversation with the app."""
    bot = workspace.state.bot_user
    mine = (c for c in workspace.channels_of(user.id) if c.kind == "im" and bot in c.members)
    return next(mine, None)


def path_of(channel: Channel) -> str:
    """The address of a channel on this page, by name where it has one."""
    return f"/c/{channel.name or channel.id}"
