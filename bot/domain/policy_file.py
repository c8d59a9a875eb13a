"""The policy file: strict TOML into rules and subscriptions, or every problem of it at once, with its line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.domain.audience import EVERYONE, MEMBERS, Audience, read_term
from bot.domain.commands import OPERATION_OF, Surface, Verb
from bot.domain.coverage import unreachable
from bot.domain.durations import seconds
from bot.domain.freezes import Window, read_window
from bot.domain.nearest import nearest
from bot.domain.quorum import Seat, wanted
from bot.domain.refusals import shown
from bot.domain.rules import OPERATIONS, Effect, Policy, Rule
from bot.domain.stacks import Pattern
from bot.domain.subscriptions import Subscription
from bot.domain.toml_lines import Place, lines_of

DEFAULT_EXPIRY = 24 * 3600.0  # seconds that a request waits where the rule does not say
LONGEST_EXPIRY = 30 * 24 * 3600.0
MOST_APPROVALS = 10
_NAME_LENGTH = 80
_MESSAGE_LENGTH = 500
_TABLES = ("rules", "subscriptions", "audit")
_RULE_KEYS = (
    "name",
    "stacks",
    "operations",
    "channels",
    "surfaces",
    "who",
    "effect",
    "approvals",
    "approvers",
    "requester_counts",
    "one_vote_fills_all",
    "expires",
    "preview",
    "confirm",
    "freeze",
    "zone",
    "when_closed",
    "break_glass",
    "message",
)
_OF_APPROVALS = ("approvals", "approvers", "requester_counts", "one_vote_fills_all", "expires", "preview")
_SUBSCRIPTION_KEYS = ("channel", "stacks", "outcomes_only")
_AUDIT_KEYS = ("readers",)
_CHANNEL_ID = re.compile(r"[CG][A-Z0-9]{2,}")
_CHANNEL_NAME = re.compile(r"#?([^\s#@<>,A-Z]{1,80})")
_SYNTAX_LINE = re.compile(r" \(at line (\d+), column \d+\)$")


def load(text: str, *, source: str) -> Policy | tuple[str, ...]:
    """The policy that `text` spells, or its problems as `source:line: what is wrong`."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return (_syntax(str(error), source),)
    file = _File(source, lines_of(text))
    file.keys("", 0, document, _TABLES)
    rules = [_rule(section) for section in file.sections(document, "rules", _RULE_KEYS)]
    subscriptions = [
        _subscription(section) for section in file.sections(document, "subscriptions", _SUBSCRIPTION_KEYS)
    ]
    readers = _readers(file, document)
    file.unique(rules)
    file.reachable(rules)
    return tuple(file.problems) or Policy(tuple(rules), tuple(subscriptions), readers)


def _syntax(message: str, source: str) -> str:
    found = _SYNTAX_LINE.search(message)
    return f"{source}:{found[1]}: {message[: found.start()]}" if found else f"{source}: {message}"


@dataclass(slots=True)
class _File:
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

    def sections(self, document: dict[str, Any], table: str, allowed: tuple[str, ...]) -> list[_Section]:
        listed = document.get(table, [])
        if not isinstance(listed, list) or not all(isinstance(entries, dict) for entries in listed):
            self.problem("", 0, table, f"write [[{table}]] once for each")
            return []
        for index, entries in enumerate(listed):
            self.keys(table, index, entries, allowed)
        return [_Section(self, table, index, entries) for index, entries in enumerate(listed)]

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
class _Section:
    """One table, read key by key. What is wrong is told once and reads as empty."""

    file: _File
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


def _subscription(section: _Section) -> Subscription:
    channel = section.text("channel", limit=_NAME_LENGTH, needed=True)
    return Subscription(
        channel=section.channel("channel", channel) if channel else "",
        stacks=section.stacks(),
        outcomes_only=section.flag("outcomes_only"),
    )


