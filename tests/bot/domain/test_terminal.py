"""What a terminal would show."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.terminal import LINE_LIMIT, clean, cut

ESC = "\x1b"


@pytest.mark.parametrize(
    ("raw", "seen"),
    [
        ("", ""),
        ("plain line\n", "plain line"),
        ("windows\r\n", "windows"),
        ("trailing space  \n", "trailing space"),
        ("two\nlines\n", "two\nlines"),
        (f"{ESC}[31merror:{ESC}[0m no", "error: no"),
        (f"{ESC}[38;5;1;1merror{ESC}[m", "error"),
        ("\x9b31mred", "red"),
        (f"{ESC}]0;title\x07text", "text"),
        (f"{ESC}]8;;https://x.example{ESC}\\link{ESC}]8;;{ESC}\\", "link"),
        (f"{ESC}]never ends", ""),
        (f"{ESC}P1$q{ESC}\\after", "after"),
        (f"{ESC}(Bcharset{ESC}=", "charset"),
        (f"lone{ESC}", "lone"),
        ("bell\x07 null\x00", "bell null"),
        ("\u202eturned\u200b", "turned"),
        ("  0%\r 50%\r100%\n", "100%"),
        ("long old text\rnew", "new" + "g old text"),
        (f"long old text\r{ESC}[Knew", "new"),
        (f"old{ESC}[2K\rnew", "new"),
        (f"abc{ESC}[1Kd", "   d"),
        (f"abc\r{ESC}[0Kd", "d"),
        (f"abc{ESC}[3Kd", "abcd"),
        (f"abc{ESC}[2Dx", "axc"),
        (f"abc{ESC}[1Gx", "xbc"),
        (f"a{ESC}[3Cb", "a   b"),
        (f"a{ESC}[Cb", "a b"),
        (f"a{ESC}[9Db", "b"),
        ("ab\b\bx", "xb"),
        ("\bx", "x"),
        ("a\tb", "a       b"),
        ("    \t* creating", "        * creating"),
        ("12345678\tb", "12345678        b"),
    ],
)
def test_a_line_reads_as_it_would_on_a_terminal(raw: str, seen: str) -> None:
    assert clean(raw) == seen


def test_a_cursor_cannot_be_sent_so_far_that_a_line_grows_without_end() -> None:
    assert len(clean(f"a{ESC}[999999999Cb")) < 1_000
    assert len(clean(f"{ESC}[999999999Gb")) < 1_000


pieces = st.lists(
    st.one_of(
        st.text(max_size=10),
        st.sampled_from(
            ["\r", "\b", "\t", f"{ESC}[K", f"{ESC}[5C", f"{ESC}[2D", f"{ESC}[1K", f"{ESC}]x", ESC]
        ),
    ),
    max_size=12,
).map("".join)


@given(pieces)
@settings(max_examples=150)
def test_whatever_comes_nothing_that_controls_a_terminal_is_left(raw: str) -> None:
    seen = clean(raw)
    assert not any(unicodedata.category(letter) == "Cc" for letter in seen.replace("\n", ""))
    assert clean(f"{seen}\n") == seen


def test_a_long_line_is_cut_and_says_so() -> None:
    assert cut("x" * LINE_LIMIT) == "x" * LINE_LIMIT
    assert cut("x" * (LINE_LIMIT + 1)) == "x" * (LINE_LIMIT - 1) + "…"
