"""Find a stack while its name is being typed."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bot.domain.nearest import nearest
from bot.domain.stacks import StackRef

MOST = 100


def search(
    typed: str, known: Collection[StackRef], orgs: Sequence[str], *, limit: int = MOST
) -> tuple[StackRef, ...]:
    """Known stacks whose name holds every typed word, those that begin with it first; else those a slip of the finger away."""
    wanted = typed.casefold().replace("#", " ").split()
    ours = sorted(ref for ref in known if ref.org in orgs)
    found = [ref for ref in ours if all(word in str(ref).casefold() for word in wanted)]
    if found or not wanted:
        return tuple(sorted(found, key=lambda ref: _rank(ref, wanted)))[:limit]
    close = nearest(typed.strip(), (ref.short for ref in ours), limit=limit)
    return tuple(ref for name in close for ref in ours if ref.short == name)[:limit]


def _rank(ref: StackRef, wanted: Sequence[str]) -> int:
    """0 for the very name, 1 where project or stack begin with the first word, 2 for the rest; within that by name."""
    if not wanted:
        return 0
    first = wanted[0]
    names = (ref.short.casefold(), ref.project.casefold(), ref.stack.casefold())
    if first in names:
        return 0
    return 1 if any(name.startswith(first) for name in names) else 2
