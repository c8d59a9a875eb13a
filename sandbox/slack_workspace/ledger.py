"""Changes to the workspace's state. Rules are checked by the callers; here each change is made whole and told to the feed."""

import random
import string
from collections.abc import Callable
from typing import Any

from sandbox.slack_workspace.feed import Change, ChangeKind, Feed
from sandbox.slack_workspace.mentions import mentions_of
from sandbox.slack_workspace.model import Channel, Json, Message, State, User

Clock = Callable[[], float]


class Ledger:
    """The state, its clock (Unix seconds), its ids (from a seed, so that a run repeats) and its feed."""

    def __init__(self, *, state: State, clock: Clock, seed: int, feed: Feed) -> None:
        self.state = state
        self.clock = clock
        self.feed = feed
        self._random = random.Random(seed)
        self._last_micros = 0

    def new_id(self, prefix: str, length: int = 10) -> str:
        """An id as Slack makes them: a letter and capitals or digits."""
        return prefix + "".join(self._random.choices(string.ascii_uppercase + string.digits, k=length))

    def new_hex(self, length: int = 32) -> str:
        return "".join(self._random.choices("0123456789abcdef", k=length))

    def new_ts(self) -> str:
        """A timestamp id later than every earlier one."""
        self._last_micros = max(int(self.clock() * 1_000_000), self._last_micros + 1)
        seconds, micros = divmod(self._last_micros, 1_000_000)
        return f"{seconds}.{micros:06d}"

    # finding

    def user(self, name_or_id: str) -> User | None:
        """By id or name, with or without `@`."""
        wanted = name_or_id.removeprefix("@")
        users = self.state.users
        return users.get(wanted) or next((u for u in users.values() if u.name == wanted), None)

    def channel(self, name_or_id: str) -> Channel | None:
        """By id or name, with or without `#`; `@ana` is that person's DM with the bot."""
        channels = self.state.channels
        if name_or_id in channels:
            return channels[name_or_id]
        if name_or_id.startswith("@") and (user := self.user(name_or_id)):
            return self.dm(user.id)
        wanted = name_or_id.removeprefix("#")
        return next((c for c in channels.values() if wanted and c.name == wanted), None)

    def message(self, channel: Channel, ts: str) -> Message | None:
        """A message or reply that people still see, by its ts."""
        return next((m for m in channel.messages if m.ts == ts and not m.deleted), None)

    def ephemeral(self, channel: Channel, ts: str) -> Message | None:
        return next((m for m in channel.ephemerals if m.ts == ts and not m.deleted), None)

    def dm(self, user: str, other: str | None = None) -> Channel | None:
        """The DM of two people; the second one is the bot unless said."""
        pair = {user, other or self.state.bot_user}
        return next(
            (c for c in self.state.channels.values() if c.kind == "im" and set(c.members) == pair), None
        )

    # changing

    def post(self, message: Message) -> Message:
        """Add a message (or an ephemeral) to its channel."""
        channel = self.state.channels[message.channel]
        message.mentions = mentions_of(message.text, message.blocks)
        if message.ephemeral_to:
            channel.ephemerals.append(message)
            self.tell("ephemeral", message)
            return message
        self._start_thread(channel, message)
        channel.messages.append(message)
        self.tell("message", message)
        return message

    def _start_thread(self, channel: Channel, message: Message) -> None:
        parent = self.message(channel, message.thread_ts) if message.thread_ts else None
        if parent is not None and parent.thread_ts is None:
            parent.thread_ts = parent.ts

    def edit(self, message: Message, **changes: Any) -> Message:
        """Change what a message says, and count it."""
        for name, value in changes.items():
            setattr(message, name, value)
        message.edits += 1
        message.edited_ts = self.new_ts()
        message.mentions = mentions_of(message.text, message.blocks)
        self.tell("ephemeral_changed" if message.ephemeral_to else "message_changed", message)
        return message

    def delete(self, message: Message) -> None:
        """Take a message away; it stays in the state, marked."""
        message.deleted = True
        self.tell("ephemeral_deleted" if message.ephemeral_to else "message_deleted", message)

    def open_dm(self, user: str, other: str) -> Channel:
        """The DM of two people, made when there is none."""
        if (found := self.dm(user, other)) is not None:
            return found
        channel = Channel(
            id=self.new_id("D"),
            name="",
            kind="im",
            members=[user, other],
            created=int(self.clock()),
            creator=other,
        )
        self.state.channels[channel.id] = channel
        self.feed.publish(Change(kind="channel", channel=channel.id, user=user))
        return channel

    def join(self, channel: Channel, user: str) -> bool:
        """Add somebody; False when they are in already."""
        if user in channel.members:
            return False
        channel.members.append(user)
        self.feed.publish(Change(kind="members", channel=channel.id))
        return True

    def leave(self, channel: Channel, user: str) -> bool:
        """Remove somebody; False when they are not in."""
        if user not in channel.members:
            return False
        channel.members.remove(user)
        self.feed.publish(Change(kind="members", channel=channel.id))
        return True

    def tell(self, kind: ChangeKind, message: Message) -> None:
        self.feed.publish(
            Change(
                kind=kind,
                channel=message.channel,
                user=message.ephemeral_to,
                ts=message.ts,
                thread_ts=message.thread_ts,
            )
        )

    def slackbot_says(self, *, channel: str, user: str, text: str, thread_ts: str | None = None) -> Message:
        """An ephemeral from Slackbot: how a person learns that the app did not answer."""
        return self.post(
            Message(
                ts=self.new_ts(),
                channel=channel,
                user="USLACKBOT",
                text=text,
                ephemeral_to=user,
                thread_ts=thread_ts,
            )
        )


def with_block_ids(blocks: list[Json], ledger: Ledger) -> list[Json]:
    """Slack gives every block an id, and every interactive element an action_id, that the app left out."""
    return [_with_ids(block, ledger) for block in blocks]


_NO_ACTION_ID = frozenset({"image", "plain_text", "mrkdwn", "rich_text_section"})


def _with_ids(block: Json, ledger: Ledger) -> Json:
    named: Json = {**block, "block_id": block.get("block_id") or ledger.new_hex(5)}
    for place in ("elements", "accessory", "element"):
        if block["type"] in ("actions", "section", "input") and place in named:
            named[place] = _with_action_ids(named[place], ledger)
    return named


def _with_action_ids(place: Any, ledger: Ledger) -> Any:
    if isinstance(place, list):
        return [_with_action_ids(element, ledger) for element in place]
    if place.get("type") in _NO_ACTION_ID or place.get("action_id"):
        return place
    return {**place, "action_id": ledger.new_hex(5)}
