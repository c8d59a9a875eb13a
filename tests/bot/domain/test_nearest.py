"""Did you mean."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.nearest import distance, nearest

WORDS = st.text("abcd/", max_size=8)


@pytest.mark.parametrize(
    ("one", "other", "edits"),
    [
        ("", "", 0),
        ("", "abc", 3),
        ("dev", "dev", 0),
        ("dev", "dve", 1),
        ("dev", "dex", 1),
        ("dev", "de", 1),
        ("prod", "production", 6),
    ],
)
def test_a_slip_counts_one(one: str, other: str, edits: int) -> None:
    assert distance(one, other) == edits


@given(WORDS, WORDS)
@settings(max_examples=80)
def test_a_distance_is_the_same_both_ways_and_bounded_by_the_longer_word(one: str, other: str) -> None:
    assert distance(one, other) == distance(other, one) <= max(len(one), len(other))
    assert (distance(one, other) == 0) == (one == other)


@given(WORDS.filter(bool), st.lists(WORDS, max_size=6))
@settings(max_examples=80)
def test_a_name_one_slip_away_is_always_found_first(typed: str, others: list[str]) -> None:
    found = nearest(typed, [*others, typed], limit=1)
    assert found == (typed,)


def test_the_closest_comes_first_then_names_that_contain_the_word() -> None:
    names = ["web/dev", "web/production", "web/prod", "api/prod"]
    assert nearest("web/prdo", names) == ("web/prod",)
    assert nearest("prod", names) == ("api/prod", "web/prod", "web/production")
    assert nearest("WEB/DEV", names) == ("web/dev",)


def test_nothing_is_near_to_nothing() -> None:
    assert nearest("", ["dev"]) == ()
    assert nearest("zzz", ["dev"]) == ()
