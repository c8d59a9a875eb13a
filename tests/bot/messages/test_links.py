"""The form that takes a token: what comes back, and that the token is in nothing that is printed."""

from __future__ import annotations

from typing import Any

import pytest

from bot.messages import links
from bot.messages.views import Opener, opener_of

HOOK = "https://hooks.slack.com/commands/T0/1/x"


def submitted(token: str | None) -> dict[str, Any]:
    view = links.form(Opener("C1", response_url=HOOK))
    return {**view, "state": {"values": {"token": {"token": {"type": "plain_text_input", "value": token}}}}}


def test_a_token_comes_back_with_where_to_answer() -> None:
    handed = links.read(submitted("  pul-0123 "))
    assert (handed.token, handed.problem) == ("pul-0123", "")
    assert opener_of(submitted("")) == ("C1", "", HOOK, False)
    assert "pul-0123" not in repr(handed)


@pytest.mark.parametrize("token", [None, "", "abc", "two words", "new\nline", "x" * 501, "ключ-ключ"])
def test_what_can_be_no_token_is_told_without_it(token: str | None) -> None:
    problem = links.read(submitted(token)).problem
    assert problem
    assert not token or token not in problem


def test_a_form_that_remembers_nothing_is_read_all_the_same() -> None:
    assert links.read({}).problem
