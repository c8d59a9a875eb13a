"""Looks at an organisation: what is news, what is history, how often, and any number of pollers at once."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from unittest.mock import ANY

import pytest
from structlog.testing import capture_logs

from bot.domain.commands import Verb
from bot.domain.deployments import Deployment
from bot.domain.overview import Overview
from bot.domain.requests import RequestState
from bot.errors import NotFoundError, PulumiError, PulumiUnavailableError, RateLimitedError
from bot.observer import Observer, Surroundings
from bot.poller import DEPTH, NOT_OURS, PAGE, Pace, Poller
from tests.bot.crew import PACE, Crew
from tests.builders import (
    DEPLOYS,
    DEV,
    PROD,
    START,
    at,
    create_command,
    create_deployment,
    create_policy,
    create_request,
    create_step,
    evolved,
)

NOW = START.timestamp()


@pytest.fixture(autouse=True)
def subscribed(crew: Crew) -> None:
    """#deploys hears of everything."""
    crew.policy = create_policy(hears=DEPLOYS)


def poller(crew: Crew) -> Poller:
    return Poller(crew.context, PACE)


def lane(deployment: Deployment) -> str:
    return f"{deployment.id}:{DEPLOYS}"


async def due_at(crew: Crew) -> float:
    """When acme is looked at next, in seconds from now."""
    return float(await crew.redis.zscore("qd:{T1}:looks", "acme") or 0) - crew.clock.now


DONE = create_deployment(1, "succeeded")
RUNNING = create_deployment(2)


async def test_at_the_first_look_what_is_over_is_history_and_what_runs_is_news(crew: Crew) -> None:
    crew.pulumi.put(DONE, RUNNING)
    await crew.look()
    assert await crew.lanes() == [lane(RUNNING)]
    assert await crew.state.stacks("acme") == {DEV}


async def test_history_stays_history(crew: Crew) -> None:
    crew.pulumi.put(DONE, create_deployment(3, "failed", stack=PROD))
    await crew.look()
    await crew.look()
    assert await crew.lanes() == []


async def test_what_was_started_and_over_between_two_looks_is_news(crew: Crew) -> None:
    crew.pulumi.put(DONE)
    await crew.look()
    crew.pulumi.put(create_deployment(3, "succeeded"))
    await crew.look()
    assert await crew.lanes() == [f"dev-3:{DEPLOYS}"]


async def test_in_an_organisation_that_was_empty_everything_is_news(crew: Crew) -> None:
    await crew.look()
    crew.pulumi.put(DONE)
    await crew.look()
    assert await crew.lanes() == [lane(DONE)]


@pytest.mark.parametrize("before", [[], [create_deployment(1, "succeeded", created=at(-7200))]])
async def test_one_that_turns_up_in_the_list_behind_a_newer_one_is_news(
    crew: Crew, before: list[Deployment]
) -> None:
    crew.pulumi.put(*before)
    await crew.look()
    crew.pulumi.put(create_deployment(9, "succeeded", stack=PROD))
    await crew.look()
    crew.pulumi.put(create_deployment(5, "succeeded"))
    await crew.look()
    assert f"dev-5:{DEPLOYS}" in await crew.lanes()


async def test_what_ended_long_ago_while_nobody_was_looking_is_history(crew: Crew) -> None:
    await crew.look()
    crew.clock.now += 10 * 3600
    old, new = create_deployment(3, "succeeded"), create_deployment(4, "failed", modified=at(9 * 3600))
    crew.pulumi.put(old, new)
    await crew.look()
    assert await crew.lanes() == [lane(new)]


async def test_one_without_times_is_news_only_while_it_runs(crew: Crew) -> None:
    await crew.look()
    crew.pulumi.put(create_deployment(3, created=None, modified=None))
    crew.pulumi.put(create_deployment(4, "succeeded", created=None, modified=None))
    await crew.look()
    assert await crew.lanes() == [f"dev-3:{DEPLOYS}"]


async def test_a_watched_one_that_ended_long_ago_is_told_all_the_same(crew: Crew) -> None:
    crew.pulumi.put(RUNNING)
    await crew.look()
    crew.clock.now += 10 * 3600
    crew.pulumi.put(evolved(RUNNING, "succeeded"))
    await crew.look()
    assert "succeeded" in await crew.card(lane(RUNNING))


