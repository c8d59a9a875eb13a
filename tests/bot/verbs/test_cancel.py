"""cancel: what is meant, a question first, and a card that knows who did it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.commands import Verb
from bot.domain.rules import Effect
from bot.errors import AnswerLostError, ConflictError, ForbiddenError
from bot.runner import Runner
from tests.bot.crew import Crew, buttons
from tests.builders import (
    ADA,
    BEN,
    DEPLOYS,
    DEV,
    create_command,
    create_deployment,
    create_origin,
    create_policy,
    create_rule,
    evolved,
)
from tests.fakes import killed_at

RUNNING = create_deployment(7)
TYPED = create_command(Verb.CANCEL)
PRESSED = create_command(
    Verb.CANCEL,
    "acme/web/dev",
    id="press",
    deployment_id=RUNNING.id,
    version=7,
    confirmed=True,
    message_ts="1.0",
)
ON_QUESTION = create_origin(message_ts="2.0", is_private=True, response_url="http://slack/1")
ANYBODY = create_policy(create_rule(Effect.ALLOW, Verb.CANCEL, stacks="*/*/*"))


async def adas_own(crew: Crew) -> str:
    """A deployment that Ada started from Slack; its lane."""
    await crew.run(create_command(Verb.DEPLOY, id="adas"))
    return "adas"


async def test_it_asks_before_it_cancels(crew: Crew) -> None:
    await adas_own(crew)
    await crew.run(TYPED)
    [asked] = await crew.replies()
    assert "Cancel web/dev#1" in asked.message.text
    assert buttons(asked.message) == ["Cancel deployment", "Keep it"]
    assert "cancel" not in crew.pulumi.calls


async def test_confirmed_it_cancels_and_the_card_says_who(crew: Crew) -> None:
    lane = await adas_own(crew)
    crew.clock.now += 100
    await crew.run(replace(TYPED, confirmed=True, origin=ON_QUESTION))
    assert crew.pulumi.calls.count("cancel") == 1
    assert f"being canceled by <@{ADA}>" in await crew.card(lane)
    [said] = await crew.replies()
    assert "Pulumi is canceling" in said.message.text
    assert said.replace
    assert await crew.state.claim_due(crew.clock.now, lease=60) == "acme"


async def test_a_button_on_a_card_does_not_replace_the_card(crew: Crew) -> None:
    await adas_own(crew)
    await crew.run(replace(PRESSED, deployment_id="dev-1"))
    [said] = await crew.replies()
    assert not said.replace


async def test_a_look_between_the_cancel_and_its_answer_tells_a_cancel_not_a_failure(crew: Crew) -> None:
    lane = await adas_own(crew)
    await crew.look()

    async def look() -> None:
        [made] = crew.pulumi.of(DEV)
        crew.pulumi.put(evolved(made, "failed"))
        await crew.look()

    crew.pulumi.meanwhile["cancel"] = look
    await crew.run(replace(TYPED, confirmed=True))
    assert f"canceled by <@{ADA}>" in await crew.card(lane)
    told = " ".join(await crew.thread(lane))
    assert "Canceled by" in told
    assert "ailed" not in told


async def test_a_cancel_that_is_not_allowed_leaves_the_card_as_it_was(crew: Crew) -> None:
    lane = await adas_own(crew)
    before = await crew.card(lane)
    crew.pulumi.refuse("cancel", ForbiddenError("not yours", status=403))
    await crew.run(replace(TYPED, confirmed=True))
    assert await crew.card(lane) == before
    [said] = await crew.answers()
    assert "not yours" in said


async def test_a_second_cancel_that_is_not_taken_leaves_the_first_ones_name(crew: Crew) -> None:
    lane = await adas_own(crew)
    crew.policy = ANYBODY
    again = replace(PRESSED, id="again", deployment_id="dev-1", origin=create_origin(BEN))
    crew.pulumi.lose("cancel", AnswerLostError("cut"))
    crew.pulumi.meanwhile["cancel"] = lambda: crew.run(again)
    crew.pulumi.refuse("cancel", ConflictError("it is being canceled", status=409))
    await crew.run(replace(TYPED, confirmed=True))
    assert f"being canceled by <@{ADA}>" in await crew.card(lane)


async def test_a_cancel_whose_answer_was_lost_stays_on_the_card(crew: Crew) -> None:
    lane = await adas_own(crew)
    crew.pulumi.lose("cancel", AnswerLostError("cut"))
    await crew.run(replace(TYPED, confirmed=True))
    assert f"being canceled by <@{ADA}>" in await crew.card(lane)


async def test_what_is_over_is_left_alone(crew: Crew) -> None:
    crew.policy = ANYBODY
    await crew.know(evolved(RUNNING, "succeeded"))
    await crew.run(PRESSED)
    assert await crew.answers() == ["web/dev#7 is over already: succeeded. There is nothing left to cancel."]
    assert "cancel" not in crew.pulumi.calls


async def test_somebody_elses_needs_a_rule(crew: Crew) -> None:
    lane = await adas_own(crew)
    before = await crew.card(lane)
    await crew.run(create_command(Verb.CANCEL, user=BEN, confirmed=True))
    [said] = await crew.answers()
    assert "Somebody else started" in said
    assert "cancel" not in crew.pulumi.calls
    assert await crew.card(lane) == before


async def test_one_started_elsewhere_is_nobodys_own(crew: Crew) -> None:
    await crew.know(RUNNING, channel=DEPLOYS)
    await crew.run(PRESSED)
    [said] = await crew.answers()
    assert "Somebody else started" in said


async def test_one_that_no_channel_hears_of_is_canceled_all_the_same(crew: Crew) -> None:
    crew.policy = ANYBODY
    crew.pulumi.put(RUNNING)
    await crew.run(PRESSED)
    assert crew.pulumi.deployments[RUNNING.id].status == "failed"
    assert await crew.lanes() == []


async def test_one_that_is_gone_when_it_is_looked_for_is_told_as_gone(crew: Crew) -> None:
    await crew.run(PRESSED, create_command(Verb.CANCEL, id="typed", version=9))
    gone = "no longer exists at Pulumi Cloud. Somebody may have deleted it there."
    assert sorted(await crew.answers()) == [f"web/dev#7 {gone}", f"web/dev#9 {gone}"]


async def test_one_that_goes_while_it_is_canceled_is_told_as_gone(crew: Crew) -> None:
    lane = await adas_own(crew)
    [made] = crew.pulumi.of(DEV)

    async def delete() -> None:
        crew.pulumi.delete(made)

    crew.pulumi.meanwhile["cancel"] = delete
    await crew.run(replace(TYPED, confirmed=True))
    [said] = await crew.answers()
    assert "no longer exists" in said
    assert "being canceled" not in await crew.card(lane)


async def test_of_several_it_asks_which(crew: Crew) -> None:
    await crew.know(RUNNING, create_deployment(8, "not-started"))
    await crew.run(TYPED)
    [said] = await crew.answers()
    assert said == (
        "More than one deployment of web/dev is not over: web/dev#7 (running), web/dev#8 (not-started). "
        "Say which one: cancel web/dev#8."
    )


async def test_a_number_says_which(crew: Crew) -> None:
    crew.policy = ANYBODY
    await crew.know(RUNNING, create_deployment(8, "not-started"))
    await crew.run(create_command(Verb.CANCEL, version=8, confirmed=True))
    assert crew.pulumi.deployments[RUNNING.id].status == "running"
    assert crew.pulumi.deployments["dev-8"].status == "failed"


async def test_where_nothing_runs_it_says_what_was_last(crew: Crew) -> None:
    await crew.know(evolved(RUNNING, "succeeded"))
    await crew.run(TYPED)
    [said] = await crew.answers()
    assert said == (
        "Nothing of web/dev is running or waiting, so there is nothing to cancel. "
        "The last one was web/dev#7: succeeded."
    )


async def test_where_nothing_ever_ran_it_says_only_that(crew: Crew) -> None:
    await crew.run(TYPED)
    [said] = await crew.answers()
    assert said == "Nothing of web/dev is running or waiting, so there is nothing to cancel."


async def test_an_unknown_stack_is_refused(crew: Crew) -> None:
    await crew.run(create_command(Verb.CANCEL, "web/nope"))
    [said] = await crew.answers()
    assert "web/nope" in said


async def test_a_mark_gets_through_though_the_poller_saves_at_the_same_time(crew: Crew) -> None:
    lane = await adas_own(crew)
    [made] = crew.pulumi.of(DEV)

    async def save_in_between() -> None:
        await crew.state.track(replace(await crew.tracked(made), waiting_for="something"))

    crew.pulumi.meanwhile["get"] = save_in_between
    await crew.run(replace(PRESSED, deployment_id=made.id))
    assert (await crew.tracked(made)).canceled_by == ADA
    assert f"being canceled by <@{ADA}>" in await crew.card(lane)


@pytest.mark.parametrize("breath", range(1, 30))
async def test_a_cancel_killed_at_any_moment_is_never_told_that_it_came_too_late(
    crew: Crew, breath: int
) -> None:
    await adas_own(crew)
    sure = replace(PRESSED, deployment_id="dev-1", version=1)
    with killed_at(breath) as life:
        await Runner(crew.mortal_context(life)).run(sure)
    await crew.run(sure, sure)
    [said] = await crew.answers()
    assert said.startswith(("Pulumi is canceling web/dev#1", "You canceled web/dev#1"))


async def test_ones_own_cancel_that_came_first_is_no_reason_to_refuse_a_second(crew: Crew) -> None:
    await adas_own(crew)
    sure = replace(PRESSED, deployment_id="dev-1", version=1)
    await crew.run(sure, replace(sure, id="again"))
    assert (await crew.answers())[1] == "You canceled web/dev#1. It is over."
    assert crew.pulumi.calls.count("cancel") == 1


async def test_a_cancel_that_came_too_late_is_told_so_to_whoever_asked(crew: Crew) -> None:
    await adas_own(crew)
    [made] = crew.pulumi.of(DEV)
    await crew.state.track(replace(await crew.tracked(made), canceled_by=ADA))
    crew.pulumi.put(evolved(made, "succeeded"))
    await crew.run(replace(PRESSED, deployment_id=made.id, version=1))
    assert await crew.answers() == ["You asked to cancel web/dev#1, but it finished first."]
