"""How `lock`, `can` and `audit` are typed: a reason that may end in a time, who would do what, whose records of what."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.domain.commands import Invocation, Verb
from bot.domain.durations import seconds
from bot.domain.flags import LONGEST_REASON, Asked
from bot.domain.refusals import Refusal, shown

# A mention comes escaped only where the manifest asks for that, so a person is `<@U0ANA|ana>`, `U0ANA`, `@ana`, or "me".
_PERSON = re.compile(r"<@([UW][A-Z0-9]{2,30})(?:\|[^>]*)?>|(@[^\s@<>,#]{1,80}|[UW][A-Z0-9]{3,30}|me)")
_SINCE = "since"
_NEVER_DECIDED = frozenset({Verb.STATUS, Verb.LOGS, Verb.HISTORY, Verb.CAN, Verb.HELP})


def lock_word(got: Invocation, word: str) -> Invocation:
    """One more word of the reason; `… for 2h` at its end says how long."""
    reason = f"{got.reason} {word}".strip()
    head, found, length = reason.rpartition("for ")
    whole_word = bool(found) and (not head or head.endswith(" "))
    lasts = seconds(length) if whole_word else 0.0
    if lasts:
        return replace(got, reason=shown(head, limit=LONGEST_REASON), lasts=lasts)
    return replace(got, reason=shown(reason, limit=LONGEST_REASON))


def can_word(asked: Asked, got: Invocation, word: str, verb: Verb | None) -> Invocation | Refusal:
    """First who, then what they would do: `verb` is the one that `word` names."""
    example = f"For example: {asked.slash} can @ana deploy web/prod"
    if not got.person:
        found = _PERSON.fullmatch(word)
        if found is None:
            return asked.no(f'"{shown(word)}" is not a person.', example)
        return replace(got, person=found[1] or found[2])
    if verb is None or verb in _NEVER_DECIDED:
        return asked.no(f'"{shown(word)}" is nothing that a rule decides about.', example)
    return replace(got, about=verb)


def audit_word(asked: Asked, got: Invocation, word: str) -> Invocation | Refusal:
    """A person, `since 2d`, or a stack, in any order."""
    example = f"For example: {asked.slash} audit web/prod @ana since 2d"
    if got.reason == _SINCE:  # the word before this one
        lasts = seconds(word)
        return (
            replace(got, reason="", lasts=lasts)
            if lasts
            else asked.no(f'"{shown(word)}" is no time.', example)
        )
    if word.casefold() == _SINCE:
        return replace(got, reason=_SINCE)
    found = _PERSON.fullmatch(word)
    if found and not got.person:
        return replace(got, person=found[1] or found[2])
    if got.stack or "#" in word:
        return asked.no(f'I don\'t know what to do with "{shown(word)}".', example)
    return replace(got, stack=word)
