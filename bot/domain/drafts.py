"""A deployment as it was put together in the form, and what is wrong with it: every problem at once, by field."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.domain import options as opts
from bot.domain.commands import OPERATION_OF, Verb
from bot.domain.options import Typed
from bot.domain.refs import branch_problem, commit_problem

STACK, OPERATION, SOURCE, REF = "stack", "operation", "source", "ref"
ENVIRONMENT, INHERIT, MESSAGE, CHANNEL = "environment", "inherit", "message", "channel"


class Source(StrEnum):
    """What is to run."""

    SETTINGS = "settings"
    BRANCH = "branch"
    COMMIT = "commit"


@dataclass(frozen=True, slots=True)
class Draft:
    """As it was filled in. `environment` may hold secrets in the clear, so it never shows in a traceback or a log."""

    stack: str
    operation: str = Verb.DEPLOY.value
    source: str = Source.SETTINGS.value
    ref: str = ""
    environment: str = ""
    inherit: bool = True
    message: str = ""
    channel: str = ""

    def __repr__(self) -> str:
        return f"Draft({self.operation} {self.stack})"


@dataclass(frozen=True, slots=True)
class Checked:
    """A draft that makes sense. Values in `variables` are still in the clear."""

    verb: Verb
    stack: str
    branch: str
    commit: str
    variables: tuple[Typed, ...]
    inherit: bool
    message: str
    channel: str


def check(draft: Draft, *, can_seal: bool) -> Checked | dict[str, str]:
    """What is to be done, or what is wrong by field. `can_seal`: a secret can be kept safe here."""
    variables = opts.read_lines(draft.environment)
    found = {
        STACK: "" if draft.stack else "Choose the stack.",
        OPERATION: "" if draft.operation in OPERATION_OF else "Choose what to do.",
        REF: _ref_problem(draft),
        ENVIRONMENT: variables
        if isinstance(variables, str)
        else _sealing_problem(variables, can_seal=can_seal),
        CHANNEL: "" if draft.channel else "Choose the channel where the card goes.",
    }
    problems = {name: problem for name, problem in found.items() if problem}
    if problems or isinstance(variables, str):
        return problems
    ref = draft.ref.strip()
    return Checked(
        verb=Verb(draft.operation),
        stack=draft.stack,
        branch=ref if draft.source == Source.BRANCH else "",
        commit=ref.lower() if draft.source == Source.COMMIT else "",
        variables=tuple(Typed(each.name, each.value, is_secret=is_secret(each)) for each in variables),
        inherit=draft.inherit,
        message=opts.read_message(draft.message),
        channel=draft.channel,
    )


def is_secret(variable: Typed) -> bool:
    """Whether it is to be sealed: because it was said so, or because it looks as if it should."""
    return variable.is_secret or opts.looks_secret(variable)


def _ref_problem(draft: Draft) -> str:
    ref = draft.ref.strip()
    if draft.source == Source.SETTINGS:
        return "Choose above whether this is a branch or a commit." if ref else ""
    if not ref:
        return "Name the branch." if draft.source == Source.BRANCH else "Name the commit."
    return branch_problem(ref) if draft.source == Source.BRANCH else commit_problem(ref)


def _sealing_problem(variables: tuple[Typed, ...], *, can_seal: bool) -> str:
    secret = next((variable.name for variable in variables if is_secret(variable)), "")
    if not secret or can_seal:
        return ""
    return (
        f"{secret} is a secret, and I can't keep secrets here: whoever runs the bot must set ENCRYPTION_KEY first. "
        "Leave it out, or set it in the stack's settings in Pulumi Cloud."
    )
