"""Slack's limits and who gets what of them."""

from __future__ import annotations

import asyncio

import pytest

from bot.errors import SlackError
from bot.messages.message import Rank
from bot.slack.budget import LIMITS, LONGEST_WAIT, MINUTE, POST, RESERVE, UPDATE, SlackBudget, limit_of
from tests.bot.slack.fakes import Plenty


@pytest.mark.parametrize("calls_a_minute", [20, 50, 100])
def test_no_minute_can_see_more_calls_than_slack_allows(calls_a_minute: int) -> None:
    limit = limit_of(calls_a_minute)
    assert limit.burst + MINUTE / limit.interval <= calls_a_minute - 2 + 1e-9
    assert limit.burst > 1


def test_progress_leaves_fifteen_updates_a_minute_to_the_others() -> None:
    limit = LIMITS[UPDATE]
    assert limit.burst - RESERVE >= 1
    progress_at_most = (limit.burst - RESERVE) + MINUTE / limit.interval
    assert 50 - progress_at_most >= 15


async def test_outcomes_go_when_progress_has_used_up_its_part(budget: SlackBudget) -> None:
    progress = [await budget.reserve(UPDATE, rank=Rank.PROGRESS) for _ in range(30)]
    outcomes = [await budget.reserve(UPDATE, rank=Rank.OUTCOME) for _ in range(15)]
    assert progress.count(0.0) == LIMITS[UPDATE].burst - RESERVE
    assert outcomes.count(0.0) == 15


async def test_boards_leave_as_much_to_outcomes_as_cards_do(budget: SlackBudget) -> None:
    boards = [await budget.reserve(UPDATE, rank=Rank.DETAIL) for _ in range(30)]
    assert boards.count(0.0) == LIMITS[UPDATE].burst - RESERVE


async def test_a_channel_takes_one_post_at_a_time(budget: SlackBudget) -> None:
    waits = await asyncio.gather(*(budget.reserve(POST, "C1") for _ in range(5)))
    assert waits.count(0.0) == 1
    assert await budget.reserve(POST, "C2") == 0.0


async def test_the_next_post_waits_a_second_after_the_answer(budget: SlackBudget) -> None:
    await budget.reserve(POST, "C1")
    await asyncio.sleep(0.2)
    await budget.posted("C1")
    assert 0.9 < await budget.reserve(POST, "C1") <= 1.0


async def test_a_429_on_one_channel_leaves_the_others(budget: SlackBudget) -> None:
    await budget.refused(POST, "C1", 30.0)
    assert await budget.reserve(POST, "C1") > 29.0
    assert await budget.reserve(POST, "C2") == 0.0


async def test_who_has_a_person_waiting_is_told_when_it_takes_too_long(budget: SlackBudget) -> None:
    await budget.wait("views.update")
    await budget.refused("views.update", "", 30.0)
    with pytest.raises(SlackError) as caught:
        await budget.wait("views.update")
    assert caught.value.retry_after > 29.0


async def test_nobody_waits_longer_than_that_because_others_are_always_faster(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    slept: list[float] = []

    class Busy(Plenty):
        async def take(self, bucket: str, *, interval: float, burst: float, hold: float = 0.0) -> float:
            return 4.0

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    monkeypatch.setattr("bot.slack.budget.asyncio.sleep", sleep)
    with pytest.raises(SlackError):
        await SlackBudget(Busy()).wait("views.update")
    assert sum(slept) <= LONGEST_WAIT


async def test_what_slack_does_not_limit_always_goes(budget: SlackBudget) -> None:
    assert [await budget.reserve("response_url") for _ in range(200)] == [0.0] * 200
