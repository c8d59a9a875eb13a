"""The flags of a typed command, one function each: what was understood so far and a value in, more understood or a refusal out."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.domain import options as opts
from bot.domain.commands import OPERATION_OF, Invocation, Verb
from bot.domain.durations import seconds
from bot.domain.history import LAST_PAGE, STATUSES, status_of
from bot.domain.options import Variable
from bot.domain.refs import branch_problem, commit_problem
from bot.domain.refusals import Refusal, shown

LONGEST_REASON = 300  # characters
OF_ORG = {Verb.PAUSE: Verb.PAUSE_ORG, Verb.RESUME: Verb.RESUME_ORG}
PAUSES = frozenset(OF_ORG) | frozenset(OF_ORG.values())
SHORT = {"-m": "--message", "-e": "--env", "-b": "--branch", "-c": "--commit"}
_NUMBER = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class Asked:
    """Which verb was typed after which slash command, for the examples in a refusal; and which organisations are served."""

    verb: Verb
    slash: str
    orgs: tuple[str, ...] = ()

    def no(self, problem: str, remedy: str = "") -> Refusal:
        """A refusal; without a remedy it shows a plain example."""
        return Refusal(problem, remedy or self.example("web/dev"))

    def example(self, rest: str) -> str:
        """A command of this verb that is right."""
        return f"For example: {self.slash} {self.verb} {rest}"


@dataclass(frozen=True, slots=True)
class Flag:
    """Which verbs take it, and how it is read; one that `stands_alone` takes no value."""

    verbs: frozenset[Verb]
    read: Callable[[Asked, Invocation, str], Invocation | Refusal]
    stands_alone: bool = False


def branch(asked: Asked, got: Invocation, value: str) -> Invocation | Refusal:
    """`--branch main`."""
    if refusal := _second_source(asked, got, "--branch"):
        return refusal
    problem = branch_problem(value) if value else "--branch needs a name."
    return (
        asked.no(problem, asked.example("web/dev --branch main")) if problem else replace(got, branch=value)
    )


def commit(asked: Asked, got: Invocation, value: str) -> Invocation | Refusal:
    """`--commit 1f0c9ab`."""
    if refusal := _second_source(asked, got, "--commit"):
        return refusal
    problem = commit_problem(value) if value else "--commit needs a hash."
    return (
        asked.no(problem, asked.example("web/dev --commit 1f0c9ab"))
        if problem
        else replace(got, commit=value.lower())
    )


def _second_source(asked: Asked, got: Invocation, flag: str) -> Refusal | None:
    if not got.branch and not got.commit:
        return None
    return asked.no(
        f'"{flag}" is one too many: a deployment runs one branch or one commit.',
        asked.example("web/dev --branch main"),
    )


def env(asked: Asked, got: Invocation, value: str) -> Invocation | Refusal:
    """`--env REGION=eu-west-1`: plain values only, since what is typed here stands in the clear in too many places."""
    variable = opts.read_variable(value)
    if isinstance(variable, str):
        return asked.no(f"--env: {variable}", asked.example("web/dev --env REGION=eu-west-1"))
    if variable.is_secret or opts.looks_secret(variable):
        return asked.no(
            f"The value of {variable.name} looks like a secret, and a command is no place for one. Nothing was kept.",
            f"{asked.slash} {asked.verb} alone opens a form that keeps secrets sealed.",
        )
    environment = (*got.options.environment, Variable(variable.name, variable.value))
    problem = opts.too_many(environment)
    return asked.no(f"--env: {problem}") if problem else _with(got, environment=environment)


def no_inherit(asked: Asked, got: Invocation, value: str) -> Invocation | Refusal:
    """`--no-inherit`."""
    return asked.no("--no-inherit takes no value.") if value else _with(got, inherit=False)


def message(asked: Asked, got: Invocation, value: str) -> Invocation | Refusal:
    """`--message "why I do this"`."""
    if not value.strip():
        return asked.no("--message needs some words.", asked.example('web/dev --message "why I do this"'))
    return _with(got, message=opts.read_message(value))


def _with(got: Invocation, **changes: object) -> Invocation:
    return replace(got, options=replace(got.options, **changes))  # type: ignore[arg-type]  # one field, of its own type


def reason(asked: Asked, got: Invocation, value: str) -> Invocation | Refusal:
    """`--reason "release freeze"`, after the words that were typed without a flag."""
    if not value.strip():
        return asked.no("--reason needs some words.")
    return replace(got, reason=shown(f"{got.reason} {value}", limit=LONGEST_REASON))


def length(asked: Asked, got: Invocation, value: str) -> Invocation | Refusal:
    """`--for 2h`, `--since 2d`."""
    lasts = seconds(value)
    return (
        replace(got, lasts=lasts) if lasts else asked.no(f'"{shown(value)}" is no time: write 90m, 2h or 1d.')
    )


def break_glass(asked: Asked, got: Invocation, value: str) -> Invocation | Refusal:
    """`--break-glass`."""
    return asked.no("--break-glass takes no value.") if value else replace(got, break_glass=True)


def confirm(asked: Asked, got: Invocation, value: str) -> Invocation | Refusal:
    """`--confirm web/prod`: the stack's name once more, where a rule wants it typed."""
    if not value:
        return asked.no("--confirm needs the stack's name.", asked.example("web/dev --confirm web/dev"))
    return replace(got, typed=value)


