"""`can` explains which rule decides, and does nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.commands import Verb
from bot.domain.rules import Effect
from tests.bot.crew import Crew
from tests.bot.production import produce
from tests.builders import ADA, BEN, PROD, create_command, create_policy, create_rule


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


async def test_can_explains_a_pause_of_everything(crew: Crew) -> None:
    ask = create_command(Verb.CAN, "", person="me", about=Verb.PAUSE_ORG)
    await crew.run(ask)
    assert f"<@{ADA}> may not pause everything of acme from here." in (await crew.answers())[-1]
    crew.policy = create_policy(create_rule(Effect.ALLOW, Verb.PAUSE_ORG, stacks="acme/*/*", name="calm"))
    await crew.run(replace(ask, id="named", stack="acme"))
    [reply] = [each for each in await crew.replies() if each.key == "named:answer"]
    assert f"<@{ADA}> may pause everything of acme from here." in reply.message.text
    assert "calm" in str(reply.message.blocks)
    await crew.run(replace(ask, id="foreign", stack="initech"))
    assert "initech" in (await crew.answers())[-1]
    crew.orgs = ("acme", "umbrella")
    await crew.run(replace(ask, id="which"))
    assert (await crew.answers())[-1].startswith("Which organisation? I work for acme, umbrella")
    assert crew.pulumi.paused_orgs == set()
