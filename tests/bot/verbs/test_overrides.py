"""What a deployment does differently reaches Pulumi, and nobody else."""

from __future__ import annotations

from dataclasses import replace

import pytest
from cryptography.fernet import Fernet

from bot.domain.commands import Verb
from bot.domain.options import SEALED_AS, Options, Variable
from bot.domain.requests import RequestState
from bot.domain.rules import Effect
from bot.errors import PulumiUnavailableError
from bot.runner import Runner
from bot.vault import Vault
from bot.verbs.overrides import overrides
from tests.bot.crew import Crew
from tests.builders import DEV, PROD, create_command, create_policy, create_rule

VAULT = Vault((Fernet.generate_key().decode(),))
SEALED = VAULT.seal("hunter2", purpose=SEALED_AS)
OPTIONS = Options(
    (Variable("REGION", "eu-west-1"), Variable("TOKEN", SEALED, is_sealed=True)),
    inherit=False,
    message="fix the login",
)
DEPLOY = create_command(Verb.DEPLOY, options=OPTIONS)
SENT = {"operationContext": {"environmentVariables": {"REGION": "eu-west-1", "TOKEN": {"secret": "hunter2"}}}}


async def run(crew: Crew, vault: Vault, *commands: object) -> None:
    for command in commands:
        await Runner(replace(crew.context, vault=vault)).run(command)  # type: ignore[arg-type]  # a Command each


async def everything(crew: Crew) -> str:
    """All that is in Redis, as text."""
    found = []
    async for key in crew.redis.scan_iter("*"):
        kind = await crew.redis.execute_command("TYPE", key)  # type: ignore[no-untyped-call]  # redis has no types for it
        read = {b"hash": crew.redis.hgetall, b"string": crew.redis.get}.get(kind)
        found.append(str(await read(key)) if read else "")
    return "".join(found)


async def test_variables_secrets_and_the_message_reach_pulumi(crew: Crew) -> None:
    await run(crew, VAULT, DEPLOY)
    assert crew.pulumi.asked == [{"settings": SENT, "inherit": False, "message": "fix the login"}]
    assert "hunter2" not in await everything(crew)
    assert "TOKEN" in await crew.card(DEPLOY.id)


async def test_without_options_nothing_is_overridden(crew: Crew) -> None:
    await run(crew, VAULT, create_command(Verb.DEPLOY))
    assert crew.pulumi.asked == [{"settings": None, "inherit": True, "message": ""}]
    assert overrides(Options(inherit=False), VAULT) is None


@pytest.mark.parametrize(
    ("vault", "words"),
    [(Vault(()), "ENCRYPTION_KEY"), (Vault((Fernet.generate_key().decode(),)), "can't be read any more")],
)
async def test_a_secret_that_can_not_be_opened_starts_nothing_and_the_card_says_why(
    crew: Crew, vault: Vault, words: str
) -> None:
    await run(crew, vault, DEPLOY)
    request = await crew.request(DEPLOY.id)
    assert request.state is RequestState.FAILED
    assert words in await crew.card(DEPLOY.id)
    assert crew.pulumi.of(DEV) == []


async def test_again_takes_over_what_the_request_had(crew: Crew) -> None:
    await run(crew, VAULT, DEPLOY, create_command(Verb.DEPLOY, id="again", request_id=DEPLOY.id))
    first, second = crew.pulumi.asked
    assert first == second


async def test_another_stacks_secrets_are_not_taken_over(crew: Crew) -> None:
    crew.pulumi.stacks.add(PROD)
    await run(crew, VAULT, DEPLOY)
    await run(crew, VAULT, create_command(Verb.DEPLOY, "acme/web/prod", id="other", request_id=DEPLOY.id))
    assert crew.pulumi.asked[1]["settings"] is None


async def test_a_start_that_fails_before_its_card_is_told_although_it_borrows_from_one_that_ran(
    crew: Crew,
) -> None:
    await run(crew, VAULT, DEPLOY)
    crew.pulumi.refuse("metadata", PulumiUnavailableError("down", status=503))
    await run(crew, VAULT, create_command(Verb.DEPLOY, "acme/new/dev", id="again", request_id=DEPLOY.id))
    assert "again" in (await crew.answers())[-1]


async def test_the_answer_to_are_you_sure_takes_over_what_was_asked(crew: Crew) -> None:
    crew.policy = create_policy(create_rule(Effect.ALLOW, Verb.DESTROY, stacks="*/*/dev"))
    asked = create_command(Verb.DESTROY, options=OPTIONS)
    await run(crew, VAULT, asked)
    [reply] = await crew.replies()
    assert f"r={asked.id}" in str(reply.message.blocks)
    assert crew.pulumi.asked == []
    await run(crew, VAULT, create_command(Verb.DESTROY, id="yes", request_id=asked.id, confirmed=True))
    assert crew.pulumi.asked == [{"settings": SENT, "inherit": False, "message": "fix the login"}]


@pytest.mark.parametrize("verb", [Verb.DEPLOY, Verb.DESTROY])
async def test_what_was_to_differ_and_is_no_longer_known_starts_nothing(crew: Crew, verb: Verb) -> None:
    crew.policy = create_policy(create_rule(Effect.ALLOW, Verb.DESTROY, stacks="*/*/dev"))
    await run(crew, VAULT, create_command(verb, id="yes", request_id="long-ago", confirmed=True))
    assert "no longer on record" in (await crew.answers())[0]
    assert crew.pulumi.of(DEV) == []
