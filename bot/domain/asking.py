"""How `lock`, `can` and `audit` are typed: a reason that may end in a time, who would do what, whose records of what."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.domain.commands import Invocation, Verb
from bot.domain.durations import seconds
from bot.domain.flags import Asked
from bot.domain.refusals import Refusal, shown
from bot.domain.stacks import name_in
from bot.domain.words import bare

# A mention comes escaped only where the manifest asks for that, so a person is `<@U0ANA|ana>`, `U0ANA`, `@ana`, or "me".
_PERSON = re.compile(r"<@([UW][A-Z0-9]{2,30})(?:\|[^>]*)?>|(@[^\s@<>,#]{1,80}|[UW][A-Z0-9]{3,30}|me)")
ME = "me"
_SINCE = "since"
_LONGEST_TIME = 5  # words: for 1 hour 30 minutes
_UNTIL = re.compile(
    r"\buntil (?:[0-9]|noon|midnight|today|tonight|tomorrow|(?:mon|tues?|wednes|thurs?|fri|satur|sun)(?:day)?\b)",
    re.IGNORECASE,
)
_NEVER_DECIDED = frozenset(
    {
        Verb.STATUS,
        Verb.LOGS,
        Verb.HISTORY,
        Verb.CAN,
        Verb.LINK,
        Verb.UNLINK,
        Verb.WHOAMI,
        Verb.AUDIT,
        Verb.HELP,
    }
)


def timed(asked: Asked, got: Invocation) -> Invocation | Refusal:
    """A lock's reason without the time in it: `for 2h` at its end or its beginning, or a time alone."""
    said = got.reason.split()
    for start, end in _spans(said):
        length = " ".join(word for word in said[start:end] if word.casefold() != "for")
        if lasts := seconds(bare(length)):
            rest = " ".join([*said[:start], *said[end:]])
            return replace(got, lasts=lasts, reason=rest.lstrip("- "))
    if _UNTIL.search(got.reason):
        return asked.no(
            "I don't know your time zone, so I can't tell when that is.",
            asked.example("web/prod migration for 2h"),
        )
    return got


def _spans(said: Sequence[str]) -> list[tuple[int, int]]:
    """Where in a reason a time can stand: what begins with the last "for", what follows a "for" at the beginning, or all of it."""
    places = [place for place, word in enumerate(said) if word.casefold() == "for"]
    first = [(0, end) for end in range(min(len(said), _LONGEST_TIME), 1, -1)] if places[:1] == [0] else []
    return [*((place, len(said)) for place in places[-1:]), *first, (0, len(said))]


def person(word: str) -> str:
    """Whom a word names: an id, `@name` or `me`; empty where nobody."""
    found = _PERSON.fullmatch(word)
    return (found[1] or found[2]) if found else ""


def can_word(asked: Asked, got: Invocation, word: str, verb: Verb | None) -> Invocation | Refusal:
    """First who, then what they would do: `verb` is the one that `word` names."""
    example = f"For example: {asked.slash} can @ana deploy web/prod"
    if not got.person and verb not in _NEVER_DECIDED | {None}:
        return replace(got, person=ME, about=verb)
    if not got.person:
        named = person(ME if word.casefold() == "i" else word)
        return replace(got, person=named) if named else asked.no(f'"{shown(word)}" is not a person.', example)
    if verb is None or verb in _NEVER_DECIDED:
        return asked.no(f'"{shown(word)}" is nothing that a rule about a stack decides.', example)
    return replace(got, about=verb)


def audit_word(asked: Asked, got: Invocation, word: str) -> Invocation | Refusal:
    """A person, `since 2d`, or a stack, in any order."""
    example = f"For example: {asked.slash} audit web/prod @ana since 2d"
    if got.reason:
        return _since(asked, got, f"{got.reason} {bare(word)}".removeprefix(_SINCE).strip(), example)
    if word.casefold() == _SINCE:
        return replace(got, reason=_SINCE)
    if not got.person and (named := person(word)):
        return replace(got, person=named)
    if got.stack or "#" in word:
        return asked.no(f'I don\'t know what to do with "{shown(word)}".', example)
    return replace(got, stack=name_in(word))


def _since(asked: Asked, got: Invocation, length: str, example: str) -> Invocation | Refusal:
    """What followed "since" so far: a time, or the number of one."""
    if lasts := seconds(length):
        return replace(got, reason="", lasts=lasts)
    if length.isdecimal():
        return replace(got, reason=f"{_SINCE} {length}")
    return asked.no(f'"{shown(length)}" is no time.', example)
