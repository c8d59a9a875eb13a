"""Whom a rule means: people, user groups, the members of a channel, everyone. Who is in a group is a fact, told from outside."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bot.domain.locks import Lock

EVERYONE = "everyone"
MEMBERS = "members"
_HANDLE = re.compile(r"@[^\s@<>,#A-Z]{1,80}")
_PERSON = re.compile(r"[UW][A-Z0-9]{2,}")

Audience = tuple[str, ...]  # terms: `everyone`, `members`, `@platform`, `@ana`, `U0123ABCD`


@dataclass(frozen=True, slots=True)
class Facts:
    """What is true outside at the moment of a decision.

    `groups` are users by the group's handle (`@platform`); one that is not here has nobody in it. `members` are those of the channel
    where it was asked. `gone` are people who left the workspace. `now` is Unix seconds.
    """

    groups: Mapping[str, frozenset[str]] = field(default_factory=dict)
    members: frozenset[str] = frozenset()
    gone: frozenset[str] = frozenset()
    lock: Lock | None = None
    now: float = 0.0


NO_FACTS = Facts()


def read_term(text: str) -> str | None:
    """A term as it is written in a policy; None when it is none."""
    known = text in {EVERYONE, MEMBERS} or _HANDLE.fullmatch(text) or _PERSON.fullmatch(text)
    return text if known else None


def includes(audience: Audience, user: str, facts: Facts) -> bool:
    """Whether somebody is meant; who left is not."""
    return user not in facts.gone and any(_holds(term, user, facts) for term in audience)


def _holds(term: str, user: str, facts: Facts) -> bool:
    if term == EVERYONE:
        return True
    if term == MEMBERS:
        return user in facts.members
    return user in facts.groups.get(term, frozenset()) or user == term


def handles(audiences: Iterable[Audience]) -> frozenset[str]:
    """The `@names` in them: a group's each, once people's are replaced by their ids."""
    return frozenset(term for audience in audiences for term in audience if term.startswith("@"))


def named(audience: Audience, facts: Facts) -> tuple[str, ...]:
    """The people meant by name or group, in order; nobody for `everyone` and `members`, who are too many to name."""
    found: dict[str, None] = {}
    for term in audience:
        users = sorted(facts.groups.get(term, ())) if term.startswith("@") else [term]
        found |= dict.fromkeys(user for user in users if _PERSON.fullmatch(user) and user not in facts.gone)
    return tuple(found)


def in_words(audience: Audience) -> str:
    """`@platform or @sre`, as plain text."""
    words = {EVERYONE: "everybody", MEMBERS: "members of this channel"}
    *firsts, last = [words.get(term, term) for term in audience] or ["nobody"]
    return f"{', '.join(firsts)} or {last}" if firsts else last
