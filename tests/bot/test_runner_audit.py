"""Every command leaves one record, whatever becomes of it and however often it is delivered."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.audit import Entry
from bot.domain.audit_query import Query
from bot.domain.commands import Command, Verb
from bot.domain.rules import Effect
from bot.errors import PulumiUnavailableError
from bot.runner import Runner
from tests.bot.crew import Crew
from tests.bot.production import tick
from tests.builders import (
    ADA,
    BEN,
    CYD,
    DEV,
    PROD,
    create_command,
    create_deployment,
    create_policy,
    create_request,
    create_rule,
)
from tests.fakes import killed_at

DEPLOY = create_command(Verb.DEPLOY)
TO_PROD = create_command(Verb.DEPLOY, "acme/web/prod")
ASKS = create_policy(create_rule(Effect.APPROVE, Verb.DEPLOY, name="production", expires=3600.0))
APPROVE = create_command(Verb.APPROVE, str(PROD), user=BEN, request_id=TO_PROD.id)


async def records(crew: Crew) -> list[Entry]:
    """All of them, the oldest first."""
    return list((await crew.state.audited(Query(), count=100)).entries)[::-1]


async def outcomes(crew: Crew) -> list[tuple[str, str, str]]:
    return [(each.user, each.verb, each.outcome) for each in await records(crew)]


async def test_a_deployment_is_recorded_when_it_is_allowed_and_when_it_has_started(crew: Crew) -> None:
    await crew.run(DEPLOY, DEPLOY)
    allowed, started = await records(crew)
    assert (allowed.outcome, allowed.rule, allowed.stack, allowed.request_id) == (
        "allowed",
        "default",
        str(DEV),
        DEPLOY.id,
    )
    assert (started.outcome, started.version, started.deployment_id) == ("started", 1, "dev-1")


async def test_an_approved_deployment_tells_who_asked_and_who_approved(crew: Crew) -> None:
    crew.pulumi.stacks.add(PROD)
    crew.policy = ASKS
    await crew.run(TO_PROD, APPROVE, APPROVE)
    assert await outcomes(crew) == [
        (ADA, "deploy", "awaiting"),
        (BEN, "approve", "approved"),
        (ADA, "deploy", "started"),
    ]
    started = (await records(crew))[-1]
    assert (started.rule, started.approvers) == ("production", (BEN,))


@pytest.mark.parametrize(("user", "word"), [(BEN, "rejected"), (ADA, "withdrawn")])
async def test_a_rejection_is_told_with_its_reason(crew: Crew, user: str, word: str) -> None:
    await crew.state.add_request(create_request())
    await crew.run(create_command(Verb.REJECT, str(PROD), user=user, request_id="r-1", reason="not today"))
    [told] = await records(crew)
    assert (told.user, told.outcome, told.reason, told.request_id) == (user, word, "not today", "r-1")


async def test_a_refusal_is_told_with_its_rule(crew: Crew) -> None:
    crew.policy = create_policy(
        create_rule(Effect.DENY, Verb.DEPLOY, stacks="*/*/dev", name="hands off", message="No.")
    )
    await crew.run(DEPLOY, DEPLOY)
    [told] = await records(crew)
    assert (told.outcome, told.rule, told.reason, told.stack) == ("refused", "hands off", "No.", str(DEV))
    assert crew.pulumi.of(DEV) == []


async def test_a_refusal_without_a_rule_has_none(crew: Crew) -> None:
    await crew.run(create_command(Verb.DEPLOY, "web/nowhere"))
    [told] = await records(crew)
    assert (told.outcome, told.rule, told.stack) == ("refused", "", "web/nowhere")


async def test_a_failure_is_told_on_both_records(crew: Crew) -> None:
    crew.pulumi.refuse("create", *[PulumiUnavailableError("down", status=503)] * 3)
    await crew.run(DEPLOY)
    assert [(each.outcome, each.version) for each in await records(crew)] == [("allowed", 0), ("failed", 0)]


async def test_a_call_that_fails_is_told_with_the_services_words(crew: Crew) -> None:
    await crew.state.add_stacks("acme", [DEV])
    crew.pulumi.refuse("metadata", PulumiUnavailableError("down", method="GET", path="/x", status=503))
    await crew.run(create_command(Verb.PAUSE))
    [told] = await records(crew)
    assert (told.outcome, told.reason, told.stack) == ("failed", "GET /x answered 503: down", str(DEV))


async def test_what_expires_is_told(crew: Crew) -> None:
    await crew.state.add_request(create_request())
    for _ in range(2):
        await tick(crew, after=7200)
    assert await outcomes(crew) == [(ADA, "deploy", "expired")]


async def test_a_question_is_not_yet_an_act(crew: Crew) -> None:
    running = create_deployment(3, stack=DEV)
    await crew.know(running, request=create_request(id="r-2"), channel="C0DEPLOYS")
    await crew.state.add_request(create_request(id="r-2"))
    cancel = create_command(Verb.CANCEL)
    await crew.run(cancel, replace(cancel, id="sure", confirmed=True, deployment_id=running.id))
    asked, done = await records(crew)
    assert (asked.outcome, done.outcome, done.deployment_id, done.version) == ("asked", "done", running.id, 3)


async def test_a_command_that_was_given_up_is_told(crew: Crew) -> None:
    await Runner(crew.context).gave_up(DEPLOY)
    assert await outcomes(crew) == [(ADA, "deploy", "buried")]


async def test_looking_at_ones_own_page_is_no_act(crew: Crew) -> None:
    await crew.run(create_command(Verb.HOME, ""))
    assert await records(crew) == []


@pytest.mark.parametrize("breath", range(1, 40))
async def test_a_worker_killed_at_any_moment_leaves_each_record_once(crew: Crew, breath: int) -> None:
    crew.pulumi.stacks.add(PROD)
    crew.policy = ASKS
    await crew.run(TO_PROD)
    with killed_at(breath) as life:
        await Runner(crew.mortal_context(life)).run(APPROVE)
    for command in (APPROVE, APPROVE):
        await Runner(crew.context).run(command)
    assert await outcomes(crew) == [
        (ADA, "deploy", "awaiting"),
        (BEN, "approve", "approved"),
        (ADA, "deploy", "started"),
    ]


@pytest.mark.parametrize("command", [DEPLOY, create_command(Verb.PAUSE)], ids=["deploy", "pause"])
@pytest.mark.parametrize("breath", range(1, 26))
async def test_a_command_killed_at_any_moment_has_one_record(
    crew: Crew, breath: int, command: Command
) -> None:
    with killed_at(breath) as life:
        await Runner(crew.mortal_context(life)).run(command)
    await Runner(crew.context).run(command)
    told = [each for each in await records(crew) if each.id == f"{command.id}:command"]
    assert len(told) == 1


async def test_a_second_person_leaves_a_record_of_their_own(crew: Crew) -> None:
    await crew.run(create_command(Verb.PAUSE), create_command(Verb.PAUSE, user=CYD))
    assert await outcomes(crew) == [(ADA, "pause", "done"), (CYD, "pause", "refused")]