def _rule(section: _Section) -> Rule:
    operations = _operations(section)
    effect = _effect(section)
    approves = effect is Effect.APPROVE
    seats = _seats(section) if approves else ()
    expires = _expires(section)
    _fits(section, effect, operations)
    return Rule(
        name=section.text("name", limit=_NAME_LENGTH, needed=True),
        stacks=section.stacks(),
        operations=operations,
        effect=effect,
        channels=tuple(
            section.channel("channels", text)
            for text in section.texts("channels", example='"#prod"', needed=False)
        ),
        approvals=wanted(seats),
        expires=expires if approves else 0.0,
        message=section.text("message", limit=_MESSAGE_LENGTH),
        surfaces=_surfaces(section),
        who=_audience(section, "who") or (EVERYONE,),
        seats=() if all(seat.who == (EVERYONE,) for seat in seats) else seats,
        shared=section.flag("one_vote_fills_all"),
        requester_counts=section.flag("requester_counts"),
        preview=section.flag("preview"),
        confirm=_confirm(section),
        freeze=_freeze(section),
        holds=_holds(section),
        break_glass=_audience(section, "break_glass"),
        lines=section.file.lines_in(section.table, section.index, section.entries),
    )


def _audience(section: _Section, key: str) -> Audience:
    return _terms(section, key, section.texts(key, example='"@platform"', needed=False))


def _readers(file: _File, document: dict[str, Any]) -> Audience:
    """`[audit]` is a table of its own, once."""
    if "audit" not in document:
        return ()
    entries = document["audit"]
    if not isinstance(entries, dict):
        file.problem("", 0, "audit", "write [audit] once")
        return ()
    file.keys("audit", 0, entries, _AUDIT_KEYS)
    section = _Section(file, "audit", 0, entries)
    readers = _terms(section, "readers", section.texts("readers", example='"@platform"'))
    if MEMBERS in readers:
        section.wrong(
            "readers", 'readers are people, user groups or "everyone": the audit belongs to no channel'
        )
    return readers


def _terms(section: _Section, key: str, texts: Iterable[str]) -> Audience:
    """Whom they mean; what means nobody is a mistake."""
    for text in texts:
        if read_term(text) is None:
            section.wrong(
                key,
                f'"{shown(text)}" is not "@name" of a user group or a person, "U0123ABCD", "members" or "everyone"',
            )
    return tuple(text for text in texts if read_term(text))


def _seats(section: _Section) -> tuple[Seat, ...]:
    """`approvals = 2` of `approvers`, or a table: `approvals = { "@platform" = 1, "@sre" = 1 }`."""
    value = section.entries.get("approvals")
    if not isinstance(value, dict):
        count = section.count("approvals", most=MOST_APPROVALS)
        return (Seat(count or 1, _audience(section, "approvers") or (EVERYONE,)),)
    if "approvers" in section.entries:
        section.wrong("approvers", "approvers has no meaning where approvals already says of whom")
    if not value or not all(type(count) is int and 1 <= count <= MOST_APPROVALS for count in value.values()):
        section.wrong(
            "approvals", f'write approvals = {{ "@platform" = 1 }}, each from 1 to {MOST_APPROVALS}'
        )
        return (Seat(1),)
    if sum(value.values()) > MOST_APPROVALS:
        section.wrong("approvals", f"approvals are {MOST_APPROVALS} at most in all")
    return tuple(Seat(count, _terms(section, "approvals", [term])) for term, count in value.items())


def _surfaces(section: _Section) -> frozenset[Surface]:
    names = section.texts("surfaces", example='"slash", "button"', needed=False)
    for name in names:
        if name not in set(Surface):
            section.wrong("surfaces", f'unknown surface "{shown(name)}": there is {", ".join(Surface)}')
    return frozenset(Surface(name) for name in names if name in set(Surface))


def _confirm(section: _Section) -> bool:
    word = section.text("confirm", limit=_NAME_LENGTH)
    if "confirm" in section.entries and word != "type":
        section.wrong("confirm", 'confirm = "type" asks for the stack\'s name; there is nothing else')
    return word == "type"


