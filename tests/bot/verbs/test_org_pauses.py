"""pause org, resume org: by a rule, after a question, and up to Pulumi."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.commands import Verb
from bot.domain.rules import Effect
from tests.bot.crew import Crew, buttons
from tests.builders import ADA, DEPLOYS, DEV, create_command, create_deployment, create_policy, create_rule

PAUSE = create_command(Verb.PAUSE_ORG, "", reason="release freeze")
SURE = replace(PAUSE, id="sure", stack="acme", confirmed=True)
RESUME = create_command(Verb.RESUME_ORG, "acme", confirmed=True)


@pytest.fixture
def allowed(crew: Crew) -> Crew:
    """A rule lets everybody."""
    crew.policy = create_policy(create_rule(Effect.ALLOW, Verb.PAUSE_ORG, Verb.RESUME_ORG, stacks="acme/*/*"))
    return crew


async def test_by_default_nobody_may_and_a_rule_is_shown_that_would_allow_it(crew: Crew) -> None:
    await crew.run(PAUSE)
    [said] = await crew.answers()
    assert said.startswith("Nobody may pause everything of acme from here unless a rule says so.")
    assert 'operations = ["pause-org"]' in said
    assert crew.pulumi.paused_orgs == set()


async def test_a_rule_for_pausing_stacks_is_none_for_pausing_everything(crew: Crew) -> None:
    crew.policy = create_policy(create_rule(Effect.ALLOW, Verb.PAUSE, stacks="*/*/*"))
    await crew.run(SURE)
    assert crew.pulumi.paused_orgs == set()


async def test_it_asks_first_and_says_whom_it_reaches(allowed: Crew) -> None:
    await allowed.know(create_deployment(1, "running"))
    await allowed.look()
    await allowed.run(PAUSE)
    [reply] = await allowed.replies()
    assert "Pause the whole organisation acme?" in reply.message.text
    assert "1 deployment that runs now goes on." in reply.message.text
    assert buttons(reply.message) == ["Pause acme", "Never mind"]
    assert allowed.pulumi.paused_orgs == set()


async def test_a_yes_pauses_and_the_channel_hears_why_with_the_way_back(allowed: Crew) -> None:
    await allowed.run(SURE)
    assert allowed.pulumi.paused_orgs == {"acme"}
    card = await allowed.tell(SURE.id)
    assert f"Everything of acme paused by <@{ADA}>: “release freeze”" in card.text
    assert buttons(card) == ["Resume all"]
    assert (await allowed.state.pauses("acme"))["*"].reason == "release freeze"


async def test_what_is_so_already_is_refused(allowed: Crew) -> None:
    await allowed.run(RESUME)
    assert "is not paused" in (await allowed.answers())[0]
    allowed.pulumi.paused_orgs.add("acme")
    await allowed.run(SURE)
    assert "is paused already" in (await allowed.answers())[1]


async def test_a_resume_forgets_who_paused(allowed: Crew) -> None:
    await allowed.run(SURE, RESUME)
    assert allowed.pulumi.paused_orgs == set()
    assert await allowed.state.pauses("acme") == {}
    assert "still waits" in await allowed.card(RESUME.id)


async def test_a_token_of_no_administrator_is_explained(allowed: Crew) -> None:
    allowed.pulumi.is_admin = False
    await allowed.run(SURE)
    [said] = await allowed.answers()
    assert "only administrators of acme" in said
    assert "403" in said
    assert await allowed.lanes() == []


async def test_of_several_organisations_one_is_named(allowed: Crew) -> None:
    allowed.orgs = ("acme", "umbrella")
    await allowed.run(PAUSE)
    assert "pause org=acme" in (await allowed.answers())[0]


async def test_a_foreign_organisation_is_refused(allowed: Crew) -> None:
    await allowed.run(replace(SURE, stack="initech"))
    assert "initech" in (await allowed.answers())[0]


async def test_where_the_bot_can_not_be_heard_nothing_is_paused(allowed: Crew) -> None:
    allowed.channels.outside = {DEPLOYS}
    await allowed.run(SURE)
    assert allowed.pulumi.paused_orgs == set()


async def test_a_stacks_pause_remembers_who_and_why_until_it_ends(crew: Crew) -> None:
    await crew.run(create_command(Verb.PAUSE, reason="migration"))
    pause = (await crew.state.pauses("acme"))["web/dev"]
    assert (pause.user, pause.reason) == (ADA, "migration")
    await crew.run(create_command(Verb.RESUME))
    assert await crew.state.pauses("acme") == {}


async def test_a_look_shows_who_paused_and_forgets_what_was_resumed_elsewhere(crew: Crew) -> None:
    await crew.run(create_command(Verb.PAUSE, reason="migration"))
    await crew.look()
    overview = await crew.state.overview("acme")
    assert overview
    assert overview.pauses["web/dev"].reason == "migration"
    crew.pulumi.paused.discard(DEV)
    crew.clock.now += 60
    await crew.look()
    assert await crew.state.pauses("acme") == {}


async def test_where_pulumi_does_not_tell_which_stacks_are_paused_ours_are_shown(crew: Crew) -> None:
    crew.pulumi.tells_paused_stacks = False
    await crew.run(create_command(Verb.PAUSE))
    crew.clock.now += 60
    await crew.look()
    overview = await crew.state.overview("acme")
    assert overview
    assert overview.paused_stacks == ("web/dev",)
