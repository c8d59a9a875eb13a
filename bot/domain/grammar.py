"""What was typed after the slash command, read word by word into an Invocation, or refused with what would be right."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from bot.domain import asking, flags
from bot.domain.commands import OPERATION_OF, Invocation, Verb
from bot.domain.flags import FLAGS, OF_ORG, PAUSES, Asked
from bot.domain.nearest import nearest
from bot.domain.refusals import Refusal, is_hidden, shown
from bot.domain.words import words

LONGEST = 3_000  # characters of a command
TYPED = tuple(Verb)[: tuple(Verb).index(Verb.HELP) + 1]
_SYNONYMS = {"up": Verb.DEPLOY, "update": Verb.DEPLOY, "st": Verb.STATUS, "log": Verb.LOGS} | dict.fromkeys(
    ("--help", "-h", "?"), Verb.HELP
)
_VERBS = {verb.value: verb for verb in TYPED} | _SYNONYMS
_BY_BUTTON = {Verb.APPROVE.value, Verb.REJECT.value, Verb.WITHDRAW.value}
# A start without a stack opens the form.
_ALONE = frozenset({Verb.LINK, Verb.UNLINK, Verb.WHOAMI})
_STACK_OPTIONAL = frozenset({Verb.STATUS, Verb.HELP, Verb.AUDIT, *OPERATION_OF, *OF_ORG.values()})
_TAKES_VERSION = {Verb.LOGS, Verb.STATUS, Verb.CANCEL}
_ORG = re.compile(r"(?:org|organi[sz]ation)(?:=(.*))?", re.IGNORECASE)
_VERSION = re.compile(r"[0-9]{1,9}")


def parse(text: str, *, slash: str = "/pulumi") -> Invocation | Refusal:
    """What was typed after the slash command, or why that can't be understood. Empty text asks for help.

    `slash` is the slash command's name, for the examples in a refusal.
    """
    if len(text) > LONGEST:
        return Refusal(
            f"That is {len(text):,} characters; a command has at most {LONGEST:,}.", f"Try {slash} help."
        )
    if hidden := _hidden_in(text):
        return Refusal(
            f'There is an invisible character (U+{ord(hidden):04X}) in "{shown(text)}".',
            "Type it by hand instead of pasting it.",
        )
    name, *rest = words(text) or [Verb.HELP.value]
    verb = _VERBS.get(name.casefold())
    if verb is None:
        return _unknown_verb(name, slash)
    if verb in _ALONE:
        return _alone(verb, rest, slash)
    return Invocation(verb) if verb is Verb.HELP else _Reader(verb, slash).read(rest)


def _hidden_in(text: str) -> str:
    """The first character that nobody sees; the usual command, printable to the end, costs no look at each."""
    if text.isprintable():
        return ""
    return next((letter for letter in text if is_hidden(letter) and not letter.isspace()), "")


def _alone(verb: Verb, rest: list[str], slash: str) -> Invocation | Refusal:
    """What follows is not quoted: it may be a token."""
    if not rest:
        return Invocation(verb)
    if verb is Verb.LINK:
        return Refusal(
            "Please type no token here: what follows a command is seen while it is typed, and may be kept by Slack.",
            f"{slash} link alone opens a form for it. If that was a token, revoke it at Pulumi and make a new one.",
        )
    return Refusal(f"{verb} stands alone.", f"Try {slash} {verb}.")


def _unknown_verb(name: str, slash: str) -> Refusal:
    if name.casefold() in _BY_BUTTON:
        return Refusal(
            f'"{name.lower()}" is not typed.',
            "Press the button on the request's card, so that it is clear which one is meant.",
        )
    close = nearest(name, (verb.value for verb in TYPED), limit=1)
    if close:
        return Refusal(f'I don\'t know "{shown(name)}".', f"Did you mean {slash} {close[0]}?")
    verbs = ", ".join(verb.value for verb in TYPED)
    return Refusal(f'I don\'t know "{shown(name)}".', f"I know {verbs}. For example: {slash} deploy web/dev")


@dataclass(frozen=True, slots=True)
class _Reader(Asked):
    """Reads what follows a verb; the first thing wrong ends it."""

    def read(self, rest: list[str]) -> Invocation | Refusal:
        got: Invocation | Refusal = Invocation(self.verb)
        waiting = list(rest)
        while waiting and isinstance(got, Invocation):
            word = waiting.pop(0)
            got = self._flag(got, word, waiting) if self._is_flag(got, word) else self._word(got, word)
        if isinstance(got, Invocation) and self.verb is Verb.AUDIT and got.reason:
            return self.no("Since when?", self.example("since 2d"))
        if isinstance(got, Refusal) or got.stack or got.verb in _STACK_OPTIONAL:
            return got
        example = self.example("@ana deploy web/prod") if self.verb is Verb.CAN else ""
        return self.no(f"{self.slash} {self.verb} needs a stack.", example)

    def _is_flag(self, got: Invocation, word: str) -> bool:
        """A dash between the words of a reason is punctuation."""
        return word.startswith("-") and not (self._takes_reason(got) and not word.strip("-"))

    def _takes_reason(self, got: Invocation) -> bool:
        """Whether it is clear what to pause, so that the rest says why."""
        return got.verb in OF_ORG.values() or (got.verb in {*PAUSES, Verb.LOCK} and bool(got.stack))

    def _word(self, got: Invocation, word: str) -> Invocation | Refusal:
        """A word that is no flag: the stack first, then what the verb lets follow."""
        whole = _ORG.fullmatch(word) if got.verb in OF_ORG and not got.stack else None
        if whole:
            return replace(got, verb=OF_ORG[got.verb], stack=whole[1] or "")
        if self._takes_reason(got):
            return self._reason(got, word)
        if self.verb is Verb.AUDIT:
            return asking.audit_word(self, got, word)
        if self.verb is Verb.CAN and got.about is None:
            return asking.can_word(self, got, word, _VERBS.get(word.casefold()))
        return self._named(got, word)

    def _reason(self, got: Invocation, word: str) -> Invocation | Refusal:
        if self.verb is Verb.LOCK:
            return asking.lock_word(got, word)
        if not got.reason and not word.strip("-"):  # the dash before it
            return got
        return flags.reason(self, got, f"{got.reason} {word}")

    def _named(self, got: Invocation, word: str) -> Invocation | Refusal:
        if got.stack and self.verb is Verb.HISTORY:
            return flags.status(self, got, word)
        if got.stack and got.options.message:  # its quotes were forgotten
            return flags.message(self, got, f"{got.options.message} {word}")
        return self._stack(got, word)

    def _stack(self, got: Invocation, word: str) -> Invocation | Refusal:
        if got.stack:
            return self.no(f'I don\'t know what to do with "{shown(word)}" after "{shown(got.stack)}".')
        stack, number, version = word.partition("#")
        if not stack:
            return self.no(f'"{shown(word)}" has no stack in it.')
        if number and self.verb not in _TAKES_VERSION:
            return self._past(word, stack, version)
        if number and (not _VERSION.fullmatch(version) or int(version) == 0):
            return self.no(
                f'"#{shown(version)}" is not the number of a deployment.', self.example("web/dev#42")
            )
        return replace(got, stack=stack, version=int(version) if number else None)

    def _past(self, word: str, stack: str, version: str) -> Refusal:
        """A deployment is over once and for all: what can be done is another one of its stack, or a look at it."""
        what = "starts a new one of a stack" if self.verb in OPERATION_OF else "acts on a stack"
        look = f"{self.slash} status {shown(word)} tells what it ran." if _VERSION.fullmatch(version) else ""
        return self.no(
            f'"{shown(word)}" is one past deployment; {self.verb} {what}.',
            f"{self.example(shown(stack))} {look}".strip(),
        )

    def _flag(self, got: Invocation, word: str, waiting: list[str]) -> Invocation | Refusal:
        typed, equals, value = word.partition("=")
        name = flags.SHORT.get(typed.casefold(), typed.casefold())
        if name == "--message" and self.verb in PAUSES:
            name = "--reason"
        flag = FLAGS.get(name)
        if flag is None:
            close = nearest(name, FLAGS, limit=1)
            return self.no(f'I don\'t know "{shown(typed)}".', f"Did you mean {close[0]}?" if close else "")
        if self.verb not in flag.verbs:
            return self.no(f"{self.verb} does not take {name}.")
        if not flag.stands_alone and not equals and waiting and not waiting[0].startswith("-"):
            value = waiting.pop(0)
        return flag.read(self, got, value)
