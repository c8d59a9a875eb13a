"""The tables of a policy file, read key by key; whatever is wrong is collected with its line."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from bot.domain.coverage import unreachable
from bot.domain.nearest import nearest
from bot.domain.refusals import shown
from bot.domain.rules import Rule
from bot.domain.stacks import Pattern
from bot.domain.toml_lines import Place

_CHANNEL_ID = re.compile(r"[CG][A-Z0-9]{2,}")
_CHANNEL_NAME = re.compile(r"#?([^\s#@<>,A-Z]{1,80})")


@dataclass(slots=True)
class File:
    """Collects what is wrong."""

    source: str
    lines: dict[Place, int]
    problems: list[str] = field(default_factory=list)

    def problem(self, table: str, index: int, key: str, words: str) -> None:
        line = (
            self.lines.get((table, index, key))
            or self.lines.get((table, index, ""))
            or self.lines.get(("", 0, table))
        )
        self.problems.append(f"{self.source}:{line}: {words}" if line else f"{self.source}: {words}")

    def keys(self, table: str, index: int, entries: dict[str, Any], allowed: tuple[str, ...]) -> None:
        for key in entries:
            if key not in allowed:
                close = nearest(key, allowed, limit=1) or allowed
                hint = f"did you mean {close[0]}?" if len(close) == 1 else f"there is {', '.join(allowed)}"
                self.problem(table, index, key, f'unknown key "{shown(key)}": {hint}')

    def sections(self, document: dict[str, Any], table: str, allowed: tuple[str, ...]) -> list[Section]:
        listed = document.get(table, [])
        if not isinstance(listed, list) or not all(isinstance(entries, dict) for entries in listed):
            self.problem("", 0, table, f"write [[{table}]] once for each")
            return []
        for index, entries in enumerate(listed):
            self.keys(table, index, entries, allowed)
        return [Section(self, table, index, entries) for index, entries in enumerate(listed)]

    def unique(self, rules: list[Rule]) -> None:
        names = [rule.name for rule in rules]
        for index, name in enumerate(names):
            if name and name in names[:index]:
                self.problem("rules", index, "name", f'a second rule has the name "{name}"')

    def reachable(self, rules: list[Rule]) -> None:
        for index, covering in unreachable(rules).items():
            names = " and ".join(f'"{rules[place].name}"' for place in covering)
            self.problem(
                "rules",
                index,
                "",
                f'the rule "{rules[index].name}" never decides: {names} always comes first',
            )

    def lines_in(self, table: str, index: int, entries: dict[str, Any]) -> dict[str, int]:
        keys = ("", *entries)
        return {key: self.lines[table, index, key] for key in keys if (table, index, key) in self.lines}


@dataclass(frozen=True, slots=True)
class Section:
    """One table, read key by key. What is wrong is told once and reads as empty."""

    file: File
    table: str
    index: int
    entries: dict[str, Any]

    def wrong(self, key: str, words: str) -> None:
        self.file.problem(self.table, self.index, key, words)

    def text(self, key: str, *, limit: int, needed: bool = False) -> str:
        value = self.entries.get(key, "")
        if not isinstance(value, str):
            self.wrong(key, f"{key} is a text in quotes")
            return ""
        words = shown(value, limit=limit)
        if needed and not words:
            self.wrong(key, f"{key} is missing")
        return words

    def texts(self, key: str, *, example: str, needed: bool = True) -> tuple[str, ...]:
        value = self.entries.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            self.wrong(key, f"{key} is a list of texts: {key} = [{example}]")
            return ()
        if not value and (needed or key in self.entries):
            self.wrong(key, f"{key} must name at least one: {key} = [{example}]")
        return tuple(value)

    def flag(self, key: str) -> bool:
        value = self.entries.get(key, False)
        if not isinstance(value, bool):
            self.wrong(key, f"{key} is true or false")
        return value is True

    def count(self, key: str, *, most: int) -> int:
        value = self.entries.get(key, 0)
        if key in self.entries and (type(value) is not int or not 1 <= value <= most):
            self.wrong(key, f"{key} is a number from 1 to {most}")
            return 0
        return int(value)

    def stacks(self) -> tuple[Pattern, ...]:
        patterns = []
        for text in self.texts("stacks", example='"*/*/prod"'):
            pattern = Pattern.read(text)
            if pattern:
                patterns.append(pattern)
            else:
                self.wrong(
                    "stacks",
                    f'"{shown(text)}" is not org/project/stack, where * stands for anything in a part',
                )
        return tuple(patterns)

    def channel(self, key: str, text: str) -> str:
        """An id as it is, a name with its `#`."""
        name = _CHANNEL_NAME.fullmatch(text)
        if _CHANNEL_ID.fullmatch(text):
            return text
        if name is None:
            self.wrong(
                key, f'"{shown(text)}" is neither a channel\'s name ("#prod") nor its id ("C0123ABCD")'
            )
            return ""
        return f"#{name[1]}"
