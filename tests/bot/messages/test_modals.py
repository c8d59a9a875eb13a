from __future__ import annotations

import json
from typing import Any

import pytest

from bot.messages import modals
from bot.messages.tails import chunks, tail
from bot.messages.views import NOWHERE, Opener, opener_of
from tests.bot.messages.limits import texts
from tests.bot.messages.samples import DEPLOYS, FAILED, LOG, asked

HOOK = "https://hooks.slack.com/actions/T0/1/x"
PRIVATE = Opener(DEPLOYS, "1.2", HOOK, is_private=True)


def submitted(view: dict[str, Any], reason: str | None) -> dict[str, Any]:
    return {
        **view,
        "state": {"values": {"reason": {"reason": {"type": "plain_text_input", "value": reason}}}},
    }


def test_a_rejection_comes_back_with_all_it_needs() -> None:
    view = modals.reject(asked(), PRIVATE)
    got = modals.read_rejection(submitted(view, "  not today "))
    assert got == ("r-1", "not today")
    assert opener_of(view) == PRIVATE


@pytest.mark.parametrize("metadata", ["", "{", "[1]", "null"])
def test_a_modal_that_remembers_nothing_is_read_as_empty(metadata: str) -> None:
    view = {"private_metadata": metadata}
    assert modals.read_rejection(submitted(view, None)) == ("", "")
    assert opener_of(view) == NOWHERE


def test_a_submission_without_values_has_no_reason() -> None:
    assert modals.read_rejection({}).reason == ""


def test_a_log_modal_remembers_where_it_was_opened() -> None:
    card = Opener(DEPLOYS, "1.2")
    assert opener_of(modals.log_loading("Log", card)) == card
    assert opener_of(modals.log(FAILED, LOG, opener=card)) == card


def test_what_cannot_be_remembered_is_not_half_remembered() -> None:
    view = modals.reject(asked(), Opener(response_url=HOOK * 200))
    assert json.loads(view["private_metadata"]) == {}


def test_a_log_shows_its_end_and_says_how_much_is_missing() -> None:
    shown = list(texts(modals.log(FAILED, LOG, total=2431)["blocks"]))
    assert "The last 200 of 2,431 lines." in shown
    assert any(text.endswith("line 200") for text in shown)


def test_a_huge_log_is_cut_at_its_beginning() -> None:
    lines = [f"{number} {'x' * 500}" for number in range(300)]
    shown = "\n".join(texts(modals.log(FAILED, lines)["blocks"]))
    assert "299 x" in shown
    assert "\n0 x" not in shown
    assert len(shown) < 30_000


def test_a_tail_keeps_whole_lines_from_the_end() -> None:
    assert tail(["one", "two", "three"], size=10) == ["two", "three"]
    assert tail([], size=10) == []


def test_lines_are_joined_into_few_texts() -> None:
    assert chunks(["aaaa", "bbbb", "cccc"], size=9) == ["aaaa\nbbbb", "cccc"]


def test_what_could_not_be_taken_is_told_under_the_first_input_or_in_place_of_the_view() -> None:
    assert modals.told_in(modals.reject(asked()), "No.") == {
        "response_action": "errors",
        "errors": {modals.REASON: "No."},
    }
    told = modals.told_in(modals.log_loading("Log of web/dev"), "No.")
    assert told == {"response_action": "update", "view": modals.problem("Log of web/dev", "No.")}
    assert modals.told_in({}, "No.")["view"] == modals.problem("Sorry", "No.")
