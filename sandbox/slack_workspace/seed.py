"""The workspace as it stands at the start: team Acme, its people, groups and channels."""

from sandbox.slack_workspace.model import SLACKBOT, Channel, State, User, UserGroup

BOT_USER = "U0QDECK"
_EVERYONE = ["U0ANA", "U0BEN", "U0CLEO", "U0DEV"]


def start_state(*, app_name: str, now: float) -> State:
    """Four people, one who left, the app's bot; the bot is in #deploys, #prod and the private #oncall, not in #random."""
    state = State(
        team_id="T0QUARTER",
        team_name="Acme",
        team_domain="acme",
        app_id="A0QDECK",
        bot_user=BOT_USER,
        bot_id="B0QDECK",
    )
    for user in _users(app_name):
        state.users[user.id] = user
    for group in _groups():
        state.groups[group.id] = group
    for channel in _channels(int(now)):
        state.channels[channel.id] = channel
    return state


def _users(app_name: str) -> list[User]:
    return [
        _person("U0ANA", "ana", "Ana Duarte", "#7c3aed", "Platform engineer", is_admin=True),
        _person("U0BEN", "ben", "Ben Okafor", "#0e7490", "Site reliability"),
        _person("U0CLEO", "cleo", "Cleo Marchetti", "#b45309", "Web developer"),
        _person("U0DEV", "dev", "Dev Raman", "#15803d", "Data engineer"),
        _person("U0EVE", "eve", "Eve Lindqvist", "#6b7280", "Left in spring", deleted=True),
        User(
            id=BOT_USER,
            name="quarterdeck",
            real_name=app_name,
            initials="QD",
            color="#1d4ed8",
            is_bot=True,
            bot_id="B0QDECK",
        ),
        User(id=SLACKBOT, name="slackbot", real_name="Slackbot", initials="S", color="#4a154b"),
    ]


def _person(
    user_id: str,
    name: str,
    real_name: str,
    color: str,
    title: str,
    *,
    is_admin: bool = False,
    deleted: bool = False,
) -> User:
    first, last = real_name.split()
    return User(
        id=user_id,
        name=name,
        real_name=real_name,
        initials=first[0] + last[0],
        color=color,
        email=f"{name}@acme.example",
        title=title,
        is_admin=is_admin,
        deleted=deleted,
    )


def _groups() -> list[UserGroup]:
    return [
        UserGroup(id="S0PLATFORM", handle="platform", name="Platform", users=["U0ANA", "U0BEN"]),
        UserGroup(id="S0SRE", handle="sre", name="Site reliability", users=["U0BEN", "U0DEV"]),
    ]


def _channels(created: int) -> list[Channel]:
    def channel(
        channel_id: str, name: str, topic: str, members: list[str], *, private: bool = False
    ) -> Channel:
        return Channel(
            id=channel_id,
            name=name,
            kind="private" if private else "public",
            members=members,
            created=created,
            creator="U0ANA",
            topic=topic,
            archived=channel_id == "C0ARCHIVE",
        )

    return [
        channel("C0DEPLOYS", "deploys", "What is being deployed", [*_EVERYONE, BOT_USER]),
        channel("C0PROD", "prod", "Production changes", [*_EVERYONE, BOT_USER]),
        channel("C0RANDOM", "random", "Anything else", list(_EVERYONE)),
        channel("C0ONCALL", "oncall", "Who is on call", ["U0ANA", "U0BEN", BOT_USER], private=True),
        channel("C0ARCHIVE", "old-deploys", "Kept for the record", [*_EVERYONE, BOT_USER]),
        *(
            Channel(
                id=f"D0{person[2:]}",
                name="",
                kind="im",
                members=[person, BOT_USER],
                created=created,
                creator=person,
            )
            for person in _EVERYONE
        ),
    ]