def _holds(section: _Section) -> bool:
    word = section.text("when_closed", limit=_NAME_LENGTH)
    if "when_closed" in section.entries and word not in {"hold", "refuse"}:
        section.wrong(
            "when_closed", 'when_closed = "hold" or "refuse": what is asked in a freeze, or on a locked stack'
        )
    return word == "hold"


def _freeze(section: _Section) -> tuple[Window, ...]:
    example = '"Fri 16:00 - Mon 08:00", "2026-12-20 18:00 - 2027-01-04 08:00"'
    texts = section.texts("freeze", example=example, needed=False)
    zone = _zone(section)
    windows = [(text, read_window(text, zone)) for text in texts]
    for text, window in windows:
        if window is None:
            section.wrong("freeze", f'"{shown(text)}" is no time of a week or a year: freeze = [{example}]')
    return tuple(window for _, window in windows if window)


def _zone(section: _Section) -> ZoneInfo:
    name = section.text("zone", limit=_NAME_LENGTH) or "UTC"
    if "zone" in section.entries and "freeze" not in section.entries:
        section.wrong("zone", "zone has a meaning only with freeze")
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        section.wrong("zone", f'"{shown(name)}" is no time zone: zone = "Europe/Berlin"')
        return ZoneInfo("UTC")


def _operations(section: _Section) -> frozenset[Verb]:
    names = section.texts("operations", example='"deploy", "destroy"')
    for name in names:
        if name in OPERATIONS:
            continue
        if name in set(Verb):
            section.wrong("operations", f'"{name}" is always allowed and takes no rule')
            continue
        close = nearest(name, OPERATIONS, limit=1)
        hint = f"did you mean {close[0]}?" if close else f"there is {', '.join(OPERATIONS)}"
        section.wrong("operations", f'unknown operation "{shown(name)}": {hint}')
    return frozenset(OPERATIONS[name] for name in names if name in OPERATIONS)


def _effect(section: _Section) -> Effect:
    """What the rule does; `approvals` says "approve" by itself. DENY where it can't be told."""
    name = section.text("effect", limit=_NAME_LENGTH)
    if "effect" not in section.entries and "approvals" in section.entries:
        return Effect.APPROVE
    if name in set(Effect):
        return Effect(name)
    section.wrong("effect", 'say effect = "allow", "approve" or "deny", or approvals = 1')
    return Effect.DENY


def _expires(section: _Section) -> float:
    if "expires" not in section.entries:
        return DEFAULT_EXPIRY
    length = seconds(section.text("expires", limit=_NAME_LENGTH))
    if not 0 < length <= LONGEST_EXPIRY:
        section.wrong("expires", 'expires is a time like "4h", "90m" or "1d12h", at most 30 days')
    return length


def _fits(section: _Section, effect: Effect, operations: frozenset[Verb]) -> None:
    """Settings that would do nothing are mistakes."""
    if effect is Effect.APPROVE:
        for verb in sorted(operations - set(OPERATION_OF)):
            section.wrong("operations", f"{verb} can't wait for an approval: it starts no deployment")
    else:
        for key in _OF_APPROVALS:
            if key in section.entries:
                section.wrong(key, f'{key} has a meaning only with effect = "approve"')
    if effect is Effect.DENY:
        for key in ("who", "confirm", "freeze", "when_closed"):
            if key in section.entries:
                section.wrong(key, f'{key} has no meaning with effect = "deny": it refuses everybody, always')
    if "one_vote_fills_all" in section.entries and not isinstance(section.entries.get("approvals"), dict):
        section.wrong(
            "one_vote_fills_all", "one_vote_fills_all has a meaning only where several groups must approve"
        )
    if (
        effect is Effect.ALLOW
        and not {"who", "freeze", "when_closed"} & section.entries.keys()
        and "message" in section.entries
    ):
        section.wrong("message", "message is never shown by a rule that allows")
