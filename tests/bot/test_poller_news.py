"""What a look tells: what is news and what is history, how deep a list is read, and one deployment's trouble that is its own."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot import poller
from bot.domain.commands import Verb
from bot.domain.deployments import Deployment
from bot.errors import NotFoundError, PulumiUnavailableError, RateLimitedError
from bot.observer import Observer, Surroundings
from bot.poller import DEPTH, LONGEST_QUEUE, PAGE
from tests.bot.crew import PACE, Crew
from tests.builders import (
    DEPLOYS,
    DEV,
    PROD,
    at,
    create_command,
    create_deployment,
    create_policy,
    create_step,
    evolved,
)

DONE = create_deployment(1, "succeeded")
RUNNING = create_deployment(2)


@pytest.fixture(autouse=True)
def subscribed(crew: Crew) -> None:
    """#deploys hears of everything."""
    crew.policy = create_policy(hears=DEPLOYS)


def lane(deployment: Deployment) -> str:
    return f"{deployment.id}:{DEPLOYS}"


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


async def test_the_first_look_finds_what_runs_behind_many_newer_ones(crew: Crew) -> None:
    crew.pulumi.put(RUNNING)
    crew.pulumi.put(*(create_deployment(10 + n, "succeeded", stack=PROD) for n in range(PAGE * DEPTH + 5)))
    await crew.look()
    assert await crew.state.active("acme") == {RUNNING.id}
    assert await crew.lanes() == [lane(RUNNING)]


async def test_so_does_one_after_a_long_time_in_which_nobody_looked(crew: Crew) -> None:
    crew.pulumi.put(create_deployment(1, "succeeded", created=at(0)))
    await crew.look()
    crew.clock.now += 24 * 3600
    crew.pulumi.put(RUNNING)
    crew.pulumi.put(*(create_deployment(10 + n, "succeeded", stack=PROD) for n in range(PAGE * DEPTH + 5)))
    await crew.look()
    assert await crew.state.active("acme") == {RUNNING.id}


async def test_the_first_look_goes_back_to_where_nothing_can_be_under_way_any_more(crew: Crew) -> None:
    old = [
        create_deployment(n + 1, "succeeded", created=at(n - LONGEST_QUEUE - 2 * PAGE)) for n in range(PAGE)
    ]
    crew.pulumi.put(*old, *(create_deployment(500 + n, "succeeded") for n in range(PAGE)))
    crew.pulumi.put(*(replace(each, id=f"x-{each.id}", stack=PROD) for each in old))
    await crew.look()
    assert crew.pulumi.calls.count("list_org") == 2


async def test_no_look_goes_deeper_than_its_bound(crew: Crew, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(poller, "DEEPEST", 4)
    crew.pulumi.put(*(create_deployment(n + 1, "succeeded") for n in range(PAGE * 5)))
    await crew.look()
    assert crew.pulumi.calls.count("list_org") == 4


async def test_a_429_on_a_deep_page_ends_the_look_and_the_next_one_sees_all(crew: Crew) -> None:
    crew.pulumi.put(RUNNING)
    crew.pulumi.put(*(create_deployment(10 + n, "succeeded", stack=PROD) for n in range(PAGE + 5)))

    async def busy() -> None:
        async def then() -> None:
            crew.pulumi.refuse("list_org", RateLimitedError("slow down", retry_after=7))

        crew.pulumi.meanwhile["list_org"] = then

    crew.pulumi.meanwhile["list_org"] = busy
    with pytest.raises(RateLimitedError):
        await crew.look()
    assert await crew.state.horizon("acme") is None
    await crew.look()
    assert await crew.lanes() == [lane(RUNNING)]


async def test_deeper_than_that_it_is_asked_for_by_its_id(crew: Crew) -> None:
    crew.pulumi.put(RUNNING, create_deployment(9, "succeeded", stack=PROD, created=at(PACE.overlap + 1000)))
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
    crew.pulumi.calls.clear()
    await crew.look()
    assert crew.pulumi.calls.count("list_org") == 1


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
