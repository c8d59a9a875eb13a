"""What is asked of one stack is done in order; nothing else waits."""

from __future__ import annotations

import asyncio
import gc

import pytest

from bot.domain.commands import Command, Verb
from bot.turns import Turns, turn_of
from tests.builders import create_command

STATUS = create_command(Verb.STATUS)


async def test_those_of_one_name_go_in_the_order_in_which_they_came() -> None:
    turns, seen = Turns(), list[int]()

    async def work(number: int) -> None:
        async with turns.take("web/dev"):
            seen.append(number)
            for _ in range(5 - number):  # the first ones take longest
                await asyncio.sleep(0)
            seen.append(number)

    async with asyncio.TaskGroup() as group:
        for number in range(5):
            group.create_task(work(number))
    assert seen == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]


async def test_those_of_other_names_do_not_wait() -> None:
    turns = Turns()
    async with asyncio.timeout(10), turns.take("web/dev"), turns.take("web/prod"):
        pass


async def test_who_gives_up_waiting_or_breaks_holds_nobody_up() -> None:
    turns = Turns()
    async with turns.take("web/dev"):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.001), turns.take("web/dev"):
                pass
    with pytest.raises(ValueError, match="a bug"):
        async with turns.take("web/dev"):
            raise ValueError("a bug")
    async with asyncio.timeout(10), turns.take("web/dev"):
        pass


async def test_a_name_that_nobody_waits_for_is_forgotten() -> None:
    turns = Turns()
    async with turns.take("web/dev"):
        assert len(turns._locks) == 1
    gc.collect()
    assert len(turns._locks) == 0


@pytest.mark.parametrize(
    ("command", "turn"),
    [
        (create_command(Verb.PAUSE, "web/dev"), "web/dev"),
        (create_command(Verb.DEPLOY, "acme/web/dev", request_id="r-1"), "web/dev"),
        (create_command(Verb.DEPLOY, "dev"), "dev"),
        (create_command(Verb.CANCEL, "acme/web/dev", deployment_id="d-7"), "d-7"),
        (create_command(Verb.REJECT, "", request_id="r-1"), "r-1"),
        (create_command(Verb.LINK, ""), create_command(Verb.LINK, "").id),
        (STATUS, STATUS.id),
    ],
)
def test_what_a_command_waits_for(command: Command, turn: str) -> None:
    assert turn_of(command) == turn
