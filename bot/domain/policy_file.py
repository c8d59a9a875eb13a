"""The policy file: strict TOML into rules and subscriptions, or every problem of it at once, with its line."""

from __future__ import annotations

import re
import tomllib
from typing import Any

from bot.domain.audience import MEMBERS, Audience
from bot.domain.policy_rules import NAME_LENGTH, RULE_KEYS, rule_of, terms
from bot.domain.policy_sections import File, Section
from bot.domain.rules import Policy
from bot.domain.subscriptions import Subscription
from bot.domain.toml_lines import lines_of

_TABLES = ("rules", "subscriptions", "audit")
_SUBSCRIPTION_KEYS = ("channel", "stacks", "outcomes_only")
_AUDIT_KEYS = ("readers",)
_SYNTAX_LINE = re.compile(r" \(at line (\d+), column \d+\)$")


def load(text: str, *, source: str) -> Policy | tuple[str, ...]:
    """The policy that `text` spells, or its problems as `source:line: what is wrong`."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return (_syntax(str(error), source),)
    file = File(source, lines_of(text))
    file.keys("", 0, document, _TABLES)
    rules = [rule_of(section) for section in file.sections(document, "rules", RULE_KEYS)]
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


def _subscription(section: Section) -> Subscription:
    channel = section.text("channel", limit=NAME_LENGTH, needed=True)
    return Subscription(
        channel=section.channel("channel", channel) if channel else "",
        stacks=section.stacks(),
        outcomes_only=section.flag("outcomes_only"),
    )


def _readers(file: File, document: dict[str, Any]) -> Audience:
    """`[audit]` is a table of its own, once."""
    if "audit" not in document:
        return ()
    entries = document["audit"]
    if not isinstance(entries, dict):
        file.problem("", 0, "audit", "write [audit] once")
        return ()
    file.keys("audit", 0, entries, _AUDIT_KEYS)
    section = Section(file, "audit", 0, entries)
    readers = terms(section, "readers", section.texts("readers", example='"@platform"'))
    if MEMBERS in readers:
        section.wrong(
            "readers", 'readers are people, user groups or "everyone": the audit belongs to no channel'
        )
    return readers
