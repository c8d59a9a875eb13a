from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.commands import Verb
from bot.messages.actions import DISMISS, OPEN, Press, action_id, parse, value_of

text = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@given(
    st.builds(
        Press,
        verb=st.sampled_from(Verb),
        stack=text,
        version=st.none() | st.integers(1, 10**9),
        deployment_id=text,
        request_id=text,
        branch=text,
        commit=text,
        confirmed=st.booleans(),
    ),
    st.sampled_from(["", "2", "a:b"]),
)
def test_a_press_comes_back_as_it_was_put_on_the_button(press: Press, suffix: str) -> None:
    assert parse(action_id(press.verb, suffix), value_of(press)) == press


@pytest.mark.parametrize(
    "action", ["deploy", "qd:", "qd:launch", "qd:launch:1", OPEN, f"{OPEN}:1", DISMISS, "other:deploy"]
)
def test_what_asks_for_nothing_of_ours_is_no_press(action: str) -> None:
    assert parse(action, "s=web/dev") is None


def test_an_unknown_key_and_a_strange_number_are_passed_over() -> None:
    assert parse("qd:logs", "s=acme/web/dev&v=x&new=1&&=") == Press(verb=Verb.LOGS, stack="acme/web/dev")


def test_the_longest_real_names_fit_on_a_button() -> None:
    press = Press(
        verb=Verb.CANCEL,
        stack="/".join(["n" * 100] * 3),
        version=10**6,
        deployment_id="d" * 36,
        request_id="r" * 36,
        branch="b" * 255,
        commit="c" * 40,
        confirmed=True,
    )
    assert len(value_of(press)) <= 2000


def test_a_name_that_is_no_text_cannot_break_a_button() -> None:
    assert value_of(Press(verb=Verb.LOGS, stack="a\ud800")) == "s=a%3F"
