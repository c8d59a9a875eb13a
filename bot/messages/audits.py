"""A page of the audit: one line a record, for the one who asked, and both ways on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.audit import SERVICE, Entry
from bot.domain.audit_query import Query
from bot.domain.commands import Verb
from bot.messages import buttons
from bot.messages.actions import Press
from bot.messages.blocks import actions, context, message, section
from bot.messages.message import Message
from bot.messages.mrkdwn import code, date, person, phrase, plainly, utc
from bot.messages.words import joined


@dataclass(frozen=True, slots=True)
class Shown:
    """Records, newest first. `older` and `newer` name the pages beside this one; `since` is how many seconds back were asked for.

    `own_only`: the reader may see no others.
    """

    query: Query
    entries: Sequence[Entry] = ()
    older: str = ""
    newer: str = ""
    since: int = 0
    own_only: bool = False


def page(shown: Shown) -> Message:
    """The records, and what they were chosen by."""
    title = joined("*Audit*", *_chosen(shown.query))
    hint = "You see what you did yourself. The policy file names who sees everything: `[audit] readers`."
    small = context(hint) if shown.own_only else []
    if not shown.entries:
        said = f"{title}: nothing on record."
        return message(plainly(said), [section(said), *small, *_ways(shown)])
    spoken = "; ".join(plainly(_line(entry, at=utc(entry.at))) for entry in shown.entries)
    lines = [section(_line(entry, at=date(entry.at))) for entry in shown.entries]
    return message(f"{plainly(title)}: {spoken}", [section(title), *lines, *small, *_ways(shown)])


def _chosen(query: Query) -> list[str]:
    since = f"since {date(query.since)}" if query.since else ""
    return [phrase(query.stack, 240), person(query.user) if query.user else "", since]


def _line(entry: Entry, *, at: str) -> str:
    """When, who, what, and what came of it; then by which rule, as whom, and why."""
    who = person(entry.user) if entry.user else "nobody"
    number = f"#{entry.version}" if entry.version else ""
    what = f"{phrase(entry.verb, 40)} {phrase(f'{entry.stack}{number}', 240)}".strip()
    told = f"{at}  {who} {what}: *{phrase(entry.outcome, 40)}*"
    facts = joined(
        f"rule {code(entry.rule)}" if entry.rule else "",
        f"approved by {', '.join(person(user) for user in entry.approvers)}" if entry.approvers else "",
        f"as {phrase(entry.identity, 80)} on Pulumi" if entry.identity not in {"", SERVICE} else "",
        phrase(entry.reason, 300),
    )
    return f"{told}\n{facts}" if facts else told


def _ways(shown: Shown) -> list[dict[str, object]]:
    return actions(
        _turn("Newer", f">{shown.newer}", shown) if shown.newer else None,
        _turn("Older", f"<{shown.older}", shown) if shown.older else None,
        buttons.dismiss("Close"),
    )


def _turn(label: str, place: str, shown: Shown) -> dict[str, object] | None:
    query = shown.query
    what = Press(verb=Verb.AUDIT, stack=query.stack, person=query.user, lasts=shown.since, place=place)
    return buttons.press(label, what, suffix=label.lower(), spoken=f"{label} records")
