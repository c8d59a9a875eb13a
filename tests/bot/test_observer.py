"""What a look at one deployment tells: each thing once, whatever the sampling."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.deployments import Deployment
from bot.domain.requests import RequestState
from bot.errors import NotFoundError, PulumiError, PulumiUnavailableError, RateLimitedError
from bot.observer import Observer, Surroundings
from bot.ports import LogLine, OrgMetadata
from tests.bot.crew import Crew
from tests.bot.sightings import ALONE, BROKEN, LANE, QUEUED, STAGES, TOLD, keys, see
from tests.builders import ADA, DEPLOYS, DEV, create_deployment, create_policy, create_request
from tests.fakes import Life, killed_at


@pytest.fixture(autouse=True)
def subscribed(crew: Crew) -> None:
    """#deploys hears of everything."""
    crew.policy = create_policy(hears=DEPLOYS)


@pytest.mark.parametrize("every", [1, 2, 3, 6])
async def test_whatever_is_sampled_the_thread_reads_the_same(crew: Crew, every: int) -> None:
    await see(crew, *STAGES[:-1:every], STAGES[-1])
    assert await keys(crew) == TOLD
    assert "succeeded" in await crew.card(LANE)


async def test_one_that_was_never_seen_before_its_end_is_told_whole(crew: Crew) -> None:
    await see(crew, STAGES[-1])
    assert await keys(crew) == TOLD


async def test_looked_at_twice_nothing_is_told_twice_nor_saved(crew: Crew) -> None:
    await see(crew, STAGES[3], STAGES[3])
    assert await keys(crew) == TOLD[:2]
    assert (await crew.tracked(STAGES[3])).revision == 1


async def test_what_is_over_stays_over(crew: Crew) -> None:
    await see(crew, STAGES[-1], STAGES[4])
    assert (await crew.tracked(QUEUED)).deployment.status == "succeeded"


@pytest.mark.parametrize("breath", range(1, 9))
@pytest.mark.parametrize("stage", [STAGES[-1], BROKEN], ids=["succeeded", "failed"])
async def test_killed_anywhere_the_next_look_tells_all_of_it_once(
    crew: Crew, breath: int, stage: Deployment
) -> None:
    await see(crew, STAGES[1])
    crew.pulumi.put(stage)
    crew.pulumi.step_logs["dev-7", 0, 1] = [LogLine(text="error: no")]
    with killed_at(breath) as life:
        await Observer(crew.mortal_context(life)).observe(stage, ALONE)
    await see(crew, stage)
    failed = stage is BROKEN
    assert await keys(crew) == (
        [*TOLD[:2], "dev-7:step:0:1:failed", "dev-7:ended:failed", "dev-7:failure"] if failed else TOLD
    )


async def test_a_save_that_somebody_overtook_says_nothing(crew: Crew) -> None:
    await see(crew, STAGES[1])
    crew.pulumi.meanwhile["step_log"] = lambda: see(crew, STAGES[3])
    await see(crew, BROKEN)
    assert await keys(crew) == TOLD[:2]
    await see(crew, BROKEN)
    assert (await keys(crew))[2:] == ["dev-7:step:0:1:failed", "dev-7:ended:failed", "dev-7:failure"]


async def test_a_list_knows_less_than_a_full_answer_and_takes_nothing_away(crew: Crew) -> None:
    full = replace(STAGES[1], branch="main", commit="1f0c9ab", changes={"create": 1}, requested_by="Ada")
    await see(crew, full)
    await see(crew, replace(STAGES[3], operation="", created=None, initiator="", jobs=()))
    after = (await crew.tracked(QUEUED)).deployment
    assert (after.branch, after.commit, after.changes, after.requested_by) == (
        "main",
        "1f0c9ab",
        {"create": 1},
        "Ada",
    )
    assert (after.operation, after.created, after.jobs) == ("update", full.created, full.jobs)


async def test_the_card_of_what_ended_says_what_it_changed(crew: Crew) -> None:
    crew.pulumi.changed["dev-7"] = {"create": 3, "same": 5}
    await see(crew, *STAGES[:-1])
    assert "changes" not in crew.pulumi.calls
    await see(crew, STAGES[-1], STAGES[-1])
    assert "3 created · 5 unchanged" in await crew.card(LANE)
    assert crew.pulumi.calls.count("changes") == 1


async def test_an_outcome_does_not_wait_for_what_it_changed(crew: Crew) -> None:
    crew.pulumi.refuse("changes", PulumiUnavailableError("busy"))
    await see(crew, *STAGES)
    assert "succeeded" in await crew.card(LANE)


async def test_a_queued_one_says_what_it_waits_for_until_it_does_not(crew: Crew) -> None:
    await see(crew, QUEUED, metadata=OrgMetadata(paused=False, paused_stacks=("web/dev",)))
    assert "the stack is paused" in await crew.card(LANE)
    await see(crew, QUEUED)
    assert "paused" not in await crew.card(LANE)


async def test_a_queued_one_says_which_deployment_is_before_it(crew: Crew) -> None:
    crew.pulumi.put(QUEUED)
    before = create_deployment(6)
    await Observer(crew.context).observe(QUEUED, Surroundings(OrgMetadata(paused=False), [QUEUED, before]))
    assert "Waiting for web/dev#6 to finish" in await crew.card(LANE)


