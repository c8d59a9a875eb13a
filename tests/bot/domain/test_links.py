"""What a token is sealed for, and when two logins are one."""

from __future__ import annotations

from bot.domain.links import purpose, same_login


def test_a_token_is_sealed_for_one_person_of_one_workspace() -> None:
    assert len({purpose("T1", "U1"), purpose("T1", "U2"), purpose("T2", "U1")}) == 3


def test_a_login_is_the_same_in_any_case() -> None:
    assert same_login("ada", "Ada")
    assert not same_login("ada", "adam")
