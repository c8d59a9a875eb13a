"""How many must agree, and who of them: seats to be filled by votes. Pure counting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.audience import EVERYONE, Audience, in_words


@dataclass(frozen=True, slots=True)
class Seat:
    """`count` votes of people that `who` means."""

    count: int
    who: Audience = (EVERYONE,)


def filled(seats: Sequence[Seat], ballots: Sequence[Sequence[int]], *, shared: bool) -> int:
    """How many votes of all seats are in. A ballot is one person's: the places of the seats they may fill.

    With `shared` one person fills every seat they may; without, only one, and always so that most seats are filled.
    """
    if shared:
        return sum(
            min(seat.count, sum(place in ballot for ballot in ballots)) for place, seat in enumerate(seats)
        )
    chairs = [place for place, seat in enumerate(seats) for _ in range(seat.count)]
    taken: dict[int, int] = {}
    return sum(_seat(person, ballots, chairs, taken, set()) for person in range(len(ballots)))


def wanted(seats: Sequence[Seat]) -> int:
    """How many votes it takes in all."""
    return sum(seat.count for seat in seats)


def described(seats: Sequence[Seat]) -> str:
    """`2 of @platform and 1 of @sre`, as plain text."""
    return " and ".join(f"{seat.count} of {in_words(seat.who)}" for seat in seats)


def _seat(
    person: int,
    ballots: Sequence[Sequence[int]],
    chairs: Sequence[int],
    taken: dict[int, int],
    tried: set[int],
) -> bool:
    """Seat somebody, moving others to a chair that suits them as well where that helps (Kuhn's matching)."""
    for chair, place in enumerate(chairs):
        if place not in ballots[person] or chair in tried:
            continue
        tried.add(chair)
        if chair not in taken or _seat(taken[chair], ballots, chairs, taken, tried):
            taken[chair] = person
            return True
    return False
