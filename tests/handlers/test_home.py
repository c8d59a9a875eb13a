"""The Home tab."""

from __future__ import annotations

from bot.domain.commands import Surface, Verb
from tests.handlers.office import ANA, BEN, Office


async def test_opening_the_home_tab_asks_the_worker_to_draw_it(office: Office) -> None:
    await office.act("home", user=ANA)
    (command,) = await office.recorded()
    assert command.verb is Verb.HOME
    assert command.origin.user == ANA
    assert command.origin.surface is Surface.HOME


async def test_an_event_that_slack_sends_again_is_one_command(office: Office) -> None:
    await office.act("home", user=ANA)
    await office.act("replay", n=3)
    assert len(await office.recorded()) == 1


async def test_opened_again_and_again_it_is_drawn_once(office: Office) -> None:
    for _ in range(5):
        await office.act("home", user=ANA)
    assert len(await office.recorded()) == 1


async def test_each_person_gets_their_own(office: Office) -> None:
    await office.act("home", user=ANA)
    await office.act("home", user=BEN)
    assert {command.origin.user for command in await office.recorded()} == {ANA, BEN}


async def test_without_redis_slack_is_not_asked_to_send_the_event_again(office_without_redis: Office) -> None:
    assert (await office_without_redis.act("home", user=ANA))["status"] == 200
