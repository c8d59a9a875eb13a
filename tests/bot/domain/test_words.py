"""Words as people type them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.words import as_typed, bare, words


@pytest.mark.parametrize(
    ("text", "split"),
    [
        ("", []),
        ("a  b\tc\nd", ["a", "b", "c", "d"]),
        ("'a b' \"c d\" `e f`", ["a b", "c d", "e f"]),
        ("“a b” \u2018c d\u2019 «e f»", ["a b", "c d", "e f"]),
        ("x='a b' y=\"c d\"z", ["x=a b", "y=c dz"]),
        ("don't say it's", ["don't", "say", "it's"]),
        ("'it's here' 'a", ["it's here", "'a"]),
        ("web\u2011app a\u2010b", ["web-app", "a-b"]),
        ('""', [""]),
        ("it's fine", ["it's", "fine"]),
        ('say "what', ["say", '"what']),
        ("—x \u2013x \u2212x -—x a—b", ["--x", "--x", "--x", "--x", "a—b"]),
        ("'—x'", ["—x"]),
    ],
)
def test_text_is_split_as_it_was_meant(text: str, split: list[str]) -> None:
    assert words(text) == split


@given(st.text())
@settings(max_examples=100)
def test_no_text_is_too_odd_to_split(text: str) -> None:
    assert all(isinstance(word, str) for word in words(text))


@given(st.lists(st.from_regex(r"[a-z/]{1,8}", fullmatch=True)))
@settings(max_examples=50)
def test_plain_words_are_what_whitespace_parts(plain: list[str]) -> None:
    assert words("  ".join(plain)) == plain


@pytest.mark.parametrize(
    ("sent", "typed"),
    [
        ("a &amp; b &lt;c&gt;", "a & b <c>"),
        ("&amp;lt;", "&lt;"),
        ("we\u200bb\ufeff \u202edev", "web \u202edev"),
        ("&copy; &#60;", "&copy; &#60;"),
    ],
)
def test_what_slack_escaped_and_a_paste_brought_is_undone(sent: str, typed: str) -> None:
    assert as_typed(sent) == typed


def test_punctuation_after_a_word_goes() -> None:
    assert [bare(word) for word in ("status?", "web/dev", "2h.", "?", "a.b!")] == [
        "status",
        "web/dev",
        "2h",
        "?",
        "a.b",
    ]
