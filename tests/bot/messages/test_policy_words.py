"""Typed names read back, locks in a status, whose buttons a Home tab shows, and what is never cut."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.cards import Card
from bot.domain.commands import Verb
from bot.domain.plan_lines import Change
from bot.domain.policy import Considered, Deny
from bot.domain.requests import Choice, Preview, RequestState, Vote
from bot.domain.stacks import StackRef
from bot.messages import (
    approvals,
    buttons,
    cards,
    confirmations,
    home,
    permissions,
    statuses,
)
from bot.messages.actions import Press
from bot.messages.views import Opener, opener_of
from tests.bot.messages.limits import message_problems, texts
from tests.bot.messages.policy_samples import AT, BEN, EVIL, INTENT, LOCK, PROD, asked
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
    shown = statuses.status([OVERVIEW], locks=[LOCK], now=AT)
    assert "web/prod is locked by <@U0BEN>" in shown.text
    assert "locked" not in statuses.status([OVERVIEW], locks=[LOCK], now=AT + 8000).text
    assert (
        "locked"
        not in statuses.status([OVERVIEW], locks=[LOCK], stack=replace(PROD, stack="dev"), now=AT).text
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


def test_however_much_would_go_a_card_says_who_decides() -> None:
    changes = tuple(
        Change(what, "k" * 80, f"{what}-{number:070}")
        for what in ("delete", "replace")
        for number in range(20)
    )
    found = Preview(
        "d-1", 7, "https://app.pulumi.com/x", changes={"delete": 20, "replace": 20}, risky=changes
    )
    request = asked(preview=found, reason="r" * 300, rule="x" * 200)
    card = cards.render(Card(request=request))
    page = home.home([], [request], user=BEN, now=AT)
    for shown in (card.blocks, page["blocks"]):
        said = "\n".join(texts(shown))
        assert "Expires" in said
        assert "and 12 more" in said
    assert message_problems(card, people={"U0ADA", "U0BEN", "U0CYD"}, channels={"C0DEPLOYS"}) == []


def test_the_rule_that_decides_is_shown_after_however_many_others() -> None:
    trail = [Considered("n" * 100 + str(number), applied=False, why="w" * 200) for number in range(30)]
    decision = Deny("last", "No.", trail=(*trail, Considered("last", applied=True, why="No.")))
    assert '"last"*: decides' in str(permissions.explained(INTENT, decision).blocks)


def test_of_many_locks_a_status_names_some_and_counts_the_rest() -> None:
    locks = [
        replace(LOCK, stack=StackRef("acme", "web", f"s{number}"), reason="r" * 300) for number in range(11)
    ]
    shown = statuses.status([OVERVIEW], locks=locks, now=AT)
    assert "and 3 more locked" in str(shown.blocks)
    assert "s7* is locked" in str(shown.blocks)


def test_what_destroy_does_is_never_cut_from_its_question() -> None:
    long = StackRef("acme", "p" * 100, "s" * 100)
    button = buttons.start("Destroy", Verb.DESTROY, long, branch="b" * 250)
    assert button is not None
    assert button["confirm"]["text"]["text"].startswith(buttons.DESTROY_RISK)


def test_who_hears_in_person_reads_who_rejected_and_why() -> None:
    vote = Vote(BEN, Choice.REJECT, AT, "the migration runs.")
    shown = approvals.decided(asked(RequestState.REJECTED, votes=(vote,))).text
    assert f"Rejected by <@{BEN}>: the migration runs. Nothing was started." in shown
