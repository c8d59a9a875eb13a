"""What a worker or a Redis that dies leaves behind: it is looked for at Pulumi, and not created again."""

from __future__ import annotations

import pytest

from bot.domain.commands import Verb
from bot.domain.requests import RequestState
from bot.domain.rules import Effect
from bot.errors import (
    RateLimitedError,
)
from bot.runner import Runner
from bot.verbs import creation
from tests.bot.crew import Crew
from tests.bot.production import HOUR, tick
from tests.builders import (
    BEN,
    CYD,
    DEV,
    PROD,
    at,
    create_command,
    create_policy,
    create_request,
    create_rule,
)
from tests.fakes import killed_at

DEPLOY = create_command(Verb.DEPLOY)


@pytest.mark.parametrize("breath", range(1, 40))
async def test_killed_anywhere_and_redelivered_it_is_created_once(crew: Crew, breath: int) -> None:
    """Every port call can be the last; the highest breaths are past the last one."""
    with killed_at(breath) as life:
        await Runner(crew.mortal_context(life)).run(DEPLOY)
    await crew.run(DEPLOY)
    [made] = crew.pulumi.of(DEV)
    assert (await crew.request(DEPLOY.id)).state is RequestState.CREATED
    assert (await crew.tracked(made)).request_id == DEPLOY.id
    assert await crew.lanes() == [DEPLOY.id]
    assert await crew.answers() == []


async def test_the_kill_tests_reach_past_the_last_call(crew: Crew) -> None:
    with killed_at(1000) as life:
        await Runner(crew.mortal_context(life)).run(DEPLOY)
    assert life.taken < 60


async def test_what_a_redis_that_died_has_forgotten_is_not_created_again(crew: Crew) -> None:
    await crew.run(DEPLOY)
    await crew.redis.flushdb()
    crew.clock.now += creation.FRESH
    await crew.run(DEPLOY)
    assert crew.creates() == 1
    assert (await crew.request(DEPLOY.id)).state is RequestState.CREATED
    assert await crew.lanes() == [DEPLOY.id]


async def test_nor_is_what_a_forgotten_vote_has_started(crew: Crew) -> None:
    crew.policy = create_policy(create_rule(Effect.APPROVE))
    waiting = create_request()
    approve = create_command(Verb.APPROVE, str(PROD), user=BEN, request_id=waiting.id)
    for _ in range(2):
        await crew.redis.flushdb()
        await crew.state.add_request(waiting)
        await crew.run(approve)
        crew.clock.now += creation.FRESH
    assert crew.creates() == 1
    assert (await crew.request(waiting.id)).state is RequestState.CREATED


async def test_nor_is_what_it_forgot_when_somebody_else_votes_now(crew: Crew) -> None:
    """The card still asks, so a second person approves: a new command, for what runs already."""
    crew.policy = create_policy(create_rule(Effect.APPROVE))
    waiting = await crew.state.add_request(create_request(expires_at=0.0))
    before = await crew.dump()
    for user in (BEN, CYD):
        await crew.forget_since(before)
        crew.clock.now += HOUR
        approve = create_command(Verb.APPROVE, str(PROD), user=user, request_id=waiting.id, at=crew.clock.now)
        await crew.run(approve)
    assert crew.creates() == 1
    assert (await crew.request(waiting.id)).state is RequestState.CREATED


async def test_nor_is_what_a_tick_that_is_forgotten_let_go(crew: Crew) -> None:
    held = create_request(RequestState.HELD, look_at=crew.clock.now, approvals_needed=0)
    await crew.state.add_request(held)
    before = await crew.dump()
    for _ in range(2):
        await crew.forget_since(before)
        await tick(crew, after=HOUR)
    assert crew.creates() == 1
    assert (await crew.request(held.id)).state is RequestState.CREATED


async def test_nor_is_a_preview_that_is_forgotten_started_again(crew: Crew) -> None:
    asked = create_request(RequestState.PREVIEWING, look_at=crew.clock.now)
    await crew.state.add_request(asked)
    before = await crew.dump()
    for _ in range(2):
        await crew.forget_since(before)
        await tick(crew, after=HOUR)
    assert [each.operation for each in crew.pulumi.of(PROD)] == ["preview"]


async def test_a_look_that_is_asked_for_a_pause_waits_and_the_approved_goes_on(crew: Crew) -> None:
    crew.policy = create_policy(create_rule(Effect.APPROVE))
    waiting = await crew.state.add_request(create_request())
    crew.pulumi.refuse("find_request", RateLimitedError("slow down", retry_after=0))
    await crew.run(create_command(Verb.APPROVE, str(PROD), user=BEN, request_id=waiting.id))
    assert (await crew.request(waiting.id)).state is RequestState.CREATED
    assert crew.creates() == 1


async def test_a_look_that_is_asked_for_a_pause_again_and_again_is_none(crew: Crew) -> None:
    held = create_request(RequestState.HELD, look_at=crew.clock.now, approvals_needed=0)
    await crew.state.add_request(held)
    pauses = [RateLimitedError("slow down", retry_after=0)] * creation.ATTEMPTS
    crew.pulumi.refuse("find_request", *pauses)
    await tick(crew)
    assert (await crew.request(held.id)).unsure
    assert crew.creates() == 0


async def test_a_look_goes_no_further_back_than_the_request(crew: Crew) -> None:
    """What is older can't be its deployment, and reading it would cost a call each."""
    await crew.run(DEPLOY)
    await crew.redis.flushdb()
    crew.clock.now += 10 * HOUR
    await crew.run(DEPLOY)
    [since] = crew.pulumi.looked_since
    assert since == at(-creation.CLOCKS)
