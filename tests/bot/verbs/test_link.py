"""Commands run as the person who linked a login, or not at all; nobody becomes somebody else."""

from __future__ import annotations

from dataclasses import replace

import pytest
from cryptography.fernet import Fernet
from redis.asyncio import Redis

from bot.domain.audit import Entry
from bot.domain.audit_query import Query
from bot.domain.commands import Command, Verb
from bot.domain.links import Account, purpose
from bot.domain.requests import RequestState
from bot.domain.rules import Effect
from bot.runner import Runner
from bot.vault import Vault
from bot.verbs.identity import secrets_of
from tests.bot.crew import Crew
from tests.builders import ADA, BEN, CYD, DEV, PROD, TEAM, create_command, create_policy, create_rule

VAULT = Vault((Fernet.generate_key().decode(),))
TOKENS = {
    "pul-ada": Account("ada", "Ada Lovelace", ("acme",)),
    "pul-ben": Account("ben", "", ("Acme", "other")),
}
DEPLOY = create_command(Verb.DEPLOY)
TO_PROD = create_command(Verb.DEPLOY, "acme/web/prod")
ASKS = create_policy(create_rule(Effect.APPROVE, Verb.DEPLOY, name="production", expires=3600.0))


def link(token: str, *, user: str = ADA, sealed_for: str = "") -> Command:
    sealed = VAULT.seal(token, purpose=purpose(TEAM, sealed_for or user))
    return create_command(Verb.LINK, "", user=user, id=f"link-{token[4:]}-{user}", sealed=sealed)


@pytest.fixture
def office(crew: Crew) -> Crew:
    crew.vault = VAULT
    crew.pulumi.accounts |= TOKENS
    crew.pulumi.stacks.add(PROD)
    return crew


async def records(crew: Crew) -> list[Entry]:
    return list((await crew.state.audited(Query(), count=100)).entries)[::-1]


async def answer(crew: Crew, command: Command) -> str:
    await crew.run(command)
    return await crew.answer(command)


async def test_a_linked_persons_commands_run_with_their_token_and_the_card_says_so(office: Crew) -> None:
    assert "linked as ada" in await answer(office, link("pul-ada"))
    office.pulumi.acts.clear()
    await office.run(DEPLOY)
    assert {owner for _, owner in office.pulumi.acts} == {"ada"}
    assert "(as ada on Pulumi)" in await office.card(DEPLOY.id)
    assert [(each.outcome, each.identity) for each in await records(office)][1:] == [
        ("allowed", "ada"),
        ("started", "ada"),
    ]


async def test_everybody_elses_run_with_the_bots(office: Crew) -> None:
    await office.run(link("pul-ada"), replace(DEPLOY, id="bens", origin=replace(DEPLOY.origin, user=BEN)))
    assert office.pulumi.acts[-1][1] == ""
    assert (await records(office))[-1].identity == "service"
    assert "on Pulumi" not in await office.card("bens")


async def test_what_ben_lets_go_runs_as_ada_who_asked(office: Crew) -> None:
    office.policy = ASKS
    await office.run(link("pul-ada"), link("pul-ben", user=BEN), TO_PROD)
    await office.run(create_command(Verb.APPROVE, str(PROD), user=BEN, request_id=TO_PROD.id))
    assert ("create", "ada") in office.pulumi.acts
    assert office.pulumi.people == [(ADA, (BEN,))]


async def test_what_was_asked_for_with_the_bots_token_runs_with_it(office: Crew) -> None:
    office.policy = ASKS
    await office.run(TO_PROD, link("pul-ada"))
    await office.run(create_command(Verb.APPROVE, str(PROD), user=BEN, request_id=TO_PROD.id))
    assert ("create", "") in office.pulumi.acts


async def test_what_was_asked_for_as_ada_does_not_run_once_she_unlinked(office: Crew) -> None:
    office.policy = ASKS
    await office.run(link("pul-ada"), TO_PROD, create_command(Verb.UNLINK, ""))
    await office.run(create_command(Verb.APPROVE, str(PROD), user=BEN, request_id=TO_PROD.id))
    assert (await office.request(TO_PROD.id)).state is RequestState.FAILED
    assert "no longer linked" in await office.card(TO_PROD.id)
    assert office.pulumi.of(PROD) == []


async def test_a_revoked_token_is_told_and_nothing_falls_back_to_the_bots(office: Crew) -> None:
    await office.run(link("pul-ada"))
    del office.pulumi.accounts["pul-ada"]
    pause = create_command(Verb.PAUSE, "web/dev")
    said = await answer(office, pause)
    assert "no longer accepts the token that was linked as ada" in said
    assert "unlink" in said
    assert office.pulumi.paused == set()
    assert [(each.outcome, each.identity) for each in await records(office)][1:] == [("refused", "ada")]


async def test_a_token_revoked_between_asking_and_running_fails_on_the_card(office: Crew) -> None:
    office.policy = ASKS
    await office.run(link("pul-ada"), TO_PROD)
    del office.pulumi.accounts["pul-ada"]
    await office.run(create_command(Verb.APPROVE, str(PROD), user=BEN, request_id=TO_PROD.id))
    assert "no longer accepts the token" in await office.card(TO_PROD.id)
    assert office.pulumi.of(PROD) == []


