"""Pauses that were asked for here, and ended elsewhere."""

from __future__ import annotations

from bot.domain.history import pages, status_of
from bot.domain.pauses import WHOLE, Pause, ended, everything_of
from bot.domain.stacks import Pattern, StackRef

PAUSES = {"web/dev": Pause("U0ADA", 10.0), "web/prod": Pause("U0ADA", 10.0), WHOLE: Pause("U0BEN", 10.0)}


def test_what_pulumi_still_holds_is_not_over() -> None:
    assert ended(PAUSES, paused_stacks=["web/dev"], organization_paused=True, seen=20.0) == ("web/prod",)
    assert ended(PAUSES, paused_stacks=["web/dev", "web/prod"], organization_paused=False, seen=20.0) == (
        WHOLE,
    )


def test_a_pause_younger_than_the_look_is_not_over() -> None:
    assert ended(PAUSES, paused_stacks=[], organization_paused=False, seen=10.0) == ()


def test_everything_is_matched_by_patterns_for_everything_only() -> None:
    def matches(pattern: str, ref: StackRef) -> bool:
        read = Pattern.read(pattern)
        assert read
        return read.matches(ref)

    everything = everything_of("acme")
    assert matches("acme/*/*", everything)
    assert not matches("acme/*/prod", everything)
    assert not matches("other/*/*", everything)


def test_pages_and_statuses_of_a_history() -> None:
    assert [pages(total) for total in (0, 1, 10, 11, 20)] == [1, 1, 1, 2, 2]
    assert status_of("Waiting") == "not-started"
    assert status_of("sideways") is None