async def test_older_deployments_are_told_before_newer_ones(
    crew: Crew, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []

    async def observe(_: Observer, deployment: Deployment, __: Surroundings) -> None:
        seen.append(deployment.version)

    monkeypatch.setattr(Observer, "observe", observe)
    crew.pulumi.put(*(create_deployment(version) for version in (3, 1, 2)))
    await crew.look()
    assert seen == [1, 2, 3]


async def test_what_a_person_started_is_not_announced_a_second_time_to_the_same_channel(crew: Crew) -> None:
    await crew.run(create_command(Verb.DEPLOY, id="adas"))
    await crew.look()
    assert await crew.lanes() == ["adas"]


async def test_an_outcomes_only_channel_is_silent_until_there_is_one(crew: Crew) -> None:
    crew.policy = create_policy(quiet=DEPLOYS)
    crew.pulumi.put(RUNNING)
    await crew.look()
    assert await crew.lanes() == []
    crew.pulumi.put(evolved(RUNNING, "succeeded", create_step("pulumi update")))
    await crew.look()
    [only] = await crew.lanes()
    assert [post.key for post in await crew.posts(only)] == ["dev-2:ended:succeeded"]


async def test_a_watched_one_on_a_deep_page_is_found(crew: Crew) -> None:
    crew.pulumi.put(RUNNING)
    await crew.look()
    crew.pulumi.put(*(create_deployment(10 + n, "succeeded", stack=PROD) for n in range(PAGE + 5)))
    crew.pulumi.put(evolved(RUNNING, "succeeded"))
    await crew.look()
    assert "succeeded" in await crew.card(lane(RUNNING))
    assert await crew.state.active("acme") == frozenset()


async def test_deeper_than_that_it_is_asked_for_by_its_id(crew: Crew) -> None:
    crew.pulumi.put(RUNNING)
    await crew.look()
    many = [create_deployment(10 + n, "succeeded", stack=PROD) for n in range(PAGE * DEPTH + 5)]
    crew.pulumi.put(*many)
    await crew.state.track(replace(await crew.tracked(RUNNING), waiting_for="x"))
    crew.policy = create_policy()
    crew.pulumi.put(evolved(RUNNING, "succeeded"))
    crew.pulumi.calls.clear()
    await crew.look()
    assert crew.pulumi.calls.count("list_org") == DEPTH
    assert (await crew.tracked(RUNNING)).deployment.status == "succeeded"


async def test_lists_are_read_only_as_deep_as_needed(crew: Crew) -> None:
    crew.pulumi.put(*(create_deployment(n + 1, "succeeded", created=at(n * 60)) for n in range(PAGE * 3)))
    await crew.look()
    await crew.look()
    assert crew.pulumi.calls.count("list_org") == 2


async def test_one_that_moves_to_the_next_page_in_between_is_seen_once(crew: Crew) -> None:
    await crew.look()
    crew.pulumi.put(*(create_deployment(n + 1, "succeeded") for n in range(PAGE + 50)))

    async def another() -> None:
        async def and_then() -> None:
            crew.pulumi.put(create_deployment(900, "succeeded"))

        crew.pulumi.meanwhile["list_org"] = and_then

    crew.pulumi.meanwhile["list_org"] = another
    await crew.look()
    assert len(await crew.lanes()) == PAGE + 50


async def test_a_page_that_does_not_exist_is_an_empty_one(crew: Crew) -> None:
    await crew.look()
    crew.pulumi.put(*(create_deployment(n + 1, "succeeded") for n in range(PAGE)))
    crew.pulumi.meanwhile["list_org"] = lambda: _no_page_after_this(crew)
    await crew.look()
    assert len(await crew.lanes()) == PAGE


async def _no_page_after_this(crew: Crew) -> None:
    async def gone() -> None:
        crew.pulumi.refuse("list_org", NotFoundError("no such page", status=404))

    crew.pulumi.meanwhile["list_org"] = gone


async def test_an_organisation_that_does_not_exist_is_a_problem(crew: Crew) -> None:
    crew.pulumi.refuse("list_org", NotFoundError("no such organisation", status=404))
    with pytest.raises(NotFoundError):
        await crew.look()


# One deployment's trouble is its own.


async def test_one_that_is_listed_and_cannot_be_found_stops_nobody_else(crew: Crew) -> None:
    """A list may hold what its stack took along when it was deleted."""
    crew.pulumi.put(RUNNING, create_deployment(3, stack=PROD))
    crew.pulumi.refuse("get", NotFoundError("gone", status=404))
    await crew.look()
    assert await crew.lanes() == [f"prod-3:{DEPLOYS}"]
    assert await crew.state.overview("acme")


@pytest.mark.parametrize("error", [PulumiUnavailableError("boom", status=500), ValueError("a bug")])
async def test_one_that_cannot_be_read_stops_nobody_else_and_is_tried_again(
    crew: Crew, error: Exception
) -> None:
    crew.pulumi.put(RUNNING, create_deployment(3, stack=PROD))
    crew.pulumi.refuse("get", error)
    await crew.look()
    assert await crew.lanes() == [f"prod-3:{DEPLOYS}"]
    await crew.look()
    assert await crew.lanes() == [lane(RUNNING), f"prod-3:{DEPLOYS}"]


async def test_a_watched_one_that_cannot_be_asked_for_stops_nobody_else(crew: Crew) -> None:
    crew.pulumi.put(RUNNING)
    await crew.look()
    crew.pulumi.delete(RUNNING)
    crew.pulumi.refuse("get", PulumiUnavailableError("boom", status=500))
    await crew.look()
    assert "no longer known" not in await crew.card(lane(RUNNING))
    await crew.look()
    assert "no longer known to Pulumi" in await crew.card(lane(RUNNING))
    assert not await crew.look()


async def test_a_429_in_the_middle_ends_the_look(crew: Crew) -> None:
    crew.pulumi.put(RUNNING)
    crew.pulumi.refuse("get", RateLimitedError("slow down", retry_after=7))
    with pytest.raises(RateLimitedError):
        await crew.look()


# The pace.


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
    keys = [post.key for post in await crew.posts(lane(RUNNING))]
    assert keys == ["dev-2:started", "dev-2:step:0:0:failed", "dev-2:ended:failed", "dev-2:failure"]
    assert await crew.lanes() == [lane(RUNNING), f"prod-3:{DEPLOYS}"]


async def test_of_two_ticks_at_once_one_looks(crew: Crew) -> None:
    await crew.state.schedule("acme", NOW)
    looked = await asyncio.gather(poller(crew).tick(), poller(crew).tick())
    assert sorted(looked) == [False, True]


def test_a_lease_outlives_a_slow_look() -> None:
    assert Pace().lease > Pace().slow > Pace().fast


# Requests that nobody decided.


async def test_a_request_that_waited_too_long_expires_and_its_card_says_so(crew: Crew) -> None:
    late = create_request(expires_at=NOW - 1)
    await crew.state.add_request(late)
    await crew.state.add_request(create_request(id="r-2", expires_at=NOW + 1))
    await crew.state.add_request(create_request(id="r-3", expires_at=0.0))
    await poller(crew).tick()
    assert (await crew.request("r-1")).state is RequestState.EXPIRED
    assert "expired" in await crew.card("r-1")
    assert [request.id for request in await crew.state.awaiting()] == ["r-2", "r-3"]


async def test_a_vote_that_was_faster_than_its_end_counts(crew: Crew) -> None:
    late = create_request(expires_at=NOW - 1)
    await crew.state.add_request(late)
    context = crew.context
    voted = replace(late, state=RequestState.REJECTED)

    class OneStepBehind:
        """The store, as a poller saw it a moment ago."""

        def __getattr__(self, name: str) -> object:
            return getattr(context.state, name)

        async def awaiting(self, *, until: float | None = None) -> tuple[object, ...]:
            await context.state.change_request(late, voted)
            return (late, voted)

    await Poller(replace(context, state=OneStepBehind())).tick()  # type: ignore[arg-type]  # a stand-in for one call
    assert await crew.request("r-1") == voted
    assert await crew.card("r-1") == ""


# What status and Home answer from.


async def test_the_overview_holds_what_runs_and_the_newest_outcome_of_each_stack(crew: Crew) -> None:
    newer = create_deployment(3, "failed")
    crew.pulumi.put(DONE, newer, create_deployment(4), create_deployment(5, "succeeded", stack=PROD))
    crew.pulumi.paused.add(PROD)
    crew.pulumi.paused_orgs.add("acme")
    await crew.look()
    seen = await crew.state.overview("acme")
    assert seen is not None
    assert [each.id for each in seen.active] == ["dev-4"]
    assert sorted(each.id for each in seen.recent) == ["dev-3", "prod-5"]
    assert (seen.as_of, seen.paused, seen.paused_stacks) == (NOW, True, ("web/prod",))


async def test_the_overview_remembers_outcomes_that_no_list_holds_any_more(crew: Crew) -> None:
    crew.pulumi.put(DONE, create_deployment(2, "succeeded", stack=PROD))
    await crew.look()
    crew.pulumi.delete(DONE)
    await crew.look()
    seen = await crew.state.overview("acme")
    assert seen is not None
    assert sorted(each.id for each in seen.recent) == ["dev-1", "prod-2"]


async def test_where_the_service_does_not_tell_paused_stacks_none_are_shown(crew: Crew) -> None:
    crew.pulumi.tells_paused_stacks = False
    crew.pulumi.paused.add(DEV)
    crew.pulumi.put(create_deployment(3, "not-started"))
    await crew.look()
    seen = await crew.state.overview("acme")
    assert seen is not None
    assert seen.paused_stacks == ()


async def test_the_overview_knows_a_cancel_from_a_failure(crew: Crew) -> None:
    await crew.run(create_command(Verb.DEPLOY, id="adas"))
    await crew.run(create_command(Verb.CANCEL, confirmed=True))
    await crew.look()
    seen = await crew.state.overview("acme")
    assert seen is not None
    assert seen.canceled == {"dev-1": "U0ADA"}
