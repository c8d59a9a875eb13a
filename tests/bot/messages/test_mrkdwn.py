from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.messages import mrkdwn
from tests.bot.messages.samples import START


def test_escaped_text_mentions_nobody_and_shows_as_it_is() -> None:
    assert mrkdwn.escape("<!channel> & co") == "&lt;!channel&gt; &amp; co"


def test_control_characters_and_direction_overrides_go_and_letters_stay() -> None:
    assert mrkdwn.clean("a\x00\x1b[31mb\u202ec\r\nשלמה\rd\ud800") == "a[31mbc\nשלמה\nd"


def test_inline_code_cannot_be_ended_from_inside() -> None:
    assert mrkdwn.code("x` <!here> `y\n```") == "`x' &lt;!here&gt; 'y '''`"


def test_no_code_marks_around_nothing() -> None:
    assert mrkdwn.code(" \n") == ""


@pytest.mark.parametrize(
    ("text", "shown"), [("say `resume`", "say `resume`"), ("a ` b", "a ' b"), ("```", "'''"), (" x ", "x")]
)
def test_a_paragraph_keeps_only_paired_code_marks(text: str, shown: str) -> None:
    assert mrkdwn.paragraph(text) == shown


def test_only_a_slack_id_becomes_a_mention() -> None:
    assert mrkdwn.person("U0ADA") == "<@U0ADA>"
    assert mrkdwn.person("U0ADA> <!channel") == "U0ADA&gt; &lt;!channel"
    assert mrkdwn.person("ada") == "ada"
    assert mrkdwn.channel("C0DEPLOYS") == "<#C0DEPLOYS>"
    assert mrkdwn.channel("#deploys") == "#deploys"


def test_a_link_keeps_its_label_from_ending_it() -> None:
    assert mrkdwn.link("https://a.example/b?c=1&d=2", "x|y>z") == "<https://a.example/b?c=1&amp;d=2|x¦y&gt;z>"


@pytest.mark.parametrize(
    "url", ["", "javascript:alert(1)", "https://", "ftp://a.example", "https://a/" + "b" * 3000]
)
def test_what_is_no_web_address_is_no_link(url: str) -> None:
    assert mrkdwn.link(url, "web/dev") == "web/dev"


def test_marks_in_an_address_are_written_as_percent_signs() -> None:
    assert mrkdwn.address("https://a.example/x y|<z>") == "https://a.example/x%20y%7C%3Cz%3E"


def test_a_link_without_words_says_so() -> None:
    assert mrkdwn.link("https://a.example", "") == "<https://a.example|link>"


def test_a_time_is_shown_in_the_readers_zone_and_in_utc_where_that_fails() -> None:
    assert mrkdwn.date(START) == "<!date^1772373600^{date_short_pretty} {time}|2026-03-01 14:00 UTC>"
    assert mrkdwn.date(START.timestamp(), "{time}") == "<!date^1772373600^{time}|2026-03-01 14:00 UTC>"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0.1 s"),
        (0.44, "0.4 s"),
        (6, "6 s"),
        (6.26, "6.3 s"),
        (9.99, "10 s"),
        (12.9, "12 s"),
        (59.9, "59 s"),
        (60, "1 min"),
        (125, "2 min 5 s"),
        (3600, "1 h"),
        (3780, "1 h 3 min"),
        (86400 * 2 + 3600 * 4, "2 d 4 h"),
    ],
)
def test_a_duration_has_two_units_at_most(seconds: float, words: str) -> None:
    assert mrkdwn.duration(timedelta(seconds=seconds)) == words


def test_what_is_cut_says_so() -> None:
    assert mrkdwn.truncate("a long story", 7) == "a long…"
    assert mrkdwn.truncate("short", 5) == "short"


@pytest.mark.parametrize(
    ("marked", "limit", "kept"),
    [
        ("short", 5, "short"),
        ("see <https://a.example|there> now", 20, "see …"),
        ("x &amp;&amp; y", 10, "x &amp;…"),
        ("run `deploy web/dev`", 12, "run `deplo`…"),
        ("a > b &lt; c and so on", 12, "a > b &lt;…"),
    ],
)
def test_marked_text_is_cut_between_its_marks(marked: str, limit: int, kept: str) -> None:
    assert mrkdwn.clip(marked, limit) == kept


@given(st.text(), st.integers(3, 60))
def test_a_phrase_is_one_line_of_bounded_length_without_code_marks(text: str, limit: int) -> None:
    shown = mrkdwn.phrase(text, limit)
    assert "\n" not in shown
    assert "`" not in shown
    assert len(shown) <= limit * len("&amp;")


def test_a_sentence_ends_and_a_name_at_its_beginning_stays() -> None:
    assert mrkdwn.sentence("by *ada*\nfrom `main`") == "by ada from main."
    assert mrkdwn.sentence("starting…") == "starting…"
