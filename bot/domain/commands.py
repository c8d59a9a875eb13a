"""What a person asked for: a slash command, a button or a modal becomes one Command."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.domain.nearest import nearest
from bot.domain.refusals import Refusal, is_hidden, shown
from bot.domain.stacks import StackRef
from bot.domain.words import words

__all__ = [
    "LONGEST",
    "OPERATION_OF",
    "TYPED",
    "Command",
    "Intent",
    "Invocation",
    "Origin",
    "Refusal",
    "Surface",
    "Verb",
    "parse",
]


class Verb(StrEnum):
    """What can be asked. The first ten are typed; the others come from buttons and pages only."""

    DEPLOY = "deploy"
    PREVIEW = "preview"
    REFRESH = "refresh"
    DESTROY = "destroy"
    STATUS = "status"
    LOGS = "logs"
    PAUSE = "pause"
    RESUME = "resume"
    CANCEL = "cancel"
    HELP = "help"
    APPROVE = "approve"
    REJECT = "reject"
    SEND_LOG = "send_log"
    HOME = "home"


# A verb that starts a deployment, and the Pulumi operation it stands for.
OPERATION_OF = {
    Verb.DEPLOY: "update",
    Verb.PREVIEW: "preview",
    Verb.REFRESH: "refresh",
    Verb.DESTROY: "destroy",
}


class Surface(StrEnum):
    """Where in Slack a command was given."""

    SLASH = "slash"
    BUTTON = "button"
    MODAL = "modal"
    HOME = "home"


@dataclass(frozen=True, slots=True)
class Origin:
    """Who asked, where, and where a private answer can go.

    `response_url` takes five posts in thirty minutes (Slack, "Handling user interaction").
    `message_ts` is the message a button was on; `view_id` the modal that waits for content.
    """

    team: str
    channel: str
    user: str
    surface: Surface
    response_url: str = ""
    message_ts: str = ""
    view_id: str = ""


@dataclass(frozen=True, slots=True)
class Invocation:
    """A well-formed text: what to do, not yet who asked.

    `stack` is as typed (`dev`, `web/dev`, `acme/web/dev`): which one is meant is decided against the known stacks.
    """

    verb: Verb
    stack: str = ""
    version: int | None = None
    branch: str = ""
    commit: str = ""


@dataclass(frozen=True, slots=True)
class Command:
    """A request to act, durable from the moment it was acknowledged.

    `id` is the idempotency key: a retry or a double click carries the same one. Buttons name what they act on by
    `deployment_id` or `request_id` as well as by `stack`, so that they never act on something newer than what was seen.
    `confirmed`: the person has already been asked "are you sure". `at` is Unix seconds.
    """

    id: str
    verb: Verb
    origin: Origin
    stack: str = ""
    version: int | None = None
    deployment_id: str = ""
    request_id: str = ""
    branch: str = ""
    commit: str = ""
    reason: str = ""
    confirmed: bool = False
    at: float = 0.0


@dataclass(frozen=True, slots=True)
class Intent:
    """A command whose stack is known: what policy decides upon."""

    verb: Verb
    stack: StackRef
    user: str
    channel: str
    surface: Surface
    branch: str = ""
    commit: str = ""
    started_by_user: bool = False  # for cancel: the deployment is this person's own


LONGEST = 3_000  # characters of a command
TYPED = tuple(Verb)[:10]
_SYNONYMS = {"up": Verb.DEPLOY, "update": Verb.DEPLOY, "st": Verb.STATUS, "log": Verb.LOGS} | dict.fromkeys(
    ("--help", "-h", "?"), Verb.HELP
)
_VERBS = {verb.value: verb for verb in TYPED} | _SYNONYMS
_BY_BUTTON = {Verb.APPROVE.value, Verb.REJECT.value}
_STACK_OPTIONAL = {Verb.STATUS, Verb.HELP}
_TAKES_VERSION = {Verb.LOGS, Verb.STATUS, Verb.CANCEL}
_FLAGS = ("--branch", "--commit")
_VERSION = re.compile(r"[0-9]{1,9}")
_COMMIT = re.compile(r"[0-9a-fA-F]{7,40}")
_BRANCH = re.compile(r"(?![-/.])(?!.*(?:\.\.|//|@\{))[^\s~^:?*\[\\\\]+(?<![/.])")
_BRANCH_BYTES = 250  # git keeps a branch as a file name


def parse(text: str, *, slash: str = "/pulumi") -> Invocation | Refusal:
    """What was typed after the slash command, or why that can't be understood. Empty text asks for help.

    `slash` is the slash command's name, for the examples in a refusal.
    """
    if len(text) > LONGEST:
        return Refusal(
            f"That is {len(text):,} characters; a command has at most {LONGEST:,}.", f"Try {slash} help."
        )
    hidden = next((letter for letter in text if is_hidden(letter) and not letter.isspace()), None)
    if hidden:
        return Refusal(
            f'There is an invisible character (U+{ord(hidden):04X}) in "{shown(text)}".',
            "Type it by hand instead of pasting it.",
        )
    name, *rest = words(text) or [Verb.HELP.value]
    verb = _VERBS.get(name.casefold())
    if verb is None:
        return _unknown_verb(name, slash)
    return Invocation(verb) if verb is Verb.HELP else _Reader(verb, slash).read(rest)


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
class _Reader:
    """Reads what follows a verb, word by word; the first thing wrong ends it."""

    verb: Verb
    slash: str

    def read(self, rest: list[str]) -> Invocation | Refusal:
        got: Invocation | Refusal = Invocation(self.verb)
        waiting = list(rest)
        while waiting and isinstance(got, Invocation):
            word = waiting.pop(0)
            got = self._flag(got, word, waiting) if word.startswith("-") else self._stack(got, word)
        if isinstance(got, Refusal) or got.stack or self.verb in _STACK_OPTIONAL:
            return got
        return self._no(f"{self.slash} {self.verb} needs a stack.")

    def _no(self, problem: str, remedy: str = "") -> Refusal:
        return Refusal(problem, remedy or f"For example: {self.slash} {self.verb} web/dev")

    def _stack(self, got: Invocation, word: str) -> Invocation | Refusal:
        if got.stack:
            return self._no(f'I don\'t know what to do with "{shown(word)}" after "{shown(got.stack)}".')
        stack, number, version = word.partition("#")
        if not stack:
            return self._no(f'"{shown(word)}" has no stack in it.')
        if number and self.verb not in _TAKES_VERSION:
            return self._no(f'"{shown(word)}" is one past deployment; {self.verb} acts on a stack.')
        if number and (not _VERSION.fullmatch(version) or int(version) == 0):
            return self._no(
                f'"#{shown(version)}" is not the number of a deployment.',
                f"For example: {self.slash} {self.verb} web/dev#42",
            )
        return replace(got, stack=stack, version=int(version) if number else None)

    def _flag(self, got: Invocation, word: str, waiting: list[str]) -> Invocation | Refusal:
        flag, equals, value = word.partition("=")
        flag = flag.casefold()
        if flag not in _FLAGS:
            close = nearest(flag, _FLAGS, limit=1)
            return self._no(f'I don\'t know "{shown(word)}".', f"Did you mean {close[0]}?" if close else "")
        if self.verb not in OPERATION_OF:
            return self._no(f"{self.verb} does not take {flag}.")
        if got.branch or got.commit:
            return self._no(
                f'"{shown(word)}" is one too many: a deployment runs one branch or one commit.',
                f"For example: {self.slash} {self.verb} web/dev --branch main",
            )
        if not equals and waiting and not waiting[0].startswith("-"):
            value = waiting.pop(0)
        return self._commit(got, value) if flag == "--commit" else self._branch(got, value)

    def _branch(self, got: Invocation, value: str) -> Invocation | Refusal:
        example = f"For example: {self.slash} {self.verb} web/dev --branch main"
        if not value:
            return self._no("--branch needs a name.", example)
        if not _BRANCH.fullmatch(value) or len(value.encode()) > _BRANCH_BYTES:
            return self._no(f'"{shown(value)}" can\'t be the name of a branch.', example)
        return replace(got, branch=value)

    def _commit(self, got: Invocation, value: str) -> Invocation | Refusal:
        example = f"For example: {self.slash} {self.verb} web/dev --commit 1f0c9ab"
        if not value:
            return self._no("--commit needs a hash.", example)
        if not _COMMIT.fullmatch(value):
            return self._no(
                f'"{shown(value)}" is not a commit: that is 7 to 40 digits and letters from a to f.', example
            )
        return replace(got, commit=value.lower())
