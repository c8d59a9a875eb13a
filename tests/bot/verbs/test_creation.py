"""Exactly one deployment per request, whatever gets lost: nothing twice, nothing forgotten, and a card that says the truth."""

from __future__ import annotations

import asyncio

import pytest

from bot.domain.commands import Verb
from bot.domain.requests import RequestState
from bot.errors import (
    AnswerLostError,
    BadRequestError,
    ConflictError,
    ForbiddenError,
    NotFoundError,
    PulumiError,
    PulumiUnavailableError,
    RateLimitedError,
    UnauthorizedError,
)
from bot.verbs import creation
from tests.bot.crew import Crew
from tests.builders import (
    ADA,
    BEN,
    DEV,
    PROD,
    create_command,
    create_request,
)
from tests.fakes import Killed

DEPLOY = create_command(Verb.DEPLOY)


def lost(*, timed_out: bool = False) -> AnswerLostError:
    error = AnswerLostError("the connection broke", method="POST", path="/deployments")
    error.timed_out = timed_out
    return error


async def test_a_created_deployment_is_watched_under_its_requests_card(crew: Crew) -> None:
    await crew.run(DEPLOY)
    [made] = crew.pulumi.of(DEV)
    request, tracked = await crew.request(DEPLOY.id), await crew.tracked(made)
    assert (request.state, request.deployment_id, request.version) == (RequestState.CREATED, made.id, 1)
    assert (tracked.request_id, tracked.lanes) == (DEPLOY.id, ((DEPLOY.id, DEPLOY.origin.channel),))
    assert request.console_url == tracked.console_url == "https://app.pulumi.com/acme/web/dev/deployments/1"
    assert await crew.card(DEPLOY.id)


async def test_the_next_look_is_at_once(crew: Crew) -> None:
    crew.clock.now += 100
    await crew.run(DEPLOY)
    assert await crew.state.claim_due(crew.clock.now, lease=60) == "acme"


async def test_done_with_the_answer_lost_it_is_found_and_not_sent_again(crew: Crew) -> None:
    crew.pulumi.lose("create", lost())
    await crew.run(DEPLOY)
    assert crew.creates() == 1
    assert (await crew.request(DEPLOY.id)).state is RequestState.CREATED


async def test_cut_before_it_was_done_it_is_sent_again(crew: Crew) -> None:
    crew.pulumi.refuse("create", lost())
    await crew.run(DEPLOY)
    assert crew.creates() == 2
    assert len(crew.pulumi.of(DEV)) == 1


async def test_cut_again_and_again_the_card_says_so(crew: Crew) -> None:
    crew.pulumi.refuse("create", *[lost() for _ in range(creation.ATTEMPTS)])
    await crew.run(DEPLOY)
    assert crew.creates() == creation.ATTEMPTS
    assert "can't say whether this happened" in await crew.card(DEPLOY.id)
    assert "may have started" in await crew.card(DEPLOY.id)
    assert "could not be started" not in await crew.card(DEPLOY.id)


async def test_where_no_look_got_an_answer_it_is_not_sent_again(crew: Crew) -> None:
    """A look that failed proves nothing: the first create may have been carried out, and here it was."""
    crew.pulumi.lose("create", lost())
    crew.pulumi.refuse("find_request", *[PulumiUnavailableError("down") for _ in creation.LOOKS_AFTER_CUT])
    await crew.run(DEPLOY)
    assert crew.creates() == 1
    assert "can't say whether this happened" in await crew.card(DEPLOY.id)


async def test_a_500_that_no_look_could_tell_more_about_is_no_promise(crew: Crew) -> None:
    crew.pulumi.lose("create", PulumiUnavailableError("boom", status=500))
    crew.pulumi.refuse("find_request", *[PulumiUnavailableError("down") for _ in creation.LOOKS_AFTER_CUT])
    await crew.run(DEPLOY)
    assert "Nothing was started" not in await crew.card(DEPLOY.id)
    assert "can't say whether this happened" in await crew.card(DEPLOY.id)


async def test_a_look_that_fails_is_followed_by_one_that_may_do_better(crew: Crew) -> None:
    crew.pulumi.lose("create", lost())
    crew.pulumi.refuse("find_request", PulumiUnavailableError("down"))
    await crew.run(DEPLOY)
    assert (await crew.request(DEPLOY.id)).state is RequestState.CREATED


