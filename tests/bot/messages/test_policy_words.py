"""Typed names read back, locks in a status, and whose buttons a Home tab shows."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.commands import Verb
from bot.messages import confirmations, home, replies
from bot.messages.actions import Press
from bot.messages.views import Opener, opener_of
from tests.bot.messages.policy_samples import AT, BEN, EVIL, LOCK, PROD, asked
from tests.bot.messages.samples import OVERVIEW

PRESS = Press(Verb.DESTROY, stack=str(PROD), branch="main", reason=EVIL, request_id="r-9")


def submitted(typed: str | None) -> dict[str, Any]:
    view = confirmations.modal(PRESS, Opener("C1", "1.2", "https://x.example", is_private=True))
    name = confirmations.NAME
    return {**view, "state": {"values": {name: {name: {"value": typed}}}}}


def test_a_typed_name_comes_back_with_what_it_was_typed_for() -> None:
    view = submitted(" web/prod ")
    assert confirmations.read(view) == (PRESS, "web/prod")
    assert opener_of(view) == ("C1", "1.2", "https://x.example", True)


def test_nothing_typed_is_empty() -> None:
    assert confirmations.read(submitted(None)).typed == ""


@pytest.mark.parametrize("metadata", ["", "no json", "{}", '{"v": "fly"}'])
def test_a_modal_of_another_version_means_nothing(metadata: str) -> None:
    assert confirmations.read({"private_metadata": metadata}).press is None


def test_a_name_is_typed_as_it_is_written() -> None:
    right = [confirmations.problem(str(PROD), typed) for typed in ("web/prod", "acme/web/prod")]
    wrong = [confirmations.problem(str(PROD), typed) for typed in ("", "prod", "Web/prod")]
    assert right == ["", ""]
    assert wrong == ["Type web/prod, exactly, or leave everything as it is."] * 3


def test_only_the_button_that_opens_the_modal_opens_it() -> None:
    assert confirmations.opens("qd:destroy:type")
    assert not confirmations.opens("qd:destroy")


def test_a_status_shows_the_locks_that_hold() -> None:
    shown = replies.status([OVERVIEW], locks=[LOCK], now=AT)
    assert "web/prod is locked by <@U0BEN>" in shown.text
    assert "locked" not in replies.status([OVERVIEW], locks=[LOCK], now=AT + 8000).text
    assert (
        "locked"
        not in replies.status([OVERVIEW], locks=[LOCK], stack=replace(PROD, stack="dev"), now=AT).text
    )


@pytest.mark.parametrize(
    ("user", "decides", "buttons"),
    [
        (BEN, ["r-1"], ["qd:approve:0", "qd:reject:0"]),
        ("U0EVE", [], []),
        ("U0ADA", [], ["qd:withdraw:0"]),
    ],
)
def test_home_shows_buttons_to_those_who_may_press_them(
    user: str, decides: list[str], buttons: list[str]
) -> None:
    view = home.home([], [asked()], user=user, decides=decides, now=AT)
    ids = [
        each["action_id"]
        for block in view["blocks"]
        for each in block.get("elements", ())
        if "action_id" in each
    ]
    assert [each for each in ids if each.endswith(":0")] == buttons
