"""Ids that survive a retry, and what becomes of a press."""

from __future__ import annotations

from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.commands import Command, Invocation
from bot.messages.actions import Press
from handlers.desk import stable_id


@pytest.mark.parametrize("asked", [Press, Invocation])
def test_all_that_is_pressed_or_typed_has_its_place_in_a_command(asked: type[Press | Invocation]) -> None:
    assert {each.name for each in fields(asked)} <= {each.name for each in fields(Command)}


parts = st.lists(st.text(max_size=20).filter(lambda text: "\0" not in text), min_size=1, max_size=5)


@given(parts)
def test_an_id_is_short_and_fit_for_the_name_of_a_variable(given_parts: list[str]) -> None:
    made = stable_id(*given_parts)
    assert len(made) == 20
    assert set(made) <= set("0123456789abcdef")
    assert made == stable_id(*given_parts)


@given(parts, parts)
def test_different_origins_have_different_ids(one: list[str], other: list[str]) -> None:
    assert (stable_id(*one) == stable_id(*other)) == (one == other)