async def test_a_silent_service_is_never_sent_a_second_one(crew: Crew) -> None:
    crew.pulumi.refuse("create", lost(timed_out=True))
    await crew.run(DEPLOY)
    assert crew.creates() == 1
    assert crew.pulumi.calls.count("find_request") == len(creation.LOOKS_AFTER_SILENCE)
    assert (await crew.request(DEPLOY.id)).state is RequestState.FAILED


async def test_a_deployment_that_lands_after_all_is_adopted_by_the_poller(crew: Crew) -> None:
    crew.pulumi.refuse("create", lost(timed_out=True))
    await crew.run(DEPLOY)
    await crew.look()
    crew.pulumi.land(DEV, DEPLOY.id, operation="update")
    await crew.look()
    request = await crew.request(DEPLOY.id)
    assert (request.state, request.problem, request.version) == (RequestState.CREATED, "", 1)
    assert await crew.lanes() == [DEPLOY.id]
    assert "can't say" not in await crew.card(DEPLOY.id)


async def test_asked_for_a_pause_it_waits_and_sends_again(crew: Crew) -> None:
    crew.pulumi.refuse("create", RateLimitedError("slow down", retry_after=0))
    await crew.run(DEPLOY)
    assert crew.creates() == 2
    assert len(crew.pulumi.of(DEV)) == 1


async def test_what_another_worker_created_during_the_pause_is_not_created_again(crew: Crew) -> None:
    async def another_worker() -> None:
        crew.pulumi.land(DEV, DEPLOY.id, operation="update")

    crew.pulumi.meanwhile["create"] = another_worker
    crew.pulumi.refuse("create", RateLimitedError("slow down", retry_after=0))
    await crew.run(DEPLOY)
    assert crew.creates() == 1
    assert len(crew.pulumi.of(DEV)) == 1
    assert (await crew.request(DEPLOY.id)).state is RequestState.CREATED


async def test_asked_for_a_pause_too_often_the_card_says_so(crew: Crew) -> None:
    crew.pulumi.refuse(
        "create", *[RateLimitedError("slow down", retry_after=0) for _ in range(creation.ATTEMPTS)]
    )
    await crew.run(DEPLOY)
    assert crew.creates() == creation.ATTEMPTS
    assert "(429)" in await crew.card(DEPLOY.id)


async def test_a_pause_that_no_person_would_wait_for_is_told_at_once(crew: Crew) -> None:
    crew.pulumi.refuse("create", RateLimitedError("slow down", retry_after=creation.LONGEST_WAIT + 1))
    await crew.run(DEPLOY)
    assert crew.creates() == 1
    assert "Try again in 31 s" in await crew.card(DEPLOY.id)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (BadRequestError("no operation", status=400), "no operation"),
        (UnauthorizedError("who?", status=401), "access token (401)"),
        (ForbiddenError("not yours", status=403), "not yours"),
        (NotFoundError("no such stack", status=404), "no such stack"),
        (ConflictError("already going on", status=409), "already going on"),
        (PulumiUnavailableError("boom", status=500), "Nothing was started"),
    ],
    ids=lambda value: getattr(value, "status", ""),
)
async def test_a_refused_create_is_told_once_on_the_card(crew: Crew, error: PulumiError, said: str) -> None:
    crew.pulumi.refuse("create", error)
    await crew.run(DEPLOY, DEPLOY)
    assert crew.creates() == 1
    assert (await crew.request(DEPLOY.id)).state is RequestState.FAILED
    assert said in await crew.card(DEPLOY.id)
    assert await crew.answers() == []


async def test_a_500_that_did_the_work_is_found(crew: Crew) -> None:
    crew.pulumi.lose("create", PulumiUnavailableError("boom", status=500))
    await crew.run(DEPLOY)
    assert crew.creates() == 1
    assert (await crew.request(DEPLOY.id)).state is RequestState.CREATED


