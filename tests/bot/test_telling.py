"""Which lanes hear of a deployment, and what each of them hears."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.domain.boards import Board
from bot.domain.cards import Excerpt
from bot.domain.requests import RequestState
from bot.domain.transitions import Kind, Transition
from bot.messages.message import Message, Rank, Say
from bot.ports import Tracked
from bot.telling import lanes_for, tell, tell_board, tell_request, watching
from tests.builders import (
    ADA,
    BEN,
    DEPLOYS,
    PRODS,
    create_deployment,
    create_policy,
    create_request,
    create_step,
)

RUNNING = create_deployment(7, "running", create_step("pulumi update", "running"))
FAILED = create_deployment(7, "failed", create_step("pulumi update", "failed"))
REQUEST = create_request(RequestState.CREATED)
STEP = Transition("step:0:0:failed", Kind.STEP, "failed", timedelta(seconds=3), "pulumi update", 0, 0)
ENDED = Transition("ended:failed", Kind.ENDED, "failed", timedelta(seconds=9))
LANES = (("r-1", DEPLOYS), ("dev-7:C0PROD:outcome", PRODS))


def test_the_channel_that_asked_hears_under_the_requests_card() -> None:
    assert lanes_for(RUNNING, request=REQUEST, subscriptions=()) == (("r-1", DEPLOYS),)


def test_subscribers_have_a_card_of_their_own() -> None:
    subscriptions = create_policy(hears=PRODS).subscriptions
    assert lanes_for(RUNNING, request=REQUEST, subscriptions=subscriptions) == (
        ("r-1", DEPLOYS),
        ("dev-7:C0PROD", PRODS),
    )


def test_a_channel_that_asked_and_subscribed_hears_once_and_all() -> None:
    subscriptions = create_policy(quiet=DEPLOYS).subscriptions
    assert lanes_for(RUNNING, request=REQUEST, subscriptions=subscriptions) == (("r-1", DEPLOYS),)


def test_one_started_elsewhere_is_for_subscribers_only() -> None:
    assert lanes_for(RUNNING, request=None, subscriptions=()) == ()


def test_an_outcomes_only_channel_hears_nothing_while_it_runs() -> None:
    assert [say.lane for say in tell(Tracked(RUNNING, lanes=LANES), REQUEST)] == ["r-1"]


def test_an_outcomes_only_channel_hears_the_outcome_and_why_but_no_steps() -> None:
    loud, quiet = tell(Tracked(FAILED, lanes=LANES), REQUEST, (STEP, ENDED))
    assert [post.key for post in loud.posts] == [
        "dev-7:step:0:0:failed",
        "dev-7:ended:failed",
        "dev-7:failure",
    ]
    assert [post.key for post in quiet.posts] == ["dev-7:ended:failed", "dev-7:failure"]
    assert quiet.root == loud.root


def test_an_outcomes_only_channel_hears_that_one_is_gone() -> None:
    assert len(tell(Tracked(RUNNING, lanes=LANES, gone=True), None)) == 2


def test_an_outcome_goes_before_progress() -> None:
    assert {say.rank for say in tell(Tracked(FAILED, lanes=LANES), None)} == {Rank.OUTCOME}
    assert tell(Tracked(RUNNING, lanes=LANES), None)[0].rank is Rank.PROGRESS


def test_the_lines_that_say_why_go_before_steps_and_are_no_step() -> None:
    [say, _] = tell(Tracked(FAILED, lanes=LANES, excerpt=Excerpt(("error: no",))), None, (STEP,))
    step, failure = say.posts
    assert (step.rank, step.joinable) == (Rank.PROGRESS, True)
    assert (failure.rank, failure.joinable) == (Rank.DETAIL, False)
    assert "error: no" in failure.message.text


def test_a_cancel_is_no_failure_to_be_explained() -> None:
    [say, _] = tell(Tracked(FAILED, lanes=LANES, canceled_by=BEN), None, (ENDED,))
    assert [post.key for post in say.posts] == ["dev-7:ended:failed"]
    assert f"Canceled by <@{BEN}>" in say.posts[0].message.text


def test_a_failure_without_a_failing_step_is_explained_too() -> None:
    [say] = tell(Tracked(replace(FAILED, jobs=()), lanes=LANES[:1]), None)
    assert [post.key for post in say.posts] == ["dev-7:failure"]


def test_who_asked_gets_a_word_when_their_channel_cannot_be_posted_to_and_nobody_for_others() -> None:
    loud, quiet = tell(Tracked(FAILED, lanes=LANES), REQUEST)
    assert (loud.on_refused, quiet.on_refused) == (ADA, "")


def test_only_the_card_of_a_channel_with_a_board_leaves_its_steps_to_it() -> None:
    lanes = (("r-1", DEPLOYS), ("dev-7:C0PROD", PRODS))
    here, there = tell(Tracked(RUNNING, lanes=lanes, boards=((DEPLOYS, ""),)), REQUEST)
    assert here.root
    assert there.root
    assert "the board of this channel" in here.root.text
    assert "now pulumi update" in there.root.text


def test_a_board_is_for_channels_that_hear_more_than_outcomes() -> None:
    assert watching(Tracked(RUNNING, lanes=LANES)) == (DEPLOYS,)


def test_a_board_goes_after_every_outcome_and_before_what_is_left_of_cards() -> None:
    board, root = Board(DEPLOYS, since=1.0), Message("12 ended")
    assert tell_board(board, root) == Say(board.lane, DEPLOYS, root, Rank.DETAIL)
    assert Rank.OUTCOME < Rank.DETAIL < Rank.PROGRESS


def test_a_request_has_its_card_where_it_was_asked() -> None:
    say = tell_request(create_request())
    assert (say.lane, say.channel, say.rank, say.on_refused) == ("r-1", DEPLOYS, Rank.OUTCOME, ADA)
    assert say.root is not None
    assert "waiting for approval" in say.root.text
