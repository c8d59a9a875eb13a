"""What follows a verb, read word by word: the stack, the flags, and what the verb lets follow."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from bot.domain import asking, flags
from bot.domain.commands import OPERATION_OF, Invocation, Verb
from bot.domain.flags import FLAGS, OF_ORG, PAUSES, Asked
from bot.domain.nearest import nearest
from bot.domain.refusals import Refusal, shown
from bot.domain.stacks import name_in
from bot.domain.vocabulary import POLITE, VERBS
from bot.domain.words import bare

# A start without a stack opens the form.
_STACK_OPTIONAL = frozenset({Verb.STATUS, Verb.AUDIT, *OPERATION_OF, *OF_ORG.values()})
_TAKES_VERSION = frozenset({Verb.LOGS, Verb.STATUS, Verb.CANCEL})
_REASONED = frozenset({*PAUSES, Verb.LOCK, Verb.UNLOCK})
_ORG = re.compile(r"(?:org|organi[sz]ation|everything)(?:=(.*))?", re.IGNORECASE)
_BEFORE_ORG = frozenset({"=", "of"})
_VERSION = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class Reader(Asked):
    """Of one verb; the first thing wrong ends it."""

    def read(self, rest: list[str]) -> Invocation | Refusal:
        """What is asked for, all words together."""
        got: Invocation | Refusal = Invocation(self.verb)
        waiting = list(rest)
        while waiting and isinstance(got, Invocation):
            word = waiting.pop(0)
            got = (
                self._flag(got, word, waiting) if self._is_flag(got, word) else self._word(got, word, waiting)
            )
        return got if isinstance(got, Refusal) else self._whole(got)

    def _whole(self, got: Invocation) -> Invocation | Refusal:
        """What can be told only at the end."""
        if self.verb is Verb.AUDIT and got.reason:
            return self.no("Since when?", self.example("since 2d"))
        if not got.stack and got.verb not in _STACK_OPTIONAL and got.about not in OF_ORG.values():
            example = self.example("@ana deploy web/prod") if self.verb is Verb.CAN else ""
            return self.no(f"{self.slash} {self.verb} needs a stack.", example)
        return asking.timed(self, got) if self.verb is Verb.LOCK and not got.lasts else got

    def _is_flag(self, got: Invocation, word: str) -> bool:
        """A dash between the words of a reason or a message is punctuation."""
        says_why = self._takes_reason(got) or bool(got.options.message)
        return word.startswith("-") and not (says_why and not word.strip("-"))

    def _takes_reason(self, got: Invocation) -> bool:
        """Whether it is clear what to pause or lock, so that the rest says why."""
        return got.verb in OF_ORG.values() or (got.verb in _REASONED and bool(got.stack))

    def _word(self, got: Invocation, word: str, waiting: list[str]) -> Invocation | Refusal:
        """A word that is no flag: the stack first, then what the verb lets follow."""
        whole = _ORG.fullmatch(bare(word)) if flags.is_for_all(got) and not got.stack else None
        if whole:
            return flags.of_all(got, self._org(whole[1] or "", waiting))
        if self._takes_reason(got):
            dash = not got.reason and not word.strip("-")  # before the reason
            return got if dash else flags.reason(self, got, word)
        if self.verb is Verb.AUDIT:
            return asking.audit_word(self, got, word)
        if self.verb is Verb.CAN and got.about is None:
            return asking.can_word(self, got, word, VERBS.get(word.casefold()))
        if got.about in OF_ORG.values() and not got.stack:
            return got if bare(word).casefold() in POLITE else replace(got, stack=bare(word))
        return self._after(got, word) if got.stack else self._stack(got, name_in(word) or word)

    def _org(self, named: str, waiting: list[str]) -> str:
        """As it is written where it is configured: what stood behind `=`, or the words that follow, if they name one that is served."""
        served = {org.casefold(): org for org in self.orgs}
        if named:
            return served.get(named.casefold(), named)
        taken = 2 if waiting and waiting[0].casefold() in _BEFORE_ORG else 1
        found = served.get(bare(waiting[taken - 1]).casefold(), "") if len(waiting) >= taken else ""
        if found:
            del waiting[:taken]
        return found

    def _after(self, got: Invocation, word: str) -> Invocation | Refusal:
        """A word after the stack."""
        if got.options.message:  # its quotes were forgotten
            return flags.message(self, got, f"{got.options.message} {word}")
        if got.reason:
            return flags.reason(self, got, word)
        said = bare(word).casefold()
        if said in POLITE:
            return got
        if self.verb is Verb.HISTORY:
            return self._of_history(got, said)
        number = said.removeprefix("#")
        takes_it = said != number or self.verb in _TAKES_VERSION
        if got.version is None and takes_it and _VERSION.fullmatch(number):
            return self._stack(got, f"{got.stack}#{number}")
        return self._one_too_many(got, word)

    def _of_history(self, got: Invocation, said: str) -> Invocation | Refusal:
        if said == "page":
            return got
        return flags.page(self, got, said) if said.isdecimal() else flags.status(self, got, said)

    def _one_too_many(self, got: Invocation, word: str) -> Refusal:
        other = name_in(word)
        what = f'I don\'t know what to do with "{shown(word)}" after "{shown(got.stack)}".'
        if "/" in other and "/" not in got.stack:
            return self.no(what, f"Did you mean {self.slash} {self.verb} {shown(other)}?")
        if "/" in other:
            return self.no(what, f"One stack at a time. {self.example(shown(got.stack))}")
        if "/" not in got.stack:
            return self.no(what, f"A stack is written project/stack. {self.example('web/dev')}")
        branch = " --branch main" if self.verb in OPERATION_OF else ""
        return self.no(what, self.example(f"{shown(got.stack)}{branch}"))

    def _stack(self, got: Invocation, word: str) -> Invocation | Refusal:
        stack, number, version = bare(word).partition("#") if "#" in word else (word, "", "")
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
        typed, _, value = word.partition("=")
        name = flags.name_of(typed)
        if (
            not typed.strip("-") and waiting and got.stack and self.verb in OPERATION_OF
        ):  # a dash, and then why
            name = "--message"
        if name == "--message" and self.verb in PAUSES:
            name = "--reason"
        flag = FLAGS.get(name)
        if flag is None:
            ours = [name for name, flag in FLAGS.items() if self.verb in flag.verbs]
            close = nearest(name, ours, limit=1) if name.strip("-") else ()
            return self.no(f'I don\'t know "{shown(typed)}".', f"Did you mean {close[0]}?" if close else "")
        if self.verb not in flag.verbs:
            return self.no(f"{self.verb} does not take {name}.")
        if name == "--org":
            return flag.read(self, got, self._org(value, waiting))
        if waiting[:1] == ["="]:
            waiting.pop(0)
        if not flag.stands_alone and not value and waiting and not waiting[0].startswith("-"):
            value = waiting.pop(0)
        return flag.read(self, got, value)
