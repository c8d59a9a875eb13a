"""clear-settings: asked for by name, done once, told."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.commands import Verb
from bot.domain.rules import Effect
from bot.errors import NotFoundError
from tests.bot.crew import Crew
from tests.bot.domain.settings_samples import FULL
from tests.bot.verbs.settings_scene import Modal, command
from tests.builders import DEV, create_policy, create_rule


@pytest.fixture
def modal(crew: Crew) -> Modal:
    """Ada may clear the settings of development stacks."""
    crew.pulumi.deployment_settings[DEV] = dict(FULL)
    crew.policy = create_policy(create_rule(Effect.ALLOW, Verb.SETTINGS, stacks="*/*/dev"))
    return Modal(crew)


SURE: dict[str, Any] = {"id": "c-1", "confirmed": True, "typed": "web/dev"}


async def test_it_asks_for_the_name_first(modal: Modal) -> None:
    await modal.do(Verb.CLEAR_SETTINGS)
    assert "Type web/dev to clear them" in modal.words
    assert modal.set_now == FULL


async def test_settings_are_cleared_and_the_channel_hears_of_it(modal: Modal) -> None:
    await modal.do(Verb.CLEAR_SETTINGS, **SURE)
    assert modal.set_now == {}
    assert "no deployment settings any more" in modal.words
    assert await modal.crew.card("c-1") == "web/dev: deployment settings cleared by <@U0ADA>."


async def test_a_redelivered_clear_is_told_once(modal: Modal) -> None:
    clear = command(Verb.CLEAR_SETTINGS, **SURE)
    modal.crew.pulumi.refuse("clear_settings")
    await modal.crew.run(clear)
    modal.crew.pulumi.refuse("clear_settings", NotFoundError("no settings", status=404))
    await modal.crew.run(clear)
    assert await modal.crew.lanes() == ["c-1"]
    assert "no deployment settings any more" in modal.words


async def test_another_name_clears_nothing(modal: Modal) -> None:
    await modal.do(Verb.CLEAR_SETTINGS, **{**SURE, "typed": "web/prod"})
    assert "not the name of web/dev" in modal.words
    assert modal.set_now == FULL


async def test_where_there_are_none_there_is_nothing_to_clear(modal: Modal) -> None:
    del modal.crew.pulumi.deployment_settings[DEV]
    await modal.do(Verb.CLEAR_SETTINGS)
    assert "nothing to clear" in modal.words


async def test_it_takes_a_rule(modal: Modal) -> None:
    modal.crew.policy = create_policy()
    await modal.do(Verb.CLEAR_SETTINGS, **SURE)
    assert "Nobody may change the settings" in modal.words
    assert modal.set_now == FULL
