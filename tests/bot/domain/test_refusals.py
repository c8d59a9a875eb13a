"""Quoting what somebody typed."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.refusals import QUOTE_LIMIT, is_hidden, shown


@pytest.mark.parametrize(
    ("typed", "quoted"),
    [
        ("web/dev", "web/dev"),
        ("a\nb\tc", "a b c"),
        ("a\x1b[31mb", "a[31mb"),
        ("\u202eabc\u200b", "abc"),
        ("🚀 שלום", "🚀 שלום"),
        ("x" * 60, "x" * 60),
        ("x" * 61, "x" * 59 + "…"),
        ("x" * 58 + " yyy", "x" * 58 + "…"),
    ],
)
def test_what_was_typed_is_quoted_on_one_line_with_nothing_hidden(typed: str, quoted: str) -> None:
    assert shown(typed) == quoted


@given(st.text())
@settings(max_examples=100)
def test_a_quote_is_short_and_plain_whatever_was_typed(typed: str) -> None:
    quoted = shown(typed)
    assert len(quoted) <= QUOTE_LIMIT
    assert not any(is_hidden(character) for character in quoted)