async def test_in_a_paused_organisation_it_says_that(crew: Crew) -> None:
    await see(crew, QUEUED, metadata=OrgMetadata(paused=True))
    assert "the organisation acme is paused" in await crew.card(LANE)


@pytest.mark.parametrize("state", [RequestState.CREATING, RequestState.FAILED])
async def test_a_request_whose_answer_is_still_out_is_adopted(crew: Crew, state: RequestState) -> None:
    request = create_request(state, stack=DEV, problem="no answer" if state is RequestState.FAILED else "")
    await crew.state.add_request(request)
    made = crew.pulumi.land(DEV, "r-1", status="running")
    await see(crew, made)
    assert (await crew.request("r-1")).state is RequestState.CREATED
    assert await keys(crew, "r-1") == ["dev-1:started"]
    assert await crew.lanes() == ["r-1"]


@pytest.mark.parametrize("breath", range(1, 16))
async def test_killed_while_adopting_the_next_look_goes_on(crew: Crew, breath: int) -> None:
    await crew.state.add_request(create_request(RequestState.FAILED, stack=DEV, problem="no answer"))
    made = crew.pulumi.land(DEV, "r-1", status="running")
    with killed_at(breath) as life:
        await Observer(crew.mortal_context(life)).observe(made, ALONE)
    await see(crew, made)
    assert "deploy" in await crew.card("r-1") or "running" in await crew.card("r-1")
    assert await keys(crew, "r-1") == ["dev-1:started"]
    assert (await crew.request("r-1")).state is RequestState.CREATED


async def test_one_that_says_it_is_a_request_which_nobody_knows_is_told_as_started_elsewhere(
    crew: Crew,
) -> None:
    await see(crew, crew.pulumi.land(DEV, "forgotten", status="running", operation="update"))
    tracked = await crew.tracked(crew.pulumi.of(DEV)[0])
    assert (tracked.request_id, tracked.lanes) == ("", ((f"dev-1:{DEPLOYS}", DEPLOYS),))


async def test_a_request_that_is_known_to_run_is_followed_under_its_card(crew: Crew) -> None:
    """Its record was lost, its request was not."""
    await crew.state.add_request(create_request(RequestState.CREATED, stack=DEV))
    await see(crew, crew.pulumi.land(DEV, "r-1", status="running"))
    assert await keys(crew, "r-1") == ["dev-1:started"]


async def test_one_that_is_deleted_between_the_list_and_a_closer_look_is_let_go(crew: Crew) -> None:
    await Observer(crew.context).observe(QUEUED, ALONE)
    assert await crew.lanes() == []
    assert await crew.state.active("acme") == frozenset()


async def look_for(crew: Crew, life: Life | None = None) -> None:
    context = crew.mortal_context(life) if life else crew.context
    await Observer(context).look_for("acme", QUEUED.id, ALONE)


async def test_a_watched_one_that_no_list_holds_is_asked_for(crew: Crew) -> None:
    await crew.know(STAGES[1], channel=DEPLOYS)
    crew.pulumi.put(STAGES[-1])
    await look_for(crew)
    assert (await keys(crew))[-1] == "dev-7:ended:succeeded"


async def test_a_deleted_one_is_told_as_gone_and_let_go(crew: Crew) -> None:
    await crew.know(STAGES[1], channel=DEPLOYS)
    crew.pulumi.delete(STAGES[1])
    await look_for(crew)
    assert "no longer known to Pulumi" in await crew.card(LANE)
    assert await crew.state.active("acme") == frozenset()
    await look_for(crew)
    assert crew.pulumi.calls.count("get") == 1
    await see(crew, STAGES[4])
    assert (await crew.tracked(QUEUED)).gone


async def test_one_started_here_that_is_deleted_keeps_its_request_on_the_card(crew: Crew) -> None:
    request = create_request(RequestState.CREATED, stack=DEV)
    await crew.state.add_request(request)
    await crew.know(STAGES[1], channel=DEPLOYS, request=request)
    crew.pulumi.delete(STAGES[1])
    await look_for(crew)
    assert f"By <@{ADA}>" in await crew.card("r-1")


async def test_one_that_nobody_watches_is_not_looked_for(crew: Crew) -> None:
    await look_for(crew)
    assert crew.pulumi.calls == []


@pytest.mark.parametrize("error", [PulumiUnavailableError("down"), RateLimitedError("slow", retry_after=3)])
async def test_a_failed_look_is_no_proof_that_it_is_gone(crew: Crew, error: PulumiError) -> None:
    await crew.know(STAGES[1], channel=DEPLOYS)
    crew.pulumi.refuse("get", error)
    with pytest.raises(type(error)):
        await look_for(crew)
    assert not (await crew.tracked(QUEUED)).gone


async def test_a_404_says_gone(crew: Crew) -> None:
    await crew.know(STAGES[1], channel=DEPLOYS)
    crew.pulumi.refuse("get", NotFoundError("gone", status=404))
    await look_for(crew)
    assert (await crew.tracked(QUEUED)).gone
