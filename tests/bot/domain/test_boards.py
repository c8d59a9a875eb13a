"""When deployments of a channel share a board, who is on it, and what it counts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.boards import BEAT, CALM, CROWDED, NAMED, Board, End, Ref, advance, end_of, is_worth_telling
from bot.domain.cards import Card
from tests.builders import ADA, DEPLOYS, create_deployment, create_request

NOW, LATER = 1_000.0, 1_060.0
FAILED = Card(deployment=create_deployment(1, "failed"))
SUCCEEDED = Card(deployment=create_deployment(1, "succeeded"))


def refs(*numbers: int) -> list[Ref]:
    return [("acme", f"d-{number}") for number in numbers]


CROWD = refs(*range(CROWDED))
BOARD = Board(DEPLOYS, since=NOW, live=tuple(CROWD))


def moved(board: Board | None, crowd: list[Ref], now: float = LATER, **ended: Card) -> Board:
    """The board a look later; `d_3=FAILED` tells how one ended."""
    cards = {("acme", name.replace("_", "-")): card for name, card in ended.items()}
    after = advance(board, DEPLOYS, crowd, cards, now)
    assert after
    return after


def test_a_handful_needs_no_board() -> None:
    assert advance(None, DEPLOYS, CROWD[1:], {}, NOW) is None


def test_one_more_begins_it_with_all_of_them() -> None:
    assert advance(None, DEPLOYS, CROWD, {}, NOW) == BOARD


def test_while_nothing_changes_it_is_the_same() -> None:
    assert moved(BOARD, CROWD) == BOARD


def test_whoever_comes_later_joins_it() -> None:
    assert moved(BOARD, [*refs(77), *CROWD]).live == (*CROWD, *refs(77))


def test_it_stays_far_below_the_number_that_began_it() -> None:
    after = moved(BOARD, CROWD[: CALM + 1])
    assert after.is_open
    assert moved(after, CROWD).is_open


def test_a_few_are_no_crowd_and_nobody_joins_them() -> None:
    after = moved(BOARD, [*CROWD[:1], *refs(77)])
    assert (after.is_open, after.live, after.over) == (False, tuple(CROWD[:1]), LATER)


def test_everybody_who_left_is_counted_once() -> None:
    after = moved(BOARD, CROWD[3:], d_0=FAILED, d_1=SUCCEEDED)
    assert after.ended == {"failed": 1, "succeeded": 1, "lost": 1}
    assert moved(after, CROWD[3:], d_0=FAILED, d_1=SUCCEEDED) == after


def test_it_names_the_newest_failures_and_counts_all() -> None:
    many = refs(*range(NAMED + 5))
    ended = dict.fromkeys(many[: NAMED + 2], FAILED)
    after = advance(replace(BOARD, live=tuple(many)), DEPLOYS, many[-3:], ended, LATER)
    assert after
    assert after.ended == {"failed": NAMED + 2}
    assert after.failed == tuple(many[2 : NAMED + 2])


def test_one_that_is_over_counts_who_was_left_on_it_and_takes_nobody() -> None:
    calm = moved(BOARD, CROWD[:2], NOW + 10)
    after = moved(calm, [*CROWD[:1], *refs(77)], d_1=SUCCEEDED)
    assert after.live == tuple(CROWD[:1])
    assert after.ended == {"lost": CROWDED - 2, "succeeded": 1}
    assert (after.over, after.is_settled) == (LATER, False)
    assert moved(after, refs(77), d_0=FAILED).is_settled


def test_one_that_is_over_does_not_change_while_nobody_leaves_it() -> None:
    calm = moved(BOARD, CROWD[:2], NOW + 10)
    assert moved(calm, CROWD[:2]) == calm


def test_the_next_crowd_begins_another_one() -> None:
    over = replace(moved(BOARD, CROWD[:1], NOW + 10), link="https://slack", look="x", revision=7)
    after = moved(over, [*CROWD[:1], *refs(*range(90, 89 + CROWDED))])
    assert (after.since, after.ended, after.link, after.look) == (LATER, {}, None, "")
    assert after.lane != over.lane
    assert after.revision == 7


@pytest.mark.parametrize(
    ("facts", "later", "told"),
    [
        ({}, BEAT, False),
        ({"look": "b"}, BEAT - 0.1, False),
        ({"look": "b"}, BEAT, True),
        ({"look": "b", "ended": {"failed": 1}}, 0.0, True),
        ({"look": "b", "over": LATER}, 0.0, True),
        ({"link": ""}, 0.0, True),
    ],
    ids=["the same", "a step", "steps", "an end", "all over", "it stands"],
)
def test_steps_alone_are_shown_to_a_beat_and_all_else_at_once(
    facts: dict[str, Any], later: float, *, told: bool
) -> None:
    before = replace(BOARD, look="a", told=NOW)
    assert is_worth_telling(before, replace(before, **facts), NOW + later) is told


def test_a_new_one_is_shown_at_once() -> None:
    assert is_worth_telling(None, BOARD, NOW)


def test_its_message_is_named_by_its_channel_and_its_beginning() -> None:
    assert BOARD.lane == "board:C0DEPLOYS:1000000"


@pytest.mark.parametrize(
    ("card", "end"),
    [
        (None, End.LOST),
        (Card(request=create_request()), End.LOST),
        (replace(SUCCEEDED, gone=True), End.LOST),
        (Card(deployment=create_deployment(1)), End.LOST),
        (SUCCEEDED, End.SUCCEEDED),
        (replace(SUCCEEDED, canceled_by=ADA), End.SUCCEEDED),
        (FAILED, End.FAILED),
        (replace(FAILED, canceled_by=ADA), End.CANCELED),
        (Card(deployment=create_deployment(1, "skipped")), End.SKIPPED),
        (Card(deployment=create_deployment(1, "skipped"), canceled_by=ADA), End.CANCELED),
        (Card(deployment=create_deployment(1, "canceled")), End.CANCELED),
    ],
)
def test_how_one_that_is_not_live_any_more_ended(card: Card | None, end: End) -> None:
    assert end_of(card) is end
