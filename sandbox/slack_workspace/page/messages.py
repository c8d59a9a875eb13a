"""Messages as a reader sees them: who wrote, what it says, which thread hangs below, grouped as in Slack."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from hashlib import blake2s

from markupsafe import Markup

from sandbox.slack_workspace.model import Channel, File, Message, State, User
from sandbox.slack_workspace.page.blocks import Look, environment, render_blocks
from sandbox.slack_workspace.page.cache import Cache
from sandbox.slack_workspace.page.mrkdwn import render_mrkdwn
from sandbox.slack_workspace.page.names import Names

GROUPED_SECONDS = 300
PREVIEW_LINES = 12
SHOWN = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """Who a message comes from. `app` adds the APP badge."""

    name: str
    initials: str
    color: str
    app: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What the parent of a thread tells about its replies."""

    count: int
    last_ts: str
    authors: list[Author]


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """A file below a message; `text` is its beginning where it is text."""

    file: File
    text: str
    more: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One rendered message. `rev` changes whenever its HTML does, so that a browser swaps only what changed."""

    ts: str
    epoch: int
    rev: str
    html: Markup


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """The end of a channel. `older` messages came before; `older_since` is the first of the next helping of them."""

    items: list[Item] = field(default_factory=list)
    older: int = 0
    older_since: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a message shows beside what it says."""

    place: str
    author: Author
    compact: bool
    files: list[Preview]
    summary: Summary | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A channel in front of a reader."""

    channel: Channel
    reader: User
    state: State
    names: Names
    cache: Cache[Item]

    def timeline(self, *, since: str = "") -> "Timeline":
        """What stands in the channel itself: the newest `SHOWN` messages, and those before them from `since` on."""
        everything = self.channel.timeline(self.reader.id)
        wanted = sum(1 for message in everything if since and message.ts >= since)
        first = len(everything) - min(len(everything), max(SHOWN, wanted))
        before = everything[max(0, first - SHOWN)].ts if first else ""
        return Timeline(
            items=list(self._items(everything[first:], place="c")), older=first, older_since=before
        )

    def thread(self, ts: str) -> list[Item]:
        """The parent and its replies."""
        return list(self._items(self.channel.thread(ts, self.reader.id), place="t"))

    def _items(self, messages: Iterable[Message], *, place: str) -> Iterator[Item]:
        before: Message | None = None
        for message in messages:
            facts = self._facts(message, place, compact=before is not None and _grouped(before, message))
            key = (place, self.channel.id, message.ts, self.reader.id)
            # The message itself changes in place: its text form is what was seen of it.
            seen = (repr(message), facts, self.names)
            yield self.cache.get(key, seen, partial(self._item, message, facts))
            before = message

    def _facts(self, message: Message, place: str, *, compact: bool) -> Facts:
        return Facts(
            place=place,
            author=author_of(message, self.state),
            compact=compact,
            files=list(_previews(message, self.state)),
            summary=_summary(self.channel, message, self.state) if place == "c" else None,
        )

    def _item(self, message: Message, facts: Facts) -> Item:
        content = _content(message, facts.place, self.names)
        html = (
            environment()
            .get_template("message.html")
            .render(message=message, facts=facts, content=content, reader=self.reader)
        )
        rev = blake2s(html.encode(), digest_size=6).hexdigest()
        return Item(ts=message.ts, epoch=int(float(message.ts)), rev=rev, html=Markup(html))  # noqa: S704 - autoescaped


def latest(channel: Channel) -> str:
    """The ts of the newest message in the channel itself; empty when there is none."""
    shown = (m for m in reversed(channel.messages) if not m.deleted and (not m.is_reply or m.broadcast))
    return next((message.ts for message in shown), "")


def author_of(message: Message, state: State) -> Author:
    """The name and face of a message."""
    user = state.users[message.user]
    return Author(name=user.real_name, initials=user.initials, color=user.color, app=user.is_bot)


def _content(message: Message, place: str, names: Names) -> Markup:
    """Blocks stand in for the text, as in Slack; attachments follow."""
    look = Look(
        names=names, key=f"{place}{message.ts.replace('.', '-')}", values=message.chosen.get(names.viewer, {})
    )
    main = render_blocks(message.blocks, look) if message.blocks else _text(message.text, names)
    return main + _attachments(message, look)


def _text(text: str, names: Names) -> Markup:
    return Markup('<div class="rich">{}</div>').format(render_mrkdwn(text, names)) if text else Markup("")


def _attachments(message: Message, look: Look) -> Markup:
    """Legacy attachments: a coloured bar beside blocks or text."""
    template = environment().get_template("attachment.html")
    rendered = (
        template.render(
            attachment=attachment,
            blocks=render_blocks(attachment.get("blocks") or [], look),
            mrkdwn=lambda text: render_mrkdwn(text, look.names),
        )
        for attachment in message.attachments
    )
    return Markup("").join(Markup(html) for html in rendered)  # noqa: S704 - autoescaped


def _grouped(before: Message, message: Message) -> bool:
    same = (before.user, before.ephemeral_to) == (message.user, message.ephemeral_to)
    near = float(message.ts) - float(before.ts) < GROUPED_SECONDS
    return same and near and not message.broadcast and before.thread_ts != before.ts


def _summary(channel: Channel, message: Message, state: State) -> Summary | None:
    replies = channel.replies(message.ts)
    if not replies:
        return None
    authors = {reply.user: author_of(reply, state) for reply in reversed(replies)}
    return Summary(count=len(replies), last_ts=replies[-1].ts, authors=list(authors.values())[:4])


def _previews(message: Message, state: State) -> Iterator[Preview]:
    for file_id in message.files:
        file = state.files.get(file_id)
        if file is not None:
            lines = _lines_of(file)
            yield Preview(
                file=file,
                text="\n".join(lines[:PREVIEW_LINES]),
                more=max(0, len(lines) - PREVIEW_LINES),
            )


def _lines_of(file: File) -> list[str]:
    if file.content is None or not file.mimetype.startswith("text/"):
        return []
    return file.content.decode(errors="replace").splitlines()
