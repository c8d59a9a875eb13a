"""What one deployment does differently from its stack's settings: variables, whether it inherits them, and why it is started.

A value that is secret is here only as sealed text (`bot.vault`), and only for the one call that needs it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bot.domain.redaction import redact
from bot.domain.refusals import is_hidden, shown

LONGEST_MESSAGE = 300  # characters
LONGEST_VALUE = 2_000
MOST_VARIABLES = 30
SECRET = "secret:"  # noqa: S105  the mark that a person types before a secret value
SEALED_AS = "variable"  # the purpose under which `bot.vault` seals a value
# Pulumi sets these itself and would overwrite them (seed, "OperationContext"); the others carry the request's id and its message.
_RESERVED = ("PULUMI_", "QUARTERDECK_")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,199}")


@dataclass(frozen=True, slots=True)
class Variable:
    """An environment variable. `value` is sealed text where `is_sealed`, and what was typed otherwise."""

    name: str
    value: str
    is_sealed: bool = False


@dataclass(frozen=True, slots=True)
class Options:
    """Empty options are a deployment as the stack's settings say. `inherit`: whether those settings apply at all."""

    environment: tuple[Variable, ...] = ()
    inherit: bool = True
    message: str = ""

    def __bool__(self) -> bool:
        return self != NONE


NONE = Options()


@dataclass(frozen=True, slots=True)
class Typed:
    """A variable as somebody typed it, its value still in the clear: not to be kept anywhere, and never shown in a traceback."""

    name: str
    value: str
    is_secret: bool

    def __repr__(self) -> str:
        return f"Typed({self.name!r})"


def read_variable(text: str) -> Typed | str:
    """`NAME=value` or `NAME=secret:value`; a text says what is wrong with it, without the value."""
    name, equals, value = text.partition("=")
    name = name.strip()
    if problem := name_problem(name, given=bool(equals)):
        return problem
    is_secret = value.startswith(SECRET)
    value = value.removeprefix(SECRET)
    if len(value) > LONGEST_VALUE:
        return f"The value of {name} is too long: at most {LONGEST_VALUE:,} characters."
    if any(is_hidden(letter) for letter in value):
        return f"There is an invisible character in the value of {name}."
    if is_secret and not value:
        return f"The secret {name} is empty."
    return Typed(name, value, is_secret)


def read_lines(text: str) -> tuple[Typed, ...] | str:
    """One variable a line; empty lines are skipped. A text says what is wrong with the first wrong line."""
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        variable = read_variable(line.strip())
        if isinstance(variable, str):
            return f"Line {number}: {variable}"
        found.append(variable)
    return too_many(found) or tuple(found)


def too_many(found: Iterable[Typed | Variable]) -> str:
    """What is wrong with them together; empty when nothing is."""
    names = [variable.name for variable in found]
    twice = next((name for name in names if names.count(name) > 1), "")
    if twice:
        return f"{twice} stands there twice."
    return (
        f"That are {len(names)} variables; at most {MOST_VARIABLES} go with one deployment."
        if len(names) > MOST_VARIABLES
        else ""
    )


def name_problem(name: str, *, given: bool = True) -> str:
    """Why a variable can't be called so; empty when it can."""
    if not given or not name:
        return f'"{shown(name, limit=40)}" has no value: write NAME=value.' if name else "Write NAME=value."
    if not _NAME.fullmatch(name):
        return f'"{shown(name, limit=40)}" can\'t be the name of a variable: letters, digits and _, no digit first.'
    if name.upper().startswith(_RESERVED):
        return f"{name} is reserved: Pulumi or I set it for every deployment."
    return ""


def looks_secret(variable: Typed) -> bool:
    """Whether a value looks like a credential, by its form or by its name."""
    plain = f"{variable.name}={variable.value}"
    return redact(plain) != plain


def read_message(text: str) -> str:
    """A message as it is kept: one line, nothing hidden in it, not longer than it may be."""
    return shown(text, limit=LONGEST_MESSAGE)
