"""deploy, preview, refresh, destroy: who may, where it is seen, and one request per command."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.commands import Verb
from bot.domain.requests import RequestState
from bot.domain.rules import Effect
from bot.domain.stacks import StackRef
from bot.errors import PulumiUnavailableError, SlackError
from bot.messages.message import Rank
from bot.runner import Runner
from tests.bot.crew import KEYS, Crew, buttons
from tests.builders import (
    ADA,
    BEN,
    DEPLOYS,
    DEV,
    PROD,
    START,
    create_command,
    create_policy,
    create_rule,
)
from tests.fakes import killed_at

DEPLOY = create_command(Verb.DEPLOY)
ASKS = create_policy(create_rule(Effect.APPROVE, Verb.DEPLOY, expires=3600.0, name="production"))
TO_PROD = create_command(Verb.DEPLOY, "acme/web/prod")


@pytest.mark.parametrize(
    ("verb", "operation"), [(Verb.DEPLOY, "update"), (Verb.PREVIEW, "preview"), (Verb.REFRESH, "refresh")]
)
async def test_each_verb_starts_its_operation(crew: Crew, verb: Verb, operation: str) -> None:
    await crew.run(create_command(verb, branch="main"))
    [made] = crew.pulumi.of(DEV)
    request = await crew.request(f"{verb.value}-by-{ADA}")
    assert (made.operation, made.branch, made.request_id) == (operation, "main", request.id)
    assert (request.requester, request.channel, request.branch) == (ADA, DEPLOYS, "main")


async def test_a_commit_is_passed_on(crew: Crew) -> None:
    await crew.run(replace(DEPLOY, commit="1f0c9ab"))
    assert crew.pulumi.of(DEV)[0].commit == "1f0c9ab"


async def test_a_command_delivered_twice_starts_one_deployment(crew: Crew) -> None:
    await crew.run(DEPLOY, DEPLOY)
    assert len(crew.pulumi.of(DEV)) == 1


async def test_two_commands_start_two(crew: Crew) -> None:
    await crew.run(DEPLOY, replace(DEPLOY, id="another"))
    assert len(crew.pulumi.of(DEV)) == 2


async def test_a_stack_that_nobody_deployed_yet_is_found_by_asking_pulumi(crew: Crew) -> None:
    new = StackRef("acme", "shop", "dev")
    crew.pulumi.stacks.add(new)
    await crew.run(create_command(Verb.DEPLOY, "shop/dev"))
    assert len(crew.pulumi.of(new)) == 1
    assert new in await crew.state.stacks("acme")


async def test_a_known_stack_is_not_asked_for(crew: Crew) -> None:
    await crew.state.add_stacks("acme", [DEV])
    await crew.run(create_command(Verb.DEPLOY, "dev"))
    assert "metadata" not in crew.pulumi.calls
    assert len(crew.pulumi.of(DEV)) == 1


async def test_an_unknown_stack_is_refused_with_what_may_have_been_meant(crew: Crew) -> None:
    await crew.state.add_stacks("acme", [DEV])
    await crew.run(create_command(Verb.DEPLOY, "web/dve"))
    assert await crew.answers() == ['I don\'t know a stack "web/dve". Did you mean web/dev?']


async def test_a_bare_name_that_nobody_knows_is_not_looked_up(crew: Crew) -> None:
    await crew.run(create_command(Verb.DEPLOY, "nope"))
    assert crew.pulumi.calls == []
    assert "nope" in (await crew.answers())[0]


async def test_an_ambiguous_name_is_refused_with_all_it_could_be(crew: Crew) -> None:
    await crew.state.add_stacks("acme", [DEV, StackRef("acme", "shop", "dev")])
    await crew.run(create_command(Verb.DEPLOY, "dev"))
    assert "shop/dev, web/dev" in (await crew.answers())[0]


async def test_stacks_of_all_organisations_are_known(crew: Crew) -> None:
    crew.orgs = ("acme", "umbrella")
    theirs = StackRef("umbrella", "labs", "dev")
    await crew.state.add_stacks("umbrella", [theirs])
    await crew.run(create_command(Verb.DEPLOY, "labs/dev"))
    assert len(crew.pulumi.of(theirs)) == 1


async def test_a_name_that_pulumi_cannot_be_asked_about_now_is_a_failure_with_an_id(crew: Crew) -> None:
    crew.pulumi.refuse("metadata", PulumiUnavailableError("down"))
    await crew.run(DEPLOY)
    [said] = await crew.answers()
    assert "does not answer properly" in said
    assert DEPLOY.id in said
    assert await crew.state.request(DEPLOY.id) is None


async def test_what_a_rule_denies_is_refused_and_nothing_is_created(crew: Crew) -> None:
    crew.policy = create_policy(create_rule(Effect.DENY, Verb.DEPLOY, stacks="*/*/dev", message="Frozen."))
    await crew.run(DEPLOY)
    assert (await crew.answers())[0].startswith("Frozen.")
    assert "create" not in crew.pulumi.calls
    assert await crew.state.request(DEPLOY.id) is None


async def test_from_a_channel_that_the_bot_is_not_in_nothing_is_created(crew: Crew) -> None:
    crew.channels.outside = {DEPLOYS}
    await crew.run(DEPLOY)
    assert "I'm not in this channel" in (await crew.answers())[0]
    assert "create" not in crew.pulumi.calls
    assert await crew.lanes() == []


async def test_where_slack_does_not_say_whether_the_bot_is_in_nothing_is_created(crew: Crew) -> None:
    crew.channels.errors = [SlackError("conversations.info", "")]
    await crew.run(DEPLOY)
    assert "create" not in crew.pulumi.calls
    assert DEPLOY.id in (await crew.answers())[0]


async def test_what_needs_an_approval_waits_for_it_in_the_channel(crew: Crew) -> None:
    crew.policy = ASKS
    crew.pulumi.stacks.add(PROD)
    await crew.run(TO_PROD)
    request = await crew.request(TO_PROD.id)
    assert (request.state, request.approvals_needed, request.rule) == (RequestState.AWAITING, 1, "production")
    assert request.expires_at == START.timestamp() + 3600
    assert buttons(await crew.tell(TO_PROD.id)) == ["Approve", "Reject", "Withdraw"]
    assert await crew.redis.zscore(KEYS.due[Rank.OUTCOME], TO_PROD.id) is not None
    assert "create" not in crew.pulumi.calls
    assert await crew.state.awaiting() == (request,)


async def test_an_approval_without_an_end_never_expires(crew: Crew) -> None:
    crew.policy = create_policy(create_rule(Effect.APPROVE, Verb.DEPLOY))
    crew.pulumi.stacks.add(PROD)
    await crew.run(TO_PROD)
    assert (await crew.request(TO_PROD.id)).expires_at == 0


@pytest.mark.parametrize("breath", range(1, 9))
async def test_killed_anywhere_a_request_that_waits_is_asked_for_once(crew: Crew, breath: int) -> None:
    crew.policy = ASKS
    crew.pulumi.stacks.add(PROD)
    with killed_at(breath) as life:
        await Runner(crew.mortal_context(life)).run(TO_PROD)
    await crew.run(TO_PROD)
    assert [request.id for request in await crew.state.awaiting()] == [TO_PROD.id]
    assert await crew.lanes() == [TO_PROD.id]


ALLOWED = create_policy(create_rule(Effect.ALLOW, Verb.DESTROY, stacks="*/*/*"))
DESTROY = create_command(Verb.DESTROY)


async def test_destroy_takes_a_rule(crew: Crew) -> None:
    await crew.run(replace(DESTROY, confirmed=True))
    assert "not allowed unless a rule says so" in (await crew.answers())[0]
    assert crew.pulumi.of(DEV) == []


async def test_destroy_asks_first(crew: Crew) -> None:
    crew.policy = ALLOWED
    await crew.run(DESTROY)
    [asked] = await crew.replies()
    assert "Destroy web/dev?" in asked.message.text
    assert buttons(asked.message) == ["Destroy everything", "Never mind"]
    assert crew.pulumi.of(DEV) == []
    assert await crew.state.request(DESTROY.id) is None


async def test_a_confirmed_destroy_runs(crew: Crew) -> None:
    crew.policy = ALLOWED
    await crew.run(replace(DESTROY, confirmed=True))
    assert crew.pulumi.of(DEV)[0].operation == "destroy"


async def test_a_destroy_from_where_its_card_could_not_stand_is_not_even_asked_about(crew: Crew) -> None:
    crew.policy = ALLOWED
    crew.channels.outside = {DEPLOYS}
    await crew.run(DESTROY)
    assert "I'm not in this channel" in (await crew.answers())[0]


async def test_only_the_one_who_asked_hears_a_refusal(crew: Crew) -> None:
    crew.channels.outside = {DEPLOYS}
    await crew.run(create_command(Verb.DEPLOY, user=BEN, response_url="https://hooks.slack.com/x"))
    [reply] = await crew.replies()
    assert (reply.user, reply.channel, reply.response_url) == (BEN, DEPLOYS, "https://hooks.slack.com/x")
    assert not reply.replace
