"""What the workspace holds: plain state, no rules and no I/O.

Shapes follow Slack's object types (https://docs.slack.dev/reference/objects/). Everything a person can see is
here, so a page may render straight from it; changing it is `workspace.Workspace`'s work.
"""

from dataclasses import dataclass, field
from typing import Any, Literal

Json = dict[str, Any]
ChannelKind = Literal["public", "private", "im"]

SLACKBOT = "USLACKBOT"


@dataclass(slots=True, kw_only=True)
class User:
    """A person, the app's bot user, or Slackbot. `initials` and `color` stand for an avatar."""

    id: str
    name: str
    real_name: str
    initials: str
    color: str
    email: str = ""
    title: str = ""
    tz: str = "Europe/Amsterdam"
    tz_offset: int = 3600
    is_admin: bool = False
    is_bot: bool = False
    bot_id: str | None = None
    deleted: bool = False

    @property
    def is_person(self) -> bool:
        """True for somebody one can act as in the sandbox."""
        return not (self.is_bot or self.deleted or self.id == SLACKBOT)


@dataclass(slots=True, kw_only=True)
class UserGroup:
    """A `@handle` that stands for several people."""

    id: str
    handle: str
    name: str
    users: list[str]
    description: str = ""
    disabled: bool = False


@dataclass(slots=True, kw_only=True)
class Mention:
    """Who a text reaches: `kind` is user, usergroup, or the broadcasts channel, here and everyone."""

    kind: Literal["user", "usergroup", "channel", "here", "everyone"]
    id: str | None = None


@dataclass(slots=True, kw_only=True)
class File:
    """An uploaded file. `ticket` is the secret part of its upload address; `shared` is False until it is completed."""

    id: str
    name: str
    title: str
    size: int
    user: str
    created: int
    content: bytes | None = None
    mimetype: str = "text/plain"
    snippet_type: str | None = None
    ticket: str = ""
    channels: list[str] = field(default_factory=list)
    shared: bool = False


@dataclass(slots=True, kw_only=True)
class Message:
    """One message. `ts` is its id in the channel; `thread_ts` is set on parents with replies and on replies.

    Ephemerals are messages with `ephemeral_to` set: only that person sees them, and history never has them.
    `edits` counts every chat.update or response_url replacement; `edited_ts` is the last one's time.
    """

    ts: str
    channel: str
    user: str
    text: str = ""
    blocks: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    bot_id: str | None = None
    app_id: str | None = None
    thread_ts: str | None = None
    broadcast: bool = False
    metadata: Json | None = None
    files: list[str] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)
    ephemeral_to: str | None = None
    edits: int = 0
    edited_ts: str | None = None
    deleted: bool = False
    chosen: Json = field(default_factory=dict)

    @property
    def is_reply(self) -> bool:
        """True for a message inside a thread that is not the thread's parent."""
        return self.thread_ts is not None and self.thread_ts != self.ts


@dataclass(slots=True, kw_only=True)
class Channel:
    """A channel or a DM. `messages` and `ephemerals` are in ts order; deleted messages stay with `deleted` set.

    A DM's name is empty; its `members` are the two people.
    """

    id: str
    name: str
    kind: ChannelKind
    members: list[str]
    created: int
    creator: str
    topic: str = ""
    purpose: str = ""
    archived: bool = False
    messages: list[Message] = field(default_factory=list)
    ephemerals: list[Message] = field(default_factory=list)

    def timeline(self, viewer: str) -> list[Message]:
        """What `viewer` reads in the channel itself: no replies (unless broadcast), their own ephemerals, ts order."""
        shown = [m for m in self.messages if not m.deleted and (not m.is_reply or m.broadcast)]
        mine = [
            m for m in self.ephemerals if m.ephemeral_to == viewer and not m.deleted and m.thread_ts is None
        ]
        return sorted(shown + mine, key=lambda message: message.ts)

    def thread(self, thread_ts: str, viewer: str | None = None) -> list[Message]:
        """The parent and its replies, and the viewer's own ephemerals in the thread, in ts order."""
        shown = [m for m in self.messages if not m.deleted and thread_ts in (m.ts, m.thread_ts)]
        mine = [
            m
            for m in self.ephemerals
            if m.ephemeral_to == viewer and not m.deleted and m.thread_ts == thread_ts
        ]
        return sorted(shown + mine, key=lambda message: message.ts)

    def replies(self, thread_ts: str) -> list[Message]:
        """The replies alone."""
        return [m for m in self.messages if not m.deleted and m.is_reply and m.thread_ts == thread_ts]


@dataclass(slots=True, kw_only=True)
class View:
    """An open modal or a person's Home tab.

    `content` is the view as the app sent it (title, blocks, submit, close, callback_id, private_metadata, …).
    `values` is what stands in its inputs, as Slack's `state.values`. `errors` maps block_id to what a refused submission said.
    """

    id: str
    user: str
    type: Literal["modal", "home"]
    content: Json
    hash: str
    root_id: str
    previous_id: str | None = None
    values: Json = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def blocks(self) -> list[Json]:
        """The view's blocks, each with a block_id."""
        blocks: list[Json] = self.content["blocks"]
        return blocks


@dataclass(slots=True, kw_only=True)
class State:
    """The whole workspace. `modals` is each person's stack, the top one last; `homes` each person's Home tab."""

    team_id: str
    team_name: str
    team_domain: str
    app_id: str
    bot_user: str
    bot_id: str
    users: dict[str, User] = field(default_factory=dict)
    groups: dict[str, UserGroup] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    modals: dict[str, list[View]] = field(default_factory=dict)
    homes: dict[str, View] = field(default_factory=dict)
    files: dict[str, File] = field(default_factory=dict)
