"""Did you mean: the names closest to what was typed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

_FURTHEST = 3
_PART = 2  # letters that a typed part of a name must have


def nearest(typed: str, names: Iterable[str], *, limit: int = 3) -> tuple[str, ...]:
    """Up to `limit` names that are a slip of the finger away from `typed`, closest first; then those that contain it.

    Case does not count. Short words allow one slip, longer ones up to three.
    """
    word = typed.casefold()
    scored = sorted(
        (score, name) for name in set(names) if (score := _score(word, name.casefold())) is not None
    )
    return tuple(name for _, name in scored[:limit])


def _score(word: str, name: str) -> int | None:
    if not word:
        return None
    furthest = min(_FURTHEST, 1 + len(word) // 4)
    if _at_least(word, name) <= furthest and (slips := distance(word, name)) <= furthest:
        return slips
    return _FURTHEST + 1 if len(word) >= _PART and word in name else None


def _at_least(one: str, other: str) -> int:
    """A lower bound of the distance that costs one pass: letters that the other word lacks."""
    if abs(len(one) - len(other)) > _FURTHEST:
        return _FURTHEST + 1
    letters, others = Counter(one), Counter(other)
    return max((letters - others).total(), (others - letters).total())


def distance(one: str, other: str) -> int:
    """Edits between two words: insert, delete, replace a letter, or swap two neighbours (optimal string alignment)."""
    start = _shared(one, other)
    one, other = one[start:], other[start:]
    end = _shared(one[::-1], other[::-1])
    one, other = one[: len(one) - end], other[: len(other) - end]
    older: list[int] = []
    old = list(range(len(other) + 1))
    for row, letter in enumerate(one, start=1):
        new = [row]
        for column, counterpart in enumerate(other, start=1):
            same = letter == counterpart
            best = min(old[column] + 1, new[-1] + 1, old[column - 1] + (not same))
            swapped = row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == counterpart
            new.append(min(best, older[column - 2] + 1) if swapped else best)
        older, old = old, new
    return old[-1]


def _shared(one: str, other: str) -> int:
    """How many letters both words begin with."""
    return next(
        (place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b),
        min(len(one), len(other)),
    )
