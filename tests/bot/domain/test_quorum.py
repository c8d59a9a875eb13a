"""Seats and who fills them: the counting that approvals rest on, checked against trying everything."""

from __future__ import annotations

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.quorum import Seat, described, filled, wanted

BOTH = (Seat(1, ("@platform",)), Seat(1, ("@sre",)))


def test_one_person_of_two_groups_fills_one_seat() -> None:
    assert filled(BOTH, [(0, 1)], shared=False) == 1


def test_unless_one_vote_may_fill_all() -> None:
    assert filled(BOTH, [(0, 1)], shared=True) == 2


def test_who_can_sit_on_either_makes_room_for_who_can_not() -> None:
    assert filled(BOTH, [(0, 1), (0,)], shared=False) == 2
    assert filled(BOTH, [(0,), (0, 1)], shared=False) == 2
    assert filled(BOTH, [(0,), (0,)], shared=False) == 1


def test_a_seat_may_take_several() -> None:
    assert filled((Seat(2),), [(0,), (0,), (0,)], shared=False) == 2
    assert filled((Seat(2),), [(0,), (0,), (0,)], shared=True) == 2


def test_votes_that_fit_no_seat_fill_none() -> None:
    assert filled(BOTH, [(), ()], shared=False) == 0


def test_they_are_described_in_words() -> None:
    assert wanted(BOTH) == 2
    assert described(BOTH) == "1 of @platform and 1 of @sre"
    assert described((Seat(2, ("@a", "members")),)) == "2 of @a or members of this channel"


ballots = st.lists(st.lists(st.integers(0, 2), max_size=3, unique=True).map(tuple), max_size=5)
seats = st.lists(st.integers(1, 2).map(Seat), min_size=1, max_size=3).map(tuple)


@given(seats, ballots)
@settings(max_examples=150)
def test_nobody_could_have_been_seated_better(
    seats: tuple[Seat, ...], ballots: list[tuple[int, ...]]
) -> None:
    known = [tuple(place for place in ballot if place < len(seats)) for ballot in ballots]
    best = 0
    for choice in product(*([None, *ballot] for ballot in known)):
        counts = [choice.count(place) for place in range(len(seats))]
        if all(count <= seat.count for count, seat in zip(counts, seats, strict=True)):
            best = max(best, sum(counts))
    assert filled(seats, known, shared=False) == best


@given(seats, ballots, st.sampled_from(["one seat each", "all seats"]))
@settings(max_examples=100)
def test_the_order_of_votes_changes_nothing_and_a_vote_more_never_takes_one_away(
    seats: tuple[Seat, ...], ballots: list[tuple[int, ...]], fills: str
) -> None:
    known = [tuple(place for place in ballot if place < len(seats)) for ballot in ballots]
    shared = fills == "all seats"
    count = filled(seats, known, shared=shared)
    assert filled(seats, known[::-1], shared=shared) == count
    assert filled(seats, [*known, (0,)], shared=shared) >= count
    assert count <= wanted(seats)
