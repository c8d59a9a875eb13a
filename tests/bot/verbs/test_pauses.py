"""pause, resume: honest about what is so already, and seen by the channel."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.commands import Command, Verb
from bot.domain.rules import Effect
from bot.errors import ForbiddenError
from bot.runner import Runner
from tests.bot.crew import Crew, buttons
from tests.builders import ADA, DEPLOYS, DEV, create_command, create_policy, create_rule
from tests.fakes import killed_at

PAUSE = create_command(Verb.PAUSE)
RESUME = create_command(Verb.RESUME)
PAUSE_ALL = create_command(Verb.PAUSE_ORG, "acme", confirmed=True)


async def test_a_paused_stack_is_told_in_the_channel_with_the_way_back(crew: Crew) -> None:
    crew.clock.now += 100
    await crew.run(PAUSE)
    assert crew.pulumi.paused == {DEV}
    card = await crew.tell(PAUSE.id)
    assert f"web/dev paused by <@{ADA}>" in card.text
    assert len(buttons(card)) == 1
    assert await crew.answers() == []
    assert await crew.state.claim_due(crew.clock.now, lease=60) == "acme"


async def test_a_resumed_stack_is_told_in_the_channel(crew: Crew) -> None:
    crew.pulumi.paused.add(DEV)
    await crew.run(RESUME)
    assert crew.pulumi.paused == set()
    assert f"web/dev resumed by <@{ADA}>" in await crew.card(RESUME.id)


async def test_pausing_twice_is_refused(crew: Crew) -> None:
    again = replace(PAUSE, id="again")
    await crew.run(PAUSE, again)
    assert await crew.answer(again) == (
        "web/dev is paused already. New deployments of it wait until resume web/dev."
    )
    assert await crew.lanes() == [PAUSE.id]


async def test_resuming_what_is_not_paused_is_refused(crew: Crew) -> None:
    await crew.run(RESUME)
    assert await crew.answers() == ["web/dev is not paused. Its deployments run as they come."]


async def test_where_the_organisation_is_paused_resume_says_whose_turn_it_is(crew: Crew) -> None:
    crew.pulumi.paused_orgs.add("acme")
    await crew.run(RESUME)
    [said] = await crew.answers()
    assert "the whole organisation acme is" in said
    assert "resume" not in crew.pulumi.calls


async def test_a_stack_without_settings_cannot_be_paused_and_hears_why(crew: Crew) -> None:
    crew.pulumi.without_settings.add(DEV)
    await crew.run(PAUSE)
    [said] = await crew.answers()
    assert "the stack has no deployment settings" in said
    assert "once it has deployment settings" in said
    assert await crew.lanes() == []


async def test_a_rule_may_deny_it(crew: Crew) -> None:
    crew.policy = create_policy(create_rule(Effect.DENY, Verb.PAUSE, stacks="*/*/dev", message="Not now."))
    await crew.run(PAUSE)
    assert (await crew.answers())[0].startswith("Not now.")
    assert crew.pulumi.paused == set()


async def test_from_a_channel_that_the_bot_is_not_in_nothing_is_paused(crew: Crew) -> None:
    crew.channels.outside = {DEPLOYS}
    await crew.run(PAUSE)
    assert crew.pulumi.paused == set()
    assert "I'm not in this channel" in (await crew.answers())[0]


async def test_an_unknown_stack_is_refused(crew: Crew) -> None:
    await crew.run(create_command(Verb.PAUSE, "web/nope"))
    assert "web/nope" in (await crew.answers())[0]


async def test_what_pulumi_does_not_let_it_do_is_a_failure_with_an_id(crew: Crew) -> None:
    crew.pulumi.refuse("pause", ForbiddenError("not yours", status=403))
    await crew.run(PAUSE)
    assert PAUSE.id in (await crew.answers())[0]
    assert await crew.lanes() == []


@pytest.mark.parametrize("breath", range(1, 22))
@pytest.mark.parametrize(("asked", "whole"), [(PAUSE, False), (PAUSE_ALL, True)])
async def test_a_pause_whose_worker_died_at_any_moment_is_told_by_the_next(
    crew: Crew, asked: Command, breath: int, *, whole: bool
) -> None:
    crew.policy = create_policy(create_rule(Effect.ALLOW, asked.verb, stacks="acme/*/*"))
    with killed_at(breath) as life:
        await Runner(crew.mortal_context(life)).run(asked)
    crew.clock.now += 40
    await crew.run(asked)
    assert crew.pulumi.paused_orgs == ({"acme"} if whole else set())
    assert crew.pulumi.paused == (set() if whole else {DEV})
    assert f"paused by <@{ADA}>" in await crew.card(asked.id)
    assert (await crew.state.pauses("acme"))["*" if whole else DEV.short].user == ADA
    assert await crew.answers() == []


@pytest.mark.parametrize("breath", range(1, 16))
async def test_a_resume_whose_worker_died_before_it_was_told_is_told_by_the_next(
    crew: Crew, breath: int
) -> None:
    await crew.run(PAUSE)
    with killed_at(breath) as life:
        await Runner(crew.mortal_context(life)).run(RESUME)
    await crew.run(RESUME)
    assert crew.pulumi.paused == set()
    assert f"resumed by <@{ADA}>" in await crew.card(RESUME.id)
    assert await crew.state.pauses("acme") == {}


async def test_what_pulumi_refused_to_pause_is_not_on_record_as_paused(crew: Crew) -> None:
    crew.pulumi.without_settings.add(DEV)
    await crew.run(PAUSE)
    assert await crew.state.pauses("acme") == {}


async def test_what_was_resumed_elsewhere_can_be_resumed_here_where_pulumi_does_not_tell(crew: Crew) -> None:
    crew.pulumi.tells_paused_stacks = False
    await crew.run(PAUSE)
    crew.pulumi.paused.clear()
    await crew.run(RESUME)
    assert await crew.state.pauses("acme") == {}
