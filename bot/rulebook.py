"""The policy file made ready for work: read, its `#channels` and `@people` looked up, and what it names in vain told with its line."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.domain import policy_file
from bot.domain.nearest import nearest
from bot.domain.rules import Policy
from bot.domain.stacks import StackRef
from bot.errors import ConfigurationError, SlackError
from bot.ports import People

ResolveChannel = Callable[[str], Awaitable[str]]


@dataclass(frozen=True, slots=True)
class Rulebook:
    """A policy in ids. `problems` keep it from being used; each says the line."""

    policy: Policy
    problems: tuple[str, ...] = ()


def read_policy(path: Path | None) -> Policy:
    """The operator's rules, or none: then the defaults decide. Raises ConfigurationError with every problem of the file."""
    if path is None:
        return Policy()
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise ConfigurationError([f"{path.name} can't be read: {reason}."]) from None
    found = policy_file.load(text, source=path.name)
    if isinstance(found, tuple):
        raise ConfigurationError(list(found))
    return found


async def look_up(
    policy: Policy, *, source: str, people: People, resolve_channel: ResolveChannel
) -> Rulebook:
    """Commands come with ids, policies are written with names. `source` is the file's name. Raises SlackError."""
    channels, no_channel = await _channels(policy, source, resolve_channel)
    persons, nobody = await _persons(policy, source, people)
    return Rulebook(policy.with_channel_ids(channels).with_people(persons), (*no_channel, *nobody))


def stray_patterns(policy: Policy, known: Collection[StackRef], *, source: str) -> tuple[str, ...]:
    """Patterns that match no stack there is: a warning, since a stack may be created tomorrow."""
    return tuple(
        f"{_place(source, rule.lines, 'stacks')}: {pattern} matches no stack that is known yet"
        for rule, pattern in policy.stray(known)
    )


async def _channels(
    policy: Policy, source: str, resolve_channel: ResolveChannel
) -> tuple[dict[str, str], list[str]]:
    ids: dict[str, str] = {}
    problems = []
    for name in sorted(policy.channel_names):
        try:
            ids[name] = await resolve_channel(name)
        except SlackError as error:
            if error.code != "channel_not_found":
                raise
            line: Mapping[str, int] = next((rule.lines for rule in policy.rules if name in rule.channels), {})
            problems.append(
                f"{_place(source, line, 'channels')}: the policy names {name}, but there is no such channel that the bot can see"
            )
    return ids, problems


async def _persons(policy: Policy, source: str, people: People) -> tuple[dict[str, str], list[str]]:
    """A name is a group's first; what no group has may be a person's."""
    groups = await people.groups(policy.handles)
    ids: dict[str, str] = {}
    problems = []
    for handle in sorted(policy.handles - groups.keys()):
        person = await people.find(handle)
        if person:
            ids[handle] = person
            continue
        close = nearest(handle, groups, limit=1)
        hint = f": did you mean {close[0]}?" if close else ""
        problems.append(
            f"{_named_at(policy, source, handle)}: there is no user group or person {handle}{hint}"
        )
    return ids, problems


def _named_at(policy: Policy, source: str, handle: str) -> str:
    for rule in policy.rules:
        approvers = "approvers" if "approvers" in rule.lines else "approvals"
        for key, audiences in (
            ("who", [rule.who]),
            ("break_glass", [rule.break_glass]),
            (approvers, [seat.who for seat in rule.seats]),
        ):
            if any(handle in audience for audience in audiences):
                return _place(source, rule.lines, key)
    return source


def _place(source: str, lines: Mapping[str, int], key: str) -> str:
    line = lines.get(key) or lines.get("")
    return f"{source}:{line}" if line else source
