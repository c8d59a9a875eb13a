from __future__ import annotations

from bot.messages.steps import LINES, progress, step_list
from tests.bot.messages.samples import LONG, step


def test_a_short_list_has_every_step() -> None:
    assert (
        step_list([step("Get source", "succeeded"), step("Up", "not-started")])
        == "✅ Get source · 3 s\n⚪ Up"
    )


def test_a_long_list_folds_what_is_over_and_what_was_not_reached() -> None:
    rows = step_list(LONG.steps).split("\n")
    assert rows[0] == "✅ 7 steps · 14 s"
    assert rows[-1] == "⚪ 4 not started"
    assert len(rows) <= LINES + 1


def test_folding_never_hides_the_step_that_failed() -> None:
    many = [step("broken", "failed"), *(step(f"s{n}", "skipped") for n in range(20))]
    rows = step_list(many).split("\n")
    assert rows[0] == "❌ broken · failed after 3 s"
    assert rows[-1] == "⚪ 14 other steps"


def test_a_long_list_of_only_done_steps_is_one_line() -> None:
    assert step_list([step("s", "succeeded")] * 12) == "✅ 12 steps · 36 s"


def test_a_step_without_a_name_or_a_time_is_still_a_line() -> None:
    assert step_list([step("", "failed", 0, -9)]) == "❌ step · failed after 0.1 s"


def test_progress_counts_what_is_done() -> None:
    assert progress([step("a", "succeeded")]) == "1 of 1 step done"
    assert progress([]) == ""
