"""What comes of a command: done, refused, failed or given up; the person hears it once. Its records: `test_runner_audit.py`."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.commands import Verb
from bot.domain.requests import RequestState
from bot.errors import (
    BadRequestError,
    ForbiddenError,
    PulumiError,
    PulumiUnavailableError,
    SlackError,
    StoreUnavailableError,
    UnauthorizedError,
)
from bot.ports import State
from bot.runner import Runner
from tests.bot.crew import Crew
from tests.builders import ADA, BEN, DEPLOYS, create_command, create_request
from tests.fakes import Killed

DEPLOY = create_command(Verb.DEPLOY)
PAUSE = create_command(Verb.PAUSE)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ForbiddenError("not yours", status=403), "does not let the bot's token do this (403): not yours"),
        (UnauthorizedError("who?", status=401), "renew PULUMI_ACCESS_TOKEN"),
        (PulumiUnavailableError("down"), "does not answer properly"),
    ],
)
async def test_a_failure_is_told_privately_with_the_name_that_the_log_has(
    crew: Crew, error: PulumiError, said: str
) -> None:
    crew.pulumi.refuse("pause", error)
    await crew.run(PAUSE)
    [reply] = await crew.replies()
    assert said in reply.message.text
    assert PAUSE.id in reply.message.text
    assert (reply.user, reply.channel) == (ADA, DEPLOYS)


async def test_what_slack_refuses_is_told_without_its_details(crew: Crew) -> None:
    crew.channels.errors = [SlackError("conversations.info", "missing_scope")]
    await crew.run(PAUSE)
    [said] = await crew.answers()
    assert "Something went wrong on my side" in said
    assert "missing_scope" not in said


async def test_what_its_card_tells_is_not_told_again(crew: Crew) -> None:
    crew.pulumi.refuse("create", BadRequestError("no settings", status=400))
    await crew.run(DEPLOY)
    assert await crew.answers() == []
    assert "no settings" in await crew.card(DEPLOY.id)


async def test_a_failure_before_there_is_a_card_is_told_privately(crew: Crew) -> None:
    crew.pulumi.refuse("metadata", PulumiUnavailableError("down"))
    await crew.run(DEPLOY)
    assert DEPLOY.id in (await crew.answers())[0]


async def test_a_failed_approval_is_told_on_the_requests_card(crew: Crew) -> None:
    await crew.state.add_request(create_request())
    crew.pulumi.refuse("create", BadRequestError("no settings", status=400))
    approve = create_command(Verb.APPROVE, "", user=BEN, request_id="r-1")
    await crew.run(approve)
    assert "no settings" in await crew.card("r-1")
    assert "starting now" in await crew.answer(approve)


@pytest.mark.parametrize("command", [DEPLOY, PAUSE, create_command(Verb.CANCEL), create_command(Verb.LOGS)])
async def test_without_redis_the_command_is_left_for_another_try(crew: Crew, command: Any) -> None:
    class Away:
        def __getattr__(self, name: str) -> object:
            async def gone(*_: object, **__: object) -> object:
                raise StoreUnavailableError("away")

            return gone

    away: State = Away()  # type: ignore[assignment]  # every call of it fails
    with pytest.raises(StoreUnavailableError):
        await Runner(replace(crew.context, state=away)).run(command)
    assert await crew.replies() == []


async def test_a_bug_is_left_for_another_try_too(crew: Crew) -> None:
    crew.pulumi.refuse("metadata", ValueError("a bug"))
    with pytest.raises(ValueError, match="a bug"):
        await crew.run(DEPLOY)
    await crew.run(DEPLOY)
    assert len(crew.pulumi.deployments) == 1


async def test_giving_up_is_told_with_the_name_that_the_log_has(crew: Crew) -> None:
    await Runner(crew.context).gave_up(DEPLOY)
    [said] = await crew.answers()
    assert "gave up" in said
    assert DEPLOY.id in said


async def test_giving_up_leaves_no_card_that_says_starting_for_ever(crew: Crew) -> None:
    crew.pulumi.lose("create", Killed())
    with pytest.raises(Killed):
        await crew.run(DEPLOY)
    await Runner(crew.context).gave_up(DEPLOY)
    request = await crew.request(DEPLOY.id)
    assert (request.state, request.unsure) == (RequestState.FAILED, True)
    assert "may have started" in await crew.card(DEPLOY.id)
    await crew.look()
    assert (await crew.request(DEPLOY.id)).state is RequestState.CREATED


async def test_giving_up_on_an_approval_ends_the_request_that_it_let_go(crew: Crew) -> None:
    await crew.state.add_request(create_request(RequestState.CREATING))
    await Runner(crew.context).gave_up(create_command(Verb.APPROVE, "", user=BEN, request_id="r-1"))
    assert "can't say whether this happened" in await crew.card("r-1")


async def test_giving_up_leaves_alone_what_became_a_deployment(crew: Crew) -> None:
    await crew.run(DEPLOY)
    await Runner(crew.context).gave_up(DEPLOY)
    assert (await crew.request(DEPLOY.id)).state is RequestState.CREATED


async def test_delivered_again_nothing_is_told_twice(crew: Crew) -> None:
    crew.pulumi.refuse("pause", ForbiddenError("no", status=403), ForbiddenError("no", status=403))
    await crew.run(PAUSE, PAUSE)
    await Runner(crew.context).gave_up(PAUSE)
    assert len(await crew.answers()) == 1
