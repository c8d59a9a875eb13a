"""A card's state."""

from __future__ import annotations

from bot.domain.cards import Card, Excerpt


def test_a_card_starts_empty_and_equal_states_are_equal_cards() -> None:
    assert Card() == Card(request=None, deployment=None, excerpt=None)
    assert Card(excerpt=Excerpt(("error: x",), omitted=2)) == Card(excerpt=Excerpt(("error: x",), 2))
    assert Excerpt(("error: x",)).omitted == 0