@pytest.mark.parametrize(
    "error",
    [PulumiUnavailableError("down"), RateLimitedError("slow down", retry_after=creation.LONGEST_WAIT + 1)],
    ids=["down", "429"],
)
async def test_after_a_crash_nothing_is_claimed_that_no_look_has_shown(
    crew: Crew, error: PulumiError
) -> None:
    """It may run already: "nothing was started, try again" would start it twice."""
    crew.pulumi.lose("create", Killed())
    with pytest.raises(Killed):
        await crew.run(DEPLOY)
    assert len(crew.pulumi.of(DEV)) == 1
    crew.pulumi.refuse("find_request", error)
    await crew.run(DEPLOY)
    assert "can't say whether this happened" in await crew.card(DEPLOY.id)
    await crew.look()
    assert (await crew.request(DEPLOY.id)).state is RequestState.CREATED
    assert crew.creates() == 1


async def test_found_by_the_poller_before_its_answer_it_is_one_deployment_with_one_card(crew: Crew) -> None:
    async def poll() -> None:
        crew.pulumi.land(DEV, DEPLOY.id, operation="update", status="running")
        await crew.look()

    crew.pulumi.meanwhile["create"] = poll
    crew.pulumi.refuse("create", lost())
    await crew.run(DEPLOY)
    assert len(crew.pulumi.of(DEV)) == 1
    assert await crew.lanes() == [DEPLOY.id]
    assert "running" in await crew.card(DEPLOY.id)


async def test_what_the_poller_found_is_no_failure_though_the_answer_never_came(crew: Crew) -> None:
    async def poll() -> None:
        crew.pulumi.land(DEV, DEPLOY.id, operation="update")
        await crew.look()

    crew.pulumi.meanwhile["create"] = poll
    crew.pulumi.refuse("create", lost())
    crew.pulumi.refuse("find_request", *[PulumiUnavailableError("down") for _ in range(9)])
    await crew.run(DEPLOY)
    assert (await crew.request(DEPLOY.id)).state is RequestState.CREATED
    assert await crew.answers() == []


async def test_adopting_overtakes_a_failure_that_was_noted_at_the_same_moment(crew: Crew) -> None:
    """The poller read CREATING, and the runner gave up before the poller could write CREATED."""
    request = create_request(RequestState.CREATING, id="r-1", stack=DEV)
    await crew.state.add_request(request)
    made = crew.pulumi.land(DEV, "r-1", operation="update")
    await creation.fail(crew.context, request, "no answer")
    await creation.adopt(crew.context, request, made)
    after = await crew.request("r-1")
    assert (after.state, after.problem) == (RequestState.CREATED, "")


async def test_adopting_twice_changes_and_says_nothing_more(crew: Crew) -> None:
    await crew.run(DEPLOY)
    [made] = crew.pulumi.of(DEV)
    request, tracked = await crew.request(DEPLOY.id), await crew.tracked(made)
    await creation.adopt(crew.context, request, made)
    assert await crew.request(DEPLOY.id) == request
    assert await crew.tracked(made) == tracked


async def test_a_stopped_creation_leaves_nothing_running(crew: Crew) -> None:
    """Work that goes on after its command was let go could create next to the redelivered one."""
    reached = asyncio.Event()

    async def hang() -> None:
        reached.set()
        await asyncio.Event().wait()

    crew.pulumi.meanwhile["create"] = hang
    task = asyncio.create_task(crew.run(DEPLOY))
    await reached.wait()
    before = asyncio.all_tasks()
    task.cancel()
    _, going_on = await asyncio.wait(before - {asyncio.current_task()}, timeout=1)
    assert not going_on
    assert await crew.state.request(DEPLOY.id)
    assert crew.pulumi.of(DEV) == []


async def test_a_redelivered_request_that_others_have_approved_is_left_to_them(crew: Crew) -> None:
    """Whoever cast the last vote creates it; the asking command, delivered again in between, would do it a second time."""
    asked = create_command(Verb.DEPLOY, "web/prod")
    request = create_request(RequestState.AWAITING, id=asked.id)
    await crew.state.add_request(request)
    approve = create_command(Verb.APPROVE, "", user=BEN, request_id=asked.id)

    async def redelivered() -> None:
        await crew.run(asked)

    crew.pulumi.meanwhile["create"] = redelivered
    await crew.run(approve)
    assert len(crew.pulumi.of(PROD)) == 1
    assert (await crew.request(asked.id)).requester == ADA
