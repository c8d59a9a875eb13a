"""Slack's mrkdwn: everything from outside becomes harmless text here, and Slack's own marks are made here only.

Sources: Slack, "Formatting text for app surfaces" (escaping, mentions, dates, links).
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

ELLIPSIS = "…"
_PERSON = re.compile(r"[UW][A-Z0-9]{1,30}")
_CHANNEL = re.compile(r"[CDG][A-Z0-9]{1,30}")
# Control characters, lone surrogates, and the marks that turn the writing direction of all that follows.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")
_URL = re.compile(r"https?://[^\s<>|]+", re.IGNORECASE)
_IN_ADDRESSES = "%/:?&=#@+,;~$!*'()[]"
_LONGEST_ADDRESS = 3000
_TENTHS = 10  # seconds below which tenths are worth showing
_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def clean(text: str) -> str:
    """Without control characters and direction overrides; letters of any script, emoji, tabs and line breaks stay."""
    return _UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def line(text: str) -> str:
    """Clean, and on one line."""
    return " ".join(clean(text).split())


def truncate(text: str, limit: int) -> str:
    """At most `limit` characters, an ellipsis where something was cut. For plain text, before it is escaped."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + ELLIPSIS


def escape(text: str) -> str:
    """Clean text that shows as it is and mentions nobody."""
    return clean(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def phrase(text: str, limit: int = 300) -> str:
    """Words from outside inside a line of ours: one line, at most `limit` characters, no code marks that could pair with ours."""
    return escape(truncate(line(text), limit).replace("`", "'"))


def paragraph(text: str, limit: int = 1400) -> str:
    """Sentences from outside that stand alone: line breaks and paired code marks stay, an unpaired one does not."""
    shown = truncate(text, limit)
    return escape(shown.replace("`", "'") if shown.count("`") % 2 else shown).strip()


def code(text: str, limit: int = 80) -> str:
    """Inline code that nothing inside can end; nothing at all for empty text."""
    inside = phrase(text, limit)
    return f"`{inside}`" if inside else ""


def person(user: str) -> str:
    """A mention for a Slack user id; any other name as plain words."""
    return f"<@{user}>" if _PERSON.fullmatch(user) else phrase(user, 80)


def channel(channel_id: str) -> str:
    """A link to a channel for a Slack channel id; any other name as plain words."""
    return f"<#{channel_id}>" if _CHANNEL.fullmatch(channel_id) else phrase(channel_id, 80)


def address(url: str) -> str:
    """The address as Slack takes it for a link or a button; empty where it is none."""
    written = quote(clean(url), safe=_IN_ADDRESSES)
    return written if len(written) <= _LONGEST_ADDRESS and _URL.fullmatch(written) else ""


def link(url: str, label: str, limit: int = 80) -> str:
    """A link, or only its words where the address is none."""
    words, target = phrase(label, limit), address(url)
    return f"<{escape(target)}|{words.replace('|', '¦') or 'link'}>" if target else words


def date(at: float | datetime, form: str = "{date_short_pretty} {time}") -> str:
    """A time in each reader's own time zone; UTC where Slack can't do that."""
    moment = at if isinstance(at, datetime) else datetime.fromtimestamp(at, UTC)
    return f"<!date^{int(moment.timestamp())}^{form}|{utc(moment)}>"


def utc(at: float | datetime) -> str:
    """The same as plain text: `2026-03-01 14:05 UTC`."""
    moment = at if isinstance(at, datetime) else datetime.fromtimestamp(at, UTC)
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")


def duration(length: timedelta) -> str:
    """`0.4 s`, `12 s`, `2 min 5 s`, `1 h 3 min`, `2 d 4 h`: two units at most, tenths below ten seconds."""
    exact = length.total_seconds()
    seconds = int(exact)
    if seconds < _TENTHS:
        return f"{max(exact, 0.1):.1f}".removesuffix(".0") + " s"
    if seconds < _MINUTE:
        return f"{seconds} s"
    if seconds < _HOUR:
        return _two(seconds // _MINUTE, "min", seconds % _MINUTE, "s")
    if seconds < _DAY:
        return _two(seconds // _HOUR, "h", seconds % _HOUR // _MINUTE, "min")
    return _two(seconds // _DAY, "d", seconds % _DAY // _HOUR, "h")


def clip(marked: str, limit: int) -> str:
    """At most `limit` characters of text that is already mrkdwn, cut between its marks and never inside one."""
    if len(marked) <= limit:
        return marked
    head = marked[: limit - 2]
    head = head[: head.rindex("<")] if head.rfind("<") > head.rfind(">") else head
    head = head[: head.rindex("&")] if head.rfind("&") > head.rfind(";") else head
    return head + ("`" if head.count("`") % 2 else "") + ELLIPSIS


def plainly(marked: str) -> str:
    """The words of a line of mrkdwn, for the text of a message: no bold, no code, one line; mentions and dates stay."""
    return " ".join(marked.replace("*", "").replace("`", "").split())


def sentence(marked: str) -> str:
    """The same as a sentence: with an end. Its beginning may be a name, so it gets no capital."""
    words = plainly(marked)
    return words if words.endswith((".", "…", "?")) else f"{words}."


def _two(much: int, unit: str, rest: int, small: str) -> str:
    return f"{much} {unit} {rest} {small}" if rest else f"{much} {unit}"