def org(asked: Asked, got: Invocation, value: str) -> Invocation | Refusal:
    """`--org`, or `--org acme` where the bot works for several."""
    if got.stack or not is_for_all(got):
        return asked.no(
            "--org is the whole organisation, so it goes with pause or resume and without a stack.",
            f"For example: {asked.slash} pause --org",
        )
    return of_all(got, value)


def is_for_all(got: Invocation) -> bool:
    """Whether what is asked for, or asked about, can be done to a whole organisation."""
    return (got.about or got.verb) in OF_ORG


def of_all(got: Invocation, named: str) -> Invocation:
    """The same of the whole organisation; `named` is empty for the only one there is."""
    if got.about:
        return replace(got, about=OF_ORG[got.about], stack=named)
    return replace(got, verb=OF_ORG[got.verb], stack=named)


def status(asked: Asked, got: Invocation, value: str) -> Invocation | Refusal:
    """`--status failed`."""
    found = status_of(value)
    if found is None or got.status:
        problem = "One status at a time." if found else f'"{shown(value)}" is no status.'
        return asked.no(problem, f"There is {', '.join(STATUSES)}. {asked.example('web/dev failed')}")
    return replace(got, status=found)


def page(asked: Asked, got: Invocation, value: str) -> Invocation | Refusal:
    """`--page 2`."""
    if not _NUMBER.fullmatch(value) or not 0 < int(value) <= LAST_PAGE:
        return asked.no(f'"{shown(value)}" is not the number of a page.', asked.example("web/dev --page 2"))
    return replace(got, page=int(value))


def name_of(word: str) -> str:
    """The flag that was meant: `-b`, `-branch` and `--Branch:` are `--branch`. One that is none stays as it is."""
    name = word.casefold().rstrip(":")
    return SHORT.get(name) or (f"-{name}" if f"-{name}" in FLAGS else name)


_STARTS = frozenset(OPERATION_OF)
_HISTORY = frozenset({Verb.HISTORY})
FLAGS = {
    "--branch": Flag(_STARTS, branch),
    "--commit": Flag(_STARTS, commit),
    "--env": Flag(_STARTS, env),
    "--no-inherit": Flag(_STARTS, no_inherit, stands_alone=True),
    "--message": Flag(_STARTS, message),
    "--reason": Flag(PAUSES | _STARTS | {Verb.LOCK, Verb.UNLOCK}, reason),
    "--break-glass": Flag(_STARTS | {Verb.CAN}, break_glass, stands_alone=True),
    "--confirm": Flag(_STARTS, confirm),
    "--for": Flag(frozenset({Verb.LOCK}), length),
    "--since": Flag(frozenset({Verb.AUDIT}), length),
    "--org": Flag(PAUSES | {Verb.CAN}, org, stands_alone=True),
    "--status": Flag(_HISTORY, status),
    "--page": Flag(_HISTORY, page),
}
