"""`can` explains which rule decides, and does nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.commands import Verb
from tests.bot.crew import Crew
from tests.bot.production import produce
from tests.builders import BEN, PROD, create_command


@pytest.fixture(autouse=True)
def production(crew: Crew) -> None:
    """Production takes one approval."""
    produce(crew)


async def test_can_explains_and_does_nothing(crew: Crew) -> None:
    crew.people.names["@ben"] = BEN
    ask = create_command(Verb.CAN, "web/prod", person="@ben", about=Verb.DEPLOY)
    await crew.run(ask)
    assert f"<@{BEN}> may, with approvals, deploy web/prod" in (await crew.answers())[-1]
    await crew.run(replace(ask, id="c2", person="@nobody"))
    assert "anybody who goes by @nobody" in (await crew.answers())[-1]
    await crew.run(replace(ask, id="c3", person="me", about=Verb.CANCEL))
    assert "may not" in (await crew.answers())[-1]
    assert not crew.pulumi.of(PROD)
