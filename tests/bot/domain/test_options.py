"""Variables as people type them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import options
from bot.domain.options import MOST_VARIABLES, NONE, Options, Typed, Variable


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("REGION=eu-west-1", Typed("REGION", "eu-west-1", is_secret=False)),
        ("_x1=", Typed("_x1", "", is_secret=False)),
        ("QUERY=a=b c", Typed("QUERY", "a=b c", is_secret=False)),
        ("TOKEN=secret:abc", Typed("TOKEN", "abc", is_secret=True)),
        ("NAME =x", Typed("NAME", "x", is_secret=False)),
    ],
)
def test_a_variable_is_a_name_and_a_value(text: str, typed: Typed) -> None:
    assert options.read_variable(text) == typed


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "Write NAME=value."),
        ("=x", "Write NAME=value."),
        ("REGION", '"REGION" has no value'),
        ("9LIVES=1", "can't be the name of a variable"),
        ("MY-VAR=1", "can't be the name of a variable"),
        (f"{'A' * 201}=1", "can't be the name of a variable"),
        ("PULUMI_ACCESS_TOKEN=x", "is reserved"),
        ("pulumi_backend_url=x", "is reserved"),
        ("QUARTERDECK_REQUEST_1=x", "is reserved"),
        (f"A={'x' * 2001}", "too long"),
        ("A=x\u202ey", "invisible character"),
        ("TOKEN=secret:", "is empty"),
    ],
)
def test_what_is_wrong_is_said(text: str, problem: str) -> None:
    told = options.read_variable(text)
    assert isinstance(told, str)
    assert problem in told


@given(st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,20}", fullmatch=True), st.text(max_size=60))
def test_a_refusal_never_repeats_the_value(name: str, value: str) -> None:
    told = options.read_variable(f"{name}=secret:{value}-hunter2")
    assert "hunter2" not in (told if isinstance(told, str) else repr(told))


def test_lines_are_read_one_by_one_and_the_wrong_one_is_named() -> None:
    assert options.read_lines("A=1\n\n  B=2  \n") == (
        Typed("A", "1", is_secret=False),
        Typed("B", "2", is_secret=False),
    )
    assert options.read_lines("A=1\n-B=2") == (
        'Line 2: "-B" can\'t be the name of a variable: letters, digits and _, no digit first.'
    )
    assert options.read_lines("A=1\nA=2") == "A stands there twice."
    many = "\n".join(f"V{number}=1" for number in range(MOST_VARIABLES + 1))
    assert "at most 30" in str(options.read_lines(many))


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("REGION=eu-west-1", False),
        ("COMMIT=1f0c9ab4d2e7788899aabbccddeeff0011223344", False),
        ("DB_PASSWORD=hunter2", True),
        ("KEY=AKIAABCDEFGHIJKLMNOP", True),
        ("URL=https://user:hunter2@db.example/x", True),
    ],
)
def test_what_looks_like_a_secret_is_known_by_its_form_or_its_name(text: str, *, secret: bool) -> None:
    typed = options.read_variable(text)
    assert isinstance(typed, Typed)
    assert options.looks_secret(typed) is secret


def test_no_options_are_false() -> None:
    assert not NONE
    assert Options((Variable("A", "1"),))
    assert Options(inherit=False)


def test_a_message_is_one_visible_line() -> None:
    assert options.read_message(" fix\n the \u202e login ") == "fix the login"
    assert len(options.read_message("x" * 999)) == options.LONGEST_MESSAGE
