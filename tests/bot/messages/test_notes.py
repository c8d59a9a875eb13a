from __future__ import annotations

from datetime import timedelta

from bot.domain.cards import Excerpt
from bot.domain.transitions import Kind, Transition
from bot.messages import notes
from tests.bot.messages.limits import elements, texts
from tests.bot.messages.samples import EXCERPT, FAILED, NOTES


def test_a_transition_is_one_line_so_that_it_can_be_joined() -> None:
    for name, message in NOTES.items():
        if "failure" not in name:
            assert "\n" not in message.text
            assert message.blocks == []


def test_a_wait_in_the_queue_is_told_when_it_was_one() -> None:
    def said(seconds: float) -> str:
        return notes.transition(
            Transition("started", Kind.STARTED, "running", timedelta(seconds=seconds))
        ).text

    assert said(0.2) == "⏳ Started"
    assert said(65) == "⏳ Started after 1 min 5 s in the queue"


def test_a_failure_shows_at_most_twelve_lines_and_counts_the_rest() -> None:
    said = notes.failure(FAILED, "pulumi update", Excerpt(tuple(f"line {n}" for n in range(20)), omitted=5))
    (log,) = [block for block in said.blocks if block["type"] == "rich_text"]
    assert log["elements"][0]["elements"][0]["text"].count("\n") == 11
    assert "5 other lines left out." in list(texts(said.blocks))


def test_a_failure_shows_log_lines_as_they_are() -> None:
    assert any("<bucket> & `name`" in text for text in texts(notes.failure(FAILED, "", EXCERPT).blocks))


def test_a_failure_leads_to_the_whole_log() -> None:
    (logs,) = elements(notes.failure(FAILED, "pulumi update", None).blocks)
    assert logs["action_id"] == "qd:logs"
