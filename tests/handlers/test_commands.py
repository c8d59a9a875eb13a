"""Slash commands, typed by a person in a strict Slack and found in a real Redis."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest

from bot.domain.audit_query import Query
from bot.domain.commands import Surface, Verb
from bot.domain.deployments import Deployment
from bot.domain.options import Options, Variable
from bot.domain.overview import Overview
from bot.domain.stacks import StackRef
from tests.handlers.office import ANA, DEPLOYS, TEAM, Office

DEV = StackRef("acme", "web", "dev")


def deployment(**facts: object) -> Deployment:
    told = {"id": "d-1", "stack": DEV, "version": 41, "status": "running", "operation": "update"}
    return Deployment(**{**told, "created": datetime(2026, 3, 1, tzinfo=UTC), **facts})  # type: ignore[arg-type]


async def looked(office: Office) -> None:
    await office.state.add_stacks("acme", [DEV, StackRef("acme", "web", "prod")])
    await office.state.save_overview(Overview(org="acme", as_of=time.time(), active=(deployment(),)))


async def test_a_deploy_is_recorded_with_who_where_and_what_before_an_empty_ack(office: Office) -> None:
    answer = await office.type("deploy web/dev --branch main")
    assert (answer["status"], answer["body"]) == (200, "")
    (command,) = await office.recorded()
    assert (command.verb, command.stack, command.branch) == (Verb.DEPLOY, "web/dev", "main")
    origin = command.origin
    assert (origin.team, origin.channel, origin.user) == (TEAM, DEPLOYS, ANA)
    assert origin.surface is Surface.SLASH
    assert origin.response_url
    assert len(command.id) <= 24
    assert command.id.isalnum()
    assert abs(command.at - time.time()) < 60


async def test_the_same_signed_request_again_is_acknowledged_and_not_recorded_again(office: Office) -> None:
    await office.type("deploy web/dev")
    again = await office.act("replay", n=2)
    assert again["status"] == 200
    assert len(await office.recorded()) == 1


async def test_the_same_words_typed_twice_are_two_commands(office: Office) -> None:
    await office.type("deploy web/dev")
    await office.type("deploy web/dev")
    first, second = await office.recorded()
    assert first.id != second.id


@pytest.mark.parametrize("text", ["", "help", "--help"])
async def test_help_is_answered_at_once_to_that_person_only(office: Office, text: str) -> None:
    answer = await office.type(text)
    assert answer["body"]["response_type"] == "ephemeral"
    assert "/pulumi deploy web/dev" in answer["body"]["text"]
    assert await office.recorded() == []


@pytest.mark.parametrize(
    "text", ["depoly web/dev", "logs", "deploy web/dev --brnach x", "deploy " + "x" * 3000]
)
async def test_what_cannot_be_understood_is_refused_at_once_and_nothing_is_recorded(
    office: Office, text: str
) -> None:
    answer = await office.type(text)
    assert answer["status"] == 200
    assert answer["body"]["response_type"] == "ephemeral"
    assert await office.recorded() == []


@pytest.mark.parametrize("text", ["deploy payload/dev", "payload", "deploy web/dev --branch payload=1"])
async def test_the_word_payload_is_a_word_like_any_other(office: Office, text: str) -> None:
    assert (await office.type(text))["status"] == 200


async def test_status_before_the_first_look_says_so(office: Office) -> None:
    answer = await office.type("status")
    assert "not looked" in answer["body"]["text"]


async def test_status_tells_what_was_last_seen(office: Office) -> None:
    await looked(office)
    answer = await office.type("status")
    assert "web/dev#41" in answer["body"]["text"]
    assert await office.recorded() == []


async def test_status_of_an_unknown_stack_suggests_the_nearest(office: Office) -> None:
    await looked(office)
    answer = await office.type("status web/deb")
    assert "Did you mean web/dev?" in answer["body"]["text"]


async def test_status_of_what_can_be_no_stack_says_why(office: Office) -> None:
    await looked(office)
    assert "can't be the name of a stack" in (await office.type("status web//dev"))["body"]["text"]


async def test_status_of_one_deployment_speaks_of_it(office: Office) -> None:
    await looked(office)
    assert "web/dev#41" in (await office.type("status web/dev#41"))["body"]["text"]
    assert await office.recorded() == []


async def test_status_of_a_past_deployment_is_left_to_the_worker_who_can_ask(office: Office) -> None:
    await looked(office)
    assert (await office.type("status web/dev#7"))["body"] == ""
    (command,) = await office.recorded()
    assert (command.verb, command.stack, command.version) == (Verb.STATUS, "web/dev", 7)


async def test_what_a_deployment_differs_by_is_recorded(office: Office) -> None:
    await office.type("deploy web/dev --env REGION=eu-west-1 --no-inherit -m \u201cfix the login\u201d")
    (command,) = await office.recorded()
    assert command.options == Options(
        (Variable("REGION", "eu-west-1"),), inherit=False, message="fix the login"
    )


async def test_what_slack_escapes_is_recorded_as_it_was_typed(office: Office) -> None:
    await office.type("deploy web/dev --env QUERY=a=1&b=<2> -m fish & chips")
    (command,) = await office.recorded()
    assert command.options == Options((Variable("QUERY", "a=1&b=<2>"),), message="fish & chips")


async def test_a_secret_that_is_typed_is_refused_and_nothing_of_it_is_kept(office: Office) -> None:
    answer = await office.type("deploy web/dev --env DB_PASSWORD=hunter2-hunter2")
    assert "form" in answer["body"]["text"]
    assert "hunter2" not in str(answer["body"])
    assert await office.recorded() == []


async def test_a_pause_is_recorded_with_its_reason(office: Office) -> None:
    await office.type("pause web/dev \u2014 migration runs until five")
    await office.type("pause org Acme release freeze")
    stack, everything = await office.recorded()
    assert (stack.verb, stack.stack, stack.reason) == (Verb.PAUSE, "web/dev", "migration runs until five")
    assert (everything.verb, everything.stack, everything.reason) == (
        Verb.PAUSE_ORG,
        "acme",
        "release freeze",
    )


async def test_a_page_of_a_history_is_recorded(office: Office) -> None:
    await office.type("history web/dev failed --page 3")
    (command,) = await office.recorded()
    assert (command.verb, command.stack, command.status, command.page) == (
        Verb.HISTORY,
        "web/dev",
        "failed",
        3,
    )


async def test_logs_open_a_modal_at_once_and_the_command_knows_it(office: Office) -> None:
    assert (await office.type("logs web/dev"))["body"] == ""
    (view,) = (await office.workspace())["views"]
    (command,) = await office.recorded()
    assert command.origin.view_id == view["id"]
    assert command.verb is Verb.LOGS


@pytest.mark.parametrize(
    "fault", ["status:503", "html", "html:200", "reset", "drop", "ratelimited", "delay:2"]
)
async def test_logs_are_recorded_even_where_slack_opens_no_modal(office: Office, fault: str) -> None:
    await office.slack.post("/sandbox/faults", json=[{"match": "views.open", "fault": fault}])
    assert (await office.type("logs web/dev"))["status"] == 200
    (command,) = await office.recorded()
    assert command.origin.view_id == ""


async def test_without_redis_the_person_learns_that_nothing_was_recorded(
    office_without_redis: Office,
) -> None:
    answer = await office_without_redis.type("deploy web/dev")
    assert answer["status"] == 200
    assert answer["body"]["response_type"] == "ephemeral"
    assert "nothing was recorded" in answer["body"]["text"]


async def test_without_redis_a_log_modal_does_not_load_for_ever(office_without_redis: Office) -> None:
    await office_without_redis.type("logs web/dev")
    (view,) = (await office_without_redis.workspace())["views"]
    assert "nothing was recorded" in str(view["blocks"])


@pytest.mark.parametrize(
    ("text", "verb", "outcome", "rule"),
    [
        ("help", "help", "done", "default"),
        ("status", "status", "done", "default"),
        ("deplyo web/dev", "", "refused", ""),
        ("link pul-0123456789", "", "refused", ""),
    ],
)
async def test_what_is_answered_at_once_is_on_record_once(
    office: Office, text: str, verb: str, outcome: str, rule: str
) -> None:
    await office.type(text)
    await office.act("replay", n=3)
    [told] = (await office.state.audited(Query())).entries
    assert (told.user, told.verb, told.outcome, told.rule) == (ANA, verb, outcome, rule)
    assert "pul-0123456789" not in told.reason
