from __future__ import annotations

import json
from dataclasses import replace

import pytest

from bot.domain.cards import Card
from bot.domain.commands import Verb
from bot.domain.deployments import FINAL, Deployment
from bot.domain.requests import RequestState
from bot.messages import cards
from bot.messages.actions import Press, parse
from bot.messages.message import Block, Message
from tests.bot.messages import samples
from tests.bot.messages.limits import elements
from tests.bot.messages.samples import BEN, FAILED, PREVIEWED, QUEUED, RUNNING, SHA, SUCCEEDED, URL


def labels(message: Message) -> list[str]:
    return [element["text"]["text"] for element in elements(message.blocks)]


def button(message: Message, label: str) -> Block:
    return next(element for element in elements(message.blocks) if element["text"]["text"] == label)


def pressed(message: Message, label: str) -> Press | None:
    found = button(message, label)
    return parse(found["action_id"], found["value"])


def of(deployment: Deployment, **facts: str) -> Message:
    return cards.render(Card(request=samples.request(), deployment=deployment, console_url=URL, **facts))  # type: ignore[arg-type]  # facts are texts only


def shown(message: Message) -> str:
    return str(message.blocks[0]["text"]["text"])


def test_a_card_says_the_stack_the_operation_and_how_it_stands_first() -> None:
    assert shown(of(RUNNING)) == f"⏳ *<{URL}|web/dev#42>* · deploy · running"
    assert shown(of(SUCCEEDED)).startswith(
        f"✅ *<{URL}|web/dev#42>* · deploy · succeeded in 2 min 5 s\n3 created"
    )


def test_a_running_deployment_can_be_canceled_after_a_word_on_the_risk() -> None:
    card = of(RUNNING)
    assert labels(card) == ["Logs", "Open in Pulumi", "Pause stack", "Cancel"]
    assert "inconsistent state" in button(card, "Cancel")["confirm"]["text"]["text"]
    assert pressed(card, "Cancel") == Press(
        verb=Verb.CANCEL, stack="acme/web/dev", version=42, deployment_id="d-42", confirmed=True
    )


def test_canceling_a_queued_one_is_harmless_and_said_to_be() -> None:
    assert "nothing changes" in button(of(QUEUED), "Cancel")["confirm"]["text"]["text"]


def test_a_deployment_that_is_being_canceled_cannot_be_canceled_again() -> None:
    assert "Cancel" not in labels(of(RUNNING, canceled_by=BEN))


def test_a_queued_deployment_of_a_paused_stack_offers_to_resume() -> None:
    card = of(QUEUED, waiting_for="the stack is paused")
    assert labels(card) == ["Open in Pulumi", "Resume stack", "Cancel"]
    assert "Waiting: the stack is paused." in shown(card)


def test_a_queued_deployment_says_what_it_waits_for() -> None:
    assert "Waiting for web/dev#42 to finish." in shown(of(QUEUED, waiting_for="web/dev#42 to finish"))


@pytest.mark.parametrize("status", sorted(FINAL))
def test_what_is_over_offers_to_deploy_again_and_not_to_cancel(status: str) -> None:
    card = of(replace(SUCCEEDED, status=status))
    assert labels(card) == ["Deploy again", "Logs", "Open in Pulumi", "Pause stack"]
    assert pressed(card, "Deploy again") == Press(
        verb=Verb.DEPLOY, stack="acme/web/dev", branch="main", confirmed=True
    )


def test_deploying_after_a_preview_deploys_the_commit_that_was_previewed() -> None:
    assert pressed(of(PREVIEWED), "Deploy") == Press(
        verb=Verb.DEPLOY, stack="acme/web/dev", commit=SHA, confirmed=True
    )


def test_a_failed_preview_does_not_offer_to_deploy() -> None:
    assert "Deploy" not in labels(of(replace(PREVIEWED, status="failed")))


def test_a_failure_names_its_step_and_the_line_that_says_why() -> None:
    card = cards.render(Card(deployment=FAILED, excerpt=samples.EXCERPT))
    assert "Failed in *pulumi update*: `error: creating S3 Bucket" in shown(card)


def test_an_approval_waits_with_its_buttons_and_says_who_may_press_them() -> None:
    card = cards.render(Card(request=samples.asked()))
    assert labels(card) == ["Approve", "Reject", "Withdraw"]
    assert "Somebody other than <@U0ADA> has to approve" in shown(card)


def test_approving_a_destroy_asks_once_more() -> None:
    assert "confirm" not in button(cards.render(Card(request=samples.asked())), "Approve")
    destroy = cards.render(Card(request=samples.asked(operation="destroy")))
    assert "can't be undone" in button(destroy, "Approve")["confirm"]["text"]["text"]


@pytest.mark.parametrize("state", [state for state in RequestState if state is not RequestState.AWAITING])
def test_the_voting_buttons_go_once_it_is_decided(state: RequestState) -> None:
    card = cards.render(Card(request=samples.asked(state, votes=(samples.approved(),))))
    assert not {"Approve", "Reject"} & set(labels(card))


def test_the_text_alone_tells_the_whole_story() -> None:
    text = of(RUNNING).text
    for part in (
        "web/dev#42",
        "deploy running",
        "<@U0ADA>",
        "main at 1f0c9ab",
        "2 of 4 steps done, now pulumi update",
    ):
        assert part in text


def test_the_same_state_gives_the_same_message_whatever_the_service_touched() -> None:
    step = RUNNING.steps[2]
    later = replace(step, last_updated=samples.START.replace(hour=15))
    steps = (*RUNNING.steps[:2], later, *RUNNING.steps[3:])
    touched = replace(RUNNING, modified=None, jobs=(replace(RUNNING.jobs[0], steps=steps),))
    assert of(touched) == of(RUNNING)


def test_a_running_card_says_that_its_steps_are_on_the_board_and_shows_none() -> None:
    message = of(RUNNING, board="https://acme.slack.com/archives/C1/p1")
    assert (
        "Its steps are on <https://acme.slack.com/archives/C1/p1|the board of this channel>." in message.text
    )
    assert RUNNING.steps
    assert all(step.name not in json.dumps(message.blocks) for step in RUNNING.steps)


@pytest.mark.parametrize(
    "card",
    [
        Card(deployment=RUNNING, gone=True),
        Card(deployment=QUEUED),
        Card(deployment=SUCCEEDED),
        Card(request=samples.request()),
    ],
)
def test_a_card_of_what_does_not_run_says_nothing_of_a_board(card: Card) -> None:
    assert cards.render(replace(card, board="")) == cards.render(card)