async def test_a_token_that_no_key_opens_is_told(office: Crew) -> None:
    await office.run(link("pul-ada"))
    office.vault = Vault((Fernet.generate_key().decode(),))
    assert "can't be read any more" in await answer(office, DEPLOY)
    assert office.pulumi.of(DEV) == []


@pytest.mark.parametrize("other", [BEN, CYD])
async def test_a_login_that_is_linked_is_not_taken_over(office: Crew, other: str) -> None:
    await office.run(link("pul-ada"))
    assert "linked to somebody else" in await answer(office, link("pul-ada", user=other))
    assert await office.state.link_of(other) is None


async def test_a_second_login_needs_an_unlink_first(office: Crew) -> None:
    await office.run(link("pul-ada"))
    assert "linked as ada already" in await answer(office, link("pul-ben"))


async def test_the_same_login_renews_its_token(office: Crew) -> None:
    office.pulumi.accounts["pul-new"] = TOKENS["pul-ada"]
    await office.run(link("pul-ada"))
    assert "new token" in await answer(office, link("pul-new"))


async def test_what_was_sealed_for_somebody_else_links_nothing(office: Crew) -> None:
    assert "can't read" in await answer(office, link("pul-ada", user=BEN, sealed_for=ADA))
    assert "whoami" not in office.pulumi.calls


async def test_a_record_moved_to_somebody_else_does_not_open(office: Crew, redis: Redis) -> None:
    await office.run(link("pul-ada"))
    body = await redis.hget("qd:{T1}:link:U0ADA", "body")
    assert body is not None
    await redis.hset("qd:{T1}:link:U0BEN", "body", body)
    stolen = create_command(Verb.DEPLOY, user=BEN)
    assert "can't be read" in await answer(office, stolen)


@pytest.mark.parametrize(
    ("token", "said"),
    [("pul-none", "does not know this token"), ("pul-far", "in no organisation that I work for")],
)
async def test_a_strangers_or_unknown_token_is_refused(office: Crew, token: str, said: str) -> None:
    office.pulumi.accounts["pul-far"] = Account("far", "", ("elsewhere",))
    assert said in await answer(office, link(token))
    assert await office.state.link_of(ADA) is None


async def test_whoami_tells_as_whom_commands_run(office: Crew) -> None:
    asked = create_command(Verb.WHOAMI, "")
    assert "linked no Pulumi login" in await answer(office, asked)
    await office.run(link("pul-ada"))
    assert "run as ada (Ada Lovelace) on Pulumi" in await answer(office, replace(asked, id="second"))
    del office.pulumi.accounts["pul-ada"]
    assert "no longer accepted" in await answer(office, replace(asked, id="third"))
    office.vault = Vault((Fernet.generate_key().decode(),))
    assert "no longer accepted" in await answer(office, replace(asked, id="fourth"))


async def test_a_login_is_the_same_however_it_is_written(office: Crew) -> None:
    office.policy = ASKS
    await office.run(link("pul-ada"), TO_PROD)
    office.pulumi.accounts["pul-new"] = replace(TOKENS["pul-ada"], login="Ada")
    assert "new token" in await answer(office, link("pul-new"))
    assert "run as Ada" in await answer(office, create_command(Verb.WHOAMI, "", id="who"))
    office.pulumi.accounts["pul-new"] = TOKENS["pul-ada"]
    assert "no longer accepted" not in await answer(office, create_command(Verb.WHOAMI, "", id="again"))
    await office.run(create_command(Verb.APPROVE, "", user=BEN, request_id=TO_PROD.id))
    assert (await office.request(TO_PROD.id)).state is RequestState.CREATED


async def test_somebody_who_left_is_refused_whatever_they_ask(office: Crew) -> None:
    office.people.gone.add(ADA)
    await office.run(DEPLOY)
    assert office.pulumi.calls == []
    assert [(each.outcome, each.rule) for each in await records(office)] == [("refused", "members only")]


async def test_no_token_is_kept_in_the_clear_or_told(office: Crew, redis: Redis) -> None:
    await office.run(link("pul-ada"), DEPLOY, create_command(Verb.WHOAMI, ""))
    kept = b"".join([await redis.dump(key) or b"" async for key in redis.scan_iter("*")])
    assert b"pul-ada" not in kept
    assert "pul-ada" not in str(await office.answers())
    assert "pul-ada" not in repr(Runner(office.context)._context.state)


async def test_the_token_of_the_one_who_asked_is_in_no_excerpt(office: Crew) -> None:
    await office.run(link("pul-ada"), DEPLOY)
    request = await office.request(DEPLOY.id)
    assert "pul-ada" in await secrets_of(office.context, request)
    assert await secrets_of(office.context, None) == office.context.secrets
    await office.run(create_command(Verb.UNLINK, ""))
    assert "pul-ada" not in await secrets_of(office.context, request)
