"""What a refusal means, and how long to wait."""

from __future__ import annotations

import pytest

from bot.errors import SlackError
from bot.slack.verdicts import Verdict, backoff, verdict_of, words_for


@pytest.mark.parametrize(
    ("error", "verdict"),
    [
        (SlackError("m", "ratelimited", retry_after=3), Verdict.LIMITED),
        (SlackError("m", "", certain=False), Verdict.UNSURE),
        (SlackError("m", "internal_error", certain=False), Verdict.UNSURE),
        (SlackError("m", "", certain=True), Verdict.LATER),
        (SlackError("m", "token_revoked"), Verdict.LATER),
        (SlackError("m", "missing_scope"), Verdict.LATER),
        (SlackError("m", "invalid_blocks"), Verdict.CONTENT),
        (SlackError("m", "message_not_found"), Verdict.GONE),
        (SlackError("m", "not_in_channel"), Verdict.REFUSED),
        (SlackError("m", "a_code_of_tomorrow"), Verdict.REFUSED),
    ],
)
def test_each_error_has_one_way_on(error: SlackError, verdict: Verdict) -> None:
    assert verdict_of(error) is verdict


def test_the_wait_grows_and_has_an_end() -> None:
    assert 0.5 <= backoff(0) <= 1.0
    assert 4.0 <= backoff(3) <= 8.0
    assert 30.0 <= backoff(1000) <= 60.0


def test_a_person_reads_what_to_do() -> None:
    assert "/invite" in words_for("not_in_channel", "C1")
    assert "archived" in words_for("is_archived", "C1")
    assert "restricted_action" in words_for("restricted_action", "")
