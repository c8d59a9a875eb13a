"""Renderings of a channel's board, and of a card whose steps are shown there."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.boards import Board, End
from bot.domain.cards import Card
from bot.domain.deployments import Deployment, Job, Step
from bot.domain.stacks import StackRef
from bot.messages import boards, cards
from bot.messages.message import Message

START = datetime(2026, 3, 1, 14, 0, tzinfo=UTC)
AT = START.timestamp()
ADA, DEPLOYS = "U0ADA", "C0DEPLOYS"
LINK = "https://acme.slack.com/archives/C0DEPLOYS/p1772373600000100"
LONG = "<&>" * 80


def step(name: str, status: str = "succeeded") -> Step:
    return Step(name, status) if status == "not-started" else Step(name, status, START, START)


STEPS = (step("Get source"), step("pulumi update", "running"), step("Export state", "not-started"))


def card(number: int, status: str = "running", *steps: Step, name: str = "web", **facts: Any) -> Card:
    """One that began so many minutes after the start."""
    queued = status in {"not-started", "accepted"}
    begun = START + timedelta(minutes=number)
    job = Job(status, begun, begun + timedelta(seconds=6), steps)
    deployment = Deployment(
        id=f"d-{number}",
        stack=StackRef("acme", name, "dev"),
        version=number,
        status=status,
        operation="update",
        created=begun,
        jobs=() if queued else (job,),
    )
    url = f"https://app.pulumi.com/acme/{name}/dev/deployments/{number}"
    return Card(deployment=deployment, **{"console_url": url, **facts})


BOARD = Board(DEPLOYS, since=AT, live=(("acme", "d-1"),))
MANY = [card(number, "running", *STEPS, name=f"service-{number}") for number in range(1, 33)]
ENDED: dict[str, int] = {End.SUCCEEDED: 3, End.FAILED: 1}
FAILED = [card(40, "failed", step("pulumi update", "failed")), card(41, "failed")]
LIVE = [
    card(7, "not-started", waiting_for="the stack is paused", name="shop"),
    card(6, "not-started", waiting_for="web/dev#3 to finish"),
    card(5, "accepted", name="data"),
    card(3, "running", *STEPS),
    card(2, "running", *STEPS, canceled_by=ADA, name="api"),
    card(1, "running", name="billing", console_url=""),
]
OVER = replace(
    BOARD, live=(), over=AT + 1_080, ended={End.SUCCEEDED: 10, End.FAILED: 2, End.SKIPPED: 1, End.LOST: 1}
)

BOARDS: dict[str, Message] = {
    "board": boards.render(replace(BOARD, ended=ENDED), LIVE, FAILED[:1]),
    "board-begins": boards.render(BOARD, MANY[:6], []),
    "board-many": boards.render(replace(BOARD, ended={End.CANCELED: 1}), MANY, []),
    "board-long-names": boards.render(
        replace(BOARD, ended={End.FAILED: 12}),
        [card(n, "running", step(LONG, "running"), name=LONG) for n in range(1, 20)],
        [card(n, "failed", step(LONG, "failed"), name=LONG) for n in range(20, 30)],
    ),
    "board-over": boards.render(OVER, [], FAILED),
    "board-over-well": boards.render(replace(OVER, ended={End.SUCCEEDED: 12}), [], []),
    "board-over-some-left": boards.render(replace(OVER, live=(("acme", "d-1"),)), LIVE[2:4], FAILED[:1]),
    "card-on-board": cards.render(card(3, "running", *STEPS, board=LINK)),
    "card-on-board-unknown": cards.render(card(3, "running", *STEPS, board="")),
}
