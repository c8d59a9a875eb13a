"""A look at an organisation."""

from __future__ import annotations

from bot.domain.overview import Overview


def test_a_first_look_at_an_idle_organisation_has_nothing_in_it() -> None:
    look = Overview(org="acme", as_of=1.0)
    assert (look.active, look.recent, look.paused_stacks, look.paused, look.problem) == (
        (),
        (),
        (),
        False,
        "",
    )
