"""What a token is sealed for."""

from __future__ import annotations

from bot.domain.links import purpose


def test_a_token_is_sealed_for_one_person_of_one_workspace() -> None:
    assert len({purpose("T1", "U1"), purpose("T1", "U2"), purpose("T2", "U1")}) == 3
