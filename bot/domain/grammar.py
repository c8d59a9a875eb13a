"""What was typed after the slash command, as an Invocation, or refused with what would be right. What follows the verb: `bot.domain.reader`."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import dropwhile

from bot.domain import asking
from bot.domain.commands import Invocation, Verb
from bot.domain.nearest import nearest
from bot.domain.reader import Reader
from bot.domain.refusals import Refusal, is_hidden, shown
from bot.domain.vocabulary import OPPOSITES, POLITE, TYPED, VERBS
from bot.domain.words import as_typed, bare, words

LONGEST = 3_000  # characters of a command
_HELP = frozenset({"--help", "-h"})
_BY_BUTTON = frozenset({Verb.APPROVE.value, Verb.REJECT.value, Verb.WITHDRAW.value})
_ALONE = frozenset({Verb.LINK, Verb.UNLINK, Verb.WHOAMI})


def parse(text: str, *, slash: str = "/pulumi", orgs: Sequence[str] = ()) -> Invocation | Refusal:
    """What was typed after the slash command, or why that can't be understood. Empty text asks for help.

    `slash` is the slash command's name, for the examples in a refusal. `orgs` are the organisations that can be named without `org=`.
    """
    if len(text) > LONGEST:
        return Refusal(
            f"That is {len(text):,} characters; a command has at most {LONGEST:,}.", f"Try {slash} help."
        )
    text = as_typed(text)
    if hidden := _hidden_in(text):
        return Refusal(
            f'There is an invisible character (U+{ord(hidden):04X}) in "{shown(text)}".',
            "Type it by hand instead of pasting it.",
        )
    name, *rest = _spoken(text, slash) or [Verb.HELP.value]
    verb = VERBS.get(bare(name).casefold())
    if verb is None:
        return _unknown_verb(name, slash)
    if verb in _ALONE:
        return _alone(verb, rest, slash)
    if verb is Verb.HELP or not _HELP.isdisjoint(rest):
        return Invocation(Verb.HELP)
    return Reader(verb, slash, tuple(orgs)).read(rest)


def _hidden_in(text: str) -> str:
    """The first character that nobody sees; the usual command, printable to the end, costs no look at each."""
    if text.isprintable():
        return ""
    return next((letter for letter in text if is_hidden(letter) and not letter.isspace()), "")


def _spoken(text: str, slash: str) -> list[str]:
    """Its words, without quotes around all of it, and without the slash command's name or a please before it."""
    found = words(text)
    if len(found) == 1 and " " in found[0]:
        found = words(found[0])
    before = {*POLITE, slash, slash.removeprefix("/")}
    return list(dropwhile(lambda word: bare(word).casefold() in before, found))


def _alone(verb: Verb, rest: list[str], slash: str) -> Invocation | Refusal:
    """What follows is not quoted: it may be a token."""
    if not rest:
        return Invocation(verb)
    if verb is Verb.LINK:
        return Refusal(
            "Please type no token here: what follows a command is seen while it is typed, and may be kept by Slack.",
            f"{slash} link alone opens a form for it. If that was a token, revoke it at Pulumi and make a new one.",
        )
    if verb is Verb.UNLINK and (named := asking.person(" ".join(rest))):
        return Invocation(verb, person=named)
    if verb is Verb.UNLINK:
        return Refusal("That is nobody.", f"Try {slash} unlink @ana.")
    return Refusal(f"{verb} stands alone.", f"Try {slash} {verb}.")


def _unknown_verb(name: str, slash: str) -> Refusal:
    word = bare(name).casefold()
    if word in _BY_BUTTON:
        return Refusal(
            f'"{word}" is not typed.',
            "Press the button on the request's card, so that it is clear which one is meant.",
        )
    unknown = f'I don\'t know "{shown(name)}".'
    meant = OPPOSITES.get(word) or next(iter(nearest(word, (verb.value for verb in TYPED), limit=1)), "")
    if meant:
        return Refusal(unknown, f"Did you mean {slash} {meant}?")
    return Refusal(unknown, f"I know {', '.join(TYPED)}. For example: {slash} deploy web/dev")
