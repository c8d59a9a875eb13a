"""Scenarios: what a run of a stack prints, how long its steps take and how they end, read from TOML.

A file holds `[steps.<key>]` and `[operations.<operation>]` tables with `duration` (seconds), `outcome`
(`succeeded` or `failed`), `changes` and `log`; whatever it leaves out comes from `base.toml`. A log is one line per
printed line, `seconds from the step's start | text`; without seconds the line follows at once. `1.0..9.0 *40 | text {n}`
prints forty lines spread over that time. `{green}`, `{cr}`, `{stack}`, `{u+202e}` and the like are filled in; other
braces are text. `{?azure}` at a line's beginning keeps the line for runs that have such a fact. `[settings]` is what a
stack of this scenario has when nobody says otherwise.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

__all__ = ["OPERATIONS", "Line", "Scenario", "Script", "fill", "load_scenarios", "parse_scenario"]

OPERATIONS = ("update", "preview", "destroy", "refresh", "detect-drift", "remediate-drift")

Outcome = Literal["succeeded", "failed"]

_FOLDER = Path(__file__).parent / "scenarios"
_BASE = "base"

_LINE = re.compile(r"\s*(?:(\d+(?:\.\d+)?)(?:\.\.(\d+(?:\.\d+)?)\s*\*(\d+))?)?\s*\| ?(.*)")
_PLACEHOLDER = re.compile(r"\{(?:u\+([0-9a-f]{4,6})|([a-z_]+))\}")
_CONDITION = re.compile(r"\{\?([a-z_]+)\}")
_MARKS = {
    "bold": "\x1b[1m",
    "red": "\x1b[38;5;9m",
    "green": "\x1b[38;5;2m",
    "yellow": "\x1b[38;5;3m",
    "blue": "\x1b[38;5;12m",
    "magenta": "\x1b[38;5;13m",
    "cyan": "\x1b[38;5;14m",
    "reset": "\x1b[0m",
    "esc": "\x1b",
    "cr": "\r",
    "long": "0123456789" * 500,
}


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line, not filled in yet; `offset` in seconds from the step's start."""

    offset: float
    text: str


@dataclass(frozen=True, slots=True)
class Script:
    """What one step does: `duration` in seconds, its lines in order, its outcome, the resources it changes."""

    duration: float
    outcome: Outcome
    lines: tuple[Line, ...]
    changes: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Scenario:
    """A named behaviour of a stack."""

    name: str
    summary: str
    steps: Mapping[str, Script]
    operations: Mapping[str, Script]
    settings: Mapping[str, Any] = field(default_factory=dict)


def load_scenarios() -> dict[str, Scenario]:
    """Every scenario that ships with the package, by name."""
    base = parse_scenario(_BASE, _read(_FOLDER / f"{_BASE}.toml"))
    others = [path for path in sorted(_FOLDER.glob("*.toml")) if path.stem != _BASE]
    return {path.stem: parse_scenario(path.stem, _read(path), base=base) for path in others}


def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def parse_scenario(name: str, raw: Mapping[str, Any], *, base: Scenario | None = None) -> Scenario:
    """A scenario from its TOML document, on top of `base`.

    Raises:
        ValueError: a log line without a bar, lines that outlast their step, an unknown outcome.
    """
    return Scenario(
        name=name,
        summary=raw["summary"],
        steps=_scripts(raw.get("steps", {}), base.steps if base else {}),
        operations=_scripts(raw.get("operations", {}), base.operations if base else {}),
        settings=raw.get("settings", {}),
    )


def _scripts(tables: Mapping[str, Any], base: Mapping[str, Script]) -> dict[str, Script]:
    return dict(base) | {key: _script(key, table) for key, table in tables.items()}


def _script(key: str, table: Mapping[str, Any]) -> Script:
    lines = tuple(sorted(_lines(table.get("log", "")), key=lambda line: line.offset))
    outcome, duration = table.get("outcome", "succeeded"), float(table["duration"])
    if outcome not in ("succeeded", "failed"):
        raise ValueError(f"{key}: unknown outcome {outcome!r}")
    if lines and lines[-1].offset > duration:
        raise ValueError(f"{key}: lines at {lines[-1].offset} s outlast the step's {duration} s")
    return Script(duration=duration, outcome=outcome, lines=lines, changes=table.get("changes", {}))


def _lines(log: str) -> Iterator[Line]:
    offset = 0.0
    for written in log.strip("\n").splitlines():
        matched = _LINE.fullmatch(written)
        if matched is None:
            raise ValueError(f"no `seconds | text`: {written!r}")
        start, end, count, text = matched.groups()
        offset = float(start) if start else offset
        if count is None:
            yield Line(offset, text)
        else:
            yield from _spread(offset, float(end), int(count), text)


def _spread(start: float, end: float, count: int, text: str) -> Iterator[Line]:
    for n in range(count):
        yield Line(start + (end - start) * n / count, text.replace("{n}", str(n + 1)))


def fill(text: str, facts: Mapping[str, str]) -> str | None:
    """`text` with its placeholders filled in from the marks and `facts`; unknown ones stay as they are.

    None when it begins with `{?name}` and there is no such fact: the line is not printed.
    """
    condition = _CONDITION.match(text)
    if condition is not None:
        if not facts.get(condition[1]):
            return None
        text = text[condition.end() :]

    def value(found: re.Match[str]) -> str:
        code, name = found.groups()
        return chr(int(code, 16)) if code else _MARKS.get(name) or facts.get(name) or found[0]

    return _PLACEHOLDER.sub(value, text)
