"""Small checks that the Block Kit tables are made of.

A check takes a value and its JSON pointer and yields what is wrong, in the words that Slack uses in
`response_metadata.messages`.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Problem:
    """One broken rule; `pointer` is where."""

    says: str
    pointer: str

    def __str__(self) -> str:
        return f"[ERROR] {self.says} [json-pointer:{self.pointer}]"


Check = Callable[[Any, str], Iterator[Problem]]

_URL = re.compile(r"(https?|mailto|slack|tel):\S+", re.IGNORECASE)


def string(maximum: int, *, minimum: int = 1, blank: bool = False, pattern: str | None = None) -> Check:
    """A string of `minimum` to `maximum` characters; spaces alone count as empty unless `blank` is fine."""
    shape = re.compile(pattern) if pattern else None

    def check(value: Any, at: str) -> Iterator[Problem]:
        if not isinstance(value, str):
            yield Problem("must be a string", at)
        elif len(value) < minimum or (minimum and not blank and not value.strip()):
            yield Problem(f"must be more than {minimum - 1} characters", at)
        elif len(value) > maximum:
            yield Problem(f"must be less than {maximum + 1} characters", at)
        elif shape and not shape.fullmatch(value):
            yield Problem(f"failed to match pattern: {pattern}", at)

    return check


def url(value: Any, at: str) -> Iterator[Problem]:
    """A link of at most 3,000 characters."""
    yield from string(3000)(value, at)
    if isinstance(value, str) and not _URL.fullmatch(value):
        yield Problem(f"invalid url: {value}", at)


def one_of(*allowed: Any) -> Check:
    """One of the words (or numbers) given."""

    def check(value: Any, at: str) -> Iterator[Problem]:
        if value not in allowed:
            yield Problem(f"must be one of the allowed values: {', '.join(map(str, allowed))}", at)

    return check


def flag(value: Any, at: str) -> Iterator[Problem]:
    """A real boolean."""
    if not isinstance(value, bool):
        yield Problem("must be a boolean", at)


def number(low: float, high: float) -> Check:
    """A whole number from `low` to `high`."""

    def check(value: Any, at: str) -> Iterator[Problem]:
        if isinstance(value, bool) or not isinstance(value, int):
            yield Problem("must be an integer", at)
        elif not low <= value <= high:
            yield Problem(f"must be from {low:g} to {high:g}", at)

    return check


def real(value: Any, at: str) -> Iterator[Problem]:
    """Any number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        yield Problem("must be a number", at)


def items(each: Check, *, at_least: int = 1, at_most: int) -> Check:
    """A list of so many, each passing `each`."""

    def check(value: Any, at: str) -> Iterator[Problem]:
        if not isinstance(value, list):
            yield Problem("must be an array", at)
            return
        if len(value) < at_least:
            yield Problem(f"no fewer than {at_least} items allowed", at)
        if len(value) > at_most:
            yield Problem(f"no more than {at_most} items allowed", at)
        for index, item in enumerate(value):
            yield from each(item, f"{at}/{index}")

    return check


def record(
    *,
    required: Mapping[str, Check] | None = None,
    optional: Mapping[str, Check] | None = None,
    also: Iterable[Check] = (),
) -> Check:
    """An object with these fields and no other; `also` looks at the whole when its fields are right."""
    needed = dict(required or {})
    known = {**needed, **(optional or {})}

    def check(value: Any, at: str) -> Iterator[Problem]:
        if not isinstance(value, dict):
            yield Problem("must be an object", at)
            return
        found = [*_missing(needed, value, at), *_fields(known, value, at)]
        yield from found
        if not found:
            for whole in also:
                yield from whole(value, at)

    return check


def _missing(needed: Mapping[str, Check], value: Mapping[str, Any], at: str) -> Iterator[Problem]:
    for name in needed:
        if value.get(name) is None:
            yield Problem(f"missing required field: {name}", at)


def _fields(known: Mapping[str, Check], value: Mapping[str, Any], at: str) -> Iterator[Problem]:
    for name, field in value.items():
        if name not in known:
            yield Problem(f"additional property: {name}", at)
        elif field is not None:
            yield from known[name](field, f"{at}/{name}")


def typed(table: Mapping[str, Check]) -> Check:
    """An object whose `type` says which check of the table it must pass."""

    def check(value: Any, at: str) -> Iterator[Problem]:
        if not isinstance(value, dict):
            yield Problem("must be an object", at)
        elif not isinstance(kind := value.get("type"), str):
            yield Problem("missing required field: type", at)
        elif kind not in table:
            yield Problem(f"unsupported type: {kind}", f"{at}/type")
        else:
            yield from table[kind](value, at)

    return check


def exactly_one(*names: str) -> Check:
    """Of these fields one, and only one."""

    def check(value: Any, at: str) -> Iterator[Problem]:
        given = [name for name in names if value.get(name) is not None]
        if len(given) != 1:
            yield Problem(f"must define exactly one of: {', '.join(names)}", at)

    return check


def at_least_one(*names: str) -> Check:
    """Of these fields one or more."""

    def check(value: Any, at: str) -> Iterator[Problem]:
        if all(value.get(name) is None for name in names):
            yield Problem(f"must define at least one of: {', '.join(names)}", at)

    return check
