"""Rules that never decide, because those before them leave nothing to them."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase

from bot.domain.rules import Rule
from bot.domain.stacks import Pattern


def unreachable(rules: Sequence[Rule]) -> dict[int, tuple[int, ...]]:
    """Places of such rules, each with the places of the rules that take its part.

    Every operation on every pattern of a rule is looked at by itself: two earlier rules may cover it together.
    """
    return {
        place: covering
        for place, rule in enumerate(rules)
        if rule.operations and rule.stacks and (covering := _covering(rules[:place], rule))
    }


def _covering(earlier: Sequence[Rule], rule: Rule) -> tuple[int, ...]:
    found: set[int] = set()
    for verb in rule.operations:
        for pattern in rule.stacks:
            takes = (
                place
                for place, before in enumerate(earlier)
                if verb in before.operations and _takes(before, rule, pattern)
            )
            first = next(takes, None)
            if first is None:
                return ()
            found.add(first)
    return tuple(sorted(found))


def _takes(before: Rule, rule: Rule, pattern: Pattern) -> bool:
    return (
        any(_includes(wide, pattern) for wide in before.stacks)
        and _wider(before.channels, rule.channels)
        and _wider(before.surfaces, rule.surfaces)
    )


def _wider(wide: Sequence[str] | frozenset[str], narrow: Sequence[str] | frozenset[str]) -> bool:
    """Empty means any."""
    return not wide or (bool(narrow) and set(narrow) <= set(wide))


def _includes(wide: Pattern, narrow: Pattern) -> bool:
    """A `*` of the narrow one is a letter like any other here: only a `*` of the wide one matches it, which is what it takes."""
    return (
        fnmatchcase(narrow.org, wide.org)
        and fnmatchcase(narrow.project, wide.project)
        and fnmatchcase(narrow.stack, wide.stack)
    )
