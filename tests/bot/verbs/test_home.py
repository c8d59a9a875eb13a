"""home: what runs, what waits, and what this person could approve."""

from __future__ import annotations

import json

from bot.domain.commands import Verb
from bot.domain.overview import Overview
from tests.bot.crew import Crew
from tests.builders import BEN, START, create_command, create_deployment, create_request


async def test_it_shows_every_organisation_that_was_looked_at_and_what_waits(crew: Crew) -> None:
    crew.orgs = ("acme", "umbrella")
    await crew.state.save_overview(
        Overview(org="acme", as_of=START.timestamp(), active=(create_deployment(3),))
    )
    await crew.state.add_request(create_request())
    await crew.run(create_command(Verb.HOME, "", user=BEN))
    shown = json.dumps(crew.channels.homes[BEN])
    assert "web/dev#3" in shown
    assert "web/prod" in shown
    assert await crew.answers() == []


async def test_it_is_drawn_before_the_first_look_too(crew: Crew) -> None:
    await crew.run(create_command(Verb.HOME, "", user=BEN))
    assert crew.channels.homes[BEN]["type"] == "home"
