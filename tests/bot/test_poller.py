"""Whose look is due, how soon the next one is, and any number of pollers at once."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from unittest.mock import ANY

import pytest
from structlog.testing import capture_logs

from bot.domain.overview import Overview
from bot.errors import PulumiError, PulumiUnavailableError, RateLimitedError
from bot.poller import NOT_OURS, Pace, Poller
from tests.bot.crew import KEYS, PACE, Crew
from tests.builders import DEPLOYS, PROD, START, create_deployment, create_policy, create_step, evolved

NOW = START.timestamp()
RUNNING = create_deployment(2)


@pytest.fixture(autouse=True)
def subscribed(crew: Crew) -> None:
    """#deploys hears of everything."""
    crew.policy = create_policy(hears=DEPLOYS)


def poller(crew: Crew) -> Poller:
    return Poller(crew.context, PACE)


async def due_at(crew: Crew) -> float:
    """When acme is looked at next, in seconds from now."""
    return float(await crew.redis.zscore("qd:{T1}:looks", "acme") or 0) - crew.clock.now


async def tick(crew: Crew) -> None:
    await crew.state.schedule("acme", crew.clock.now)
    assert await poller(crew).tick()


async def test_nothing_due_is_no_look(crew: Crew) -> None:
    await crew.state.schedule("acme", NOW + 1)
    assert not await poller(crew).tick()
    assert crew.pulumi.calls == []


async def test_an_organisation_that_is_no_longer_ours_is_not_looked_at(crew: Crew) -> None:
    await crew.state.schedule("former", NOW)
    with capture_logs() as logs:
        assert not await poller(crew).tick()
        assert not await poller(crew).tick()
    assert crew.pulumi.calls == []
    assert [line["org"] for line in logs if "no longer" in line["event"]] == ["former"]
    assert await crew.state.claim_due(NOW + NOT_OURS - 1, lease=1) is None
    assert await crew.state.claim_due(NOW + NOT_OURS, lease=1) == "former"


async def test_while_something_runs_looks_are_close_and_else_far_apart(crew: Crew) -> None:
    crew.pulumi.put(RUNNING)
    await tick(crew)
    assert await due_at(crew) == PACE.fast
    crew.pulumi.put(evolved(RUNNING, "succeeded"))
    await tick(crew)
    assert await due_at(crew) == PACE.slow


async def test_while_an_outcome_is_put_off_looks_are_close(crew: Crew) -> None:
    crew.pulumi.put(RUNNING)
    await tick(crew)
    crew.pulumi.put(evolved(RUNNING, "failed"))
    crew.pulumi.refuse("log", PulumiUnavailableError("down"))
    await tick(crew)
    assert await due_at(crew) == PACE.fast


async def test_one_whose_record_ran_out_keeps_nobody_waiting_for_it(crew: Crew) -> None:
    crew.pulumi.put(RUNNING)
    await tick(crew)
    await crew.redis.delete(KEYS.tracked("acme", RUNNING.id))
    crew.pulumi.delete(RUNNING)
    await tick(crew)
    assert await crew.state.active("acme") == frozenset()
    assert await due_at(crew) == PACE.slow


async def test_one_whose_record_ran_out_while_it_runs_is_watched_again(crew: Crew) -> None:
    crew.pulumi.put(RUNNING)
    await tick(crew)
    await crew.redis.delete(KEYS.tracked("acme", RUNNING.id))
    await tick(crew)
    assert await crew.state.active("acme") == {RUNNING.id}


@pytest.mark.parametrize(
    ("error", "wait", "said"),
    [
        (RateLimitedError("slow down", retry_after=40), 40.0, "asks for a pause (429)"),
        (RateLimitedError("slow down", retry_after=0), PACE.fast, "asks for a pause (429)"),
        (PulumiUnavailableError("down"), 5.0, "does not answer properly"),
    ],
)
async def test_trouble_slows_the_pace_and_is_noted_where_status_looks(
    crew: Crew, error: PulumiError, wait: float, said: str
) -> None:
    crew.pulumi.put(RUNNING)
    await tick(crew)
    crew.clock.now += 60
    crew.pulumi.refuse("list_org", error)
    await tick(crew)
    assert await due_at(crew) == wait
    noted = await crew.state.overview("acme")
    assert noted is not None
    assert said in noted.problem
    assert (noted.as_of, len(noted.active)) == (NOW, 1)
    await tick(crew)
    assert await crew.state.overview("acme") == replace(noted, problem="", as_of=crew.clock.now)


async def test_trouble_before_the_first_look_is_noted_too(crew: Crew) -> None:
    crew.pulumi.refuse("org_metadata", PulumiUnavailableError("down"))
    await tick(crew)
    assert await crew.state.overview("acme") == Overview(org="acme", as_of=0.0, problem=ANY)


async def test_a_look_that_breaks_is_due_again(crew: Crew) -> None:
    crew.pulumi.refuse("list_org", ValueError("a bug"))
    await crew.state.schedule("acme", NOW)
    with pytest.raises(ValueError, match="a bug"):
        await poller(crew).tick()
    assert await due_at(crew) == PACE.slow


async def test_a_look_that_a_stopping_worker_gives_up_is_due_at_once(crew: Crew) -> None:
    begun = asyncio.Event()

    async def slowly() -> None:
        begun.set()
        await asyncio.Event().wait()

    crew.pulumi.meanwhile["list_org"] = slowly
    await crew.state.schedule("acme", NOW)
    look = asyncio.create_task(poller(crew).tick())
    await begun.wait()
    look.cancel()
    await asyncio.wait({look})
    assert look.cancelled()
    assert await due_at(crew) == 0
    assert await poller(crew).tick()


async def test_one_asked_for_during_a_look_comes_right_after_it(crew: Crew) -> None:
    async def somebody_deploys() -> None:
        await crew.state.schedule("acme", crew.clock.now)

    crew.pulumi.meanwhile["list_org"] = somebody_deploys
    await tick(crew)
    assert await due_at(crew) == 0


async def test_a_dead_pollers_look_is_taken_over_when_its_lease_is_over(crew: Crew) -> None:
    await crew.state.schedule("acme", NOW)
    assert await crew.state.claim_due(NOW, lease=PACE.lease) == "acme"
    assert not await poller(crew).tick()
    crew.clock.now += PACE.lease
    assert await poller(crew).tick()


async def test_two_pollers_at_once_tell_each_thing_once(crew: Crew) -> None:
    crew.pulumi.put(RUNNING, create_deployment(3, stack=PROD))
    await asyncio.gather(*(crew.look() for _ in range(4)))
    ended = evolved(RUNNING, "failed", create_step("pulumi update", "failed"))
    crew.pulumi.put(ended)
    await asyncio.gather(*(crew.look() for _ in range(4)))
    await crew.look()
    keys = [post.key for post in await crew.posts(f"dev-2:{DEPLOYS}")]
    assert keys == ["dev-2:started", "dev-2:step:0:0:failed", "dev-2:ended:failed", "dev-2:failure"]
    assert await crew.lanes() == [f"dev-2:{DEPLOYS}", f"prod-3:{DEPLOYS}"]


async def test_of_two_ticks_at_once_one_looks(crew: Crew) -> None:
    await crew.state.schedule("acme", NOW)
    looked = await asyncio.gather(poller(crew).tick(), poller(crew).tick())
    assert sorted(looked) == [False, True]


def test_a_lease_outlives_a_slow_look() -> None:
    assert Pace().lease > Pace().slow > Pace().fast
