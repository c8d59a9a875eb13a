"""A token is forgotten by whose it is, and by those whom a rule lets: of somebody who left, the login is free again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.audit import Entry
from bot.domain.audit_query import Query
from bot.domain.commands import Command, Verb
from bot.domain.links import Link
from bot.domain.rules import Effect
from bot.runner import Runner
from tests.bot.crew import Crew
from tests.builders import ADA, BEN, CYD, START, TEAM, create_command, create_policy, create_rule
from tests.fakes import killed_at

LETS = create_rule(Effect.ALLOW, Verb.UNLINK, stacks="*/*/*", name="administrators", who=(CYD,))
OWN = create_command(Verb.UNLINK, "")
ADAS = create_command(Verb.UNLINK, "", user=CYD, person=ADA)


@pytest.fixture
async def office(crew: Crew) -> Crew:
    """Ada is linked; Cyd may unlink her."""
    crew.policy = create_policy(LETS)
    crew.people.names["@ada"] = ADA
    await crew.state.add_link(Link(TEAM, ADA, "ada", "sealed", START.timestamp()))
    return crew


async def records(crew: Crew) -> list[Entry]:
    return list((await crew.state.audited(Query(), count=100)).entries)[::-1]


async def answer(crew: Crew, command: Command) -> str:
    await crew.run(command)
    return await crew.answer(command)


async def notices(crew: Crew) -> list[tuple[str, str, str]]:
    """Who was told in person."""
    return [
        (each.user, each.channel, each.message.text)
        for each in await crew.replies()
        if each.key.endswith(":notice")
    ]


@pytest.mark.parametrize("person", ["", "me", ADA, "@ada"])
async def test_ones_own_is_forgotten_without_a_rule_and_said_once(office: Crew, person: str) -> None:
    office.policy = create_policy()
    unlink = replace(OWN, person=person)
    assert "Your token is forgotten" in await answer(office, unlink)
    await office.run(unlink)
    assert "linked no Pulumi login" in await answer(office, replace(unlink, id="again"))
    assert await office.state.link_of(ADA) is None
    assert [(each.outcome, each.rule) for each in await records(office)] == [
        ("unlinked", "default"),
        ("refused", ""),
    ]


@pytest.mark.parametrize("person", [ADA, "@ada"])
async def test_whom_a_rule_lets_unlinks_somebody_who_is_told(office: Crew, person: str) -> None:
    said = await answer(office, replace(ADAS, person=person))
    assert "token of <@U0ADA> is forgotten; they are no longer ada" in said
    assert await office.state.link_of(ADA) is None
    [(user, channel, told)] = await notices(office)
    assert (user, channel) == (ADA, "")  # in a direct message
    assert "<@U0CYD> unlinked you" in told
    [record] = await records(office)
    assert (record.user, record.outcome, record.rule) == (CYD, "unlinked", "administrators")
    assert record.reason == "U0ADA was ada on Pulumi"


async def test_the_login_of_somebody_who_left_is_free_again_and_nobody_is_told(office: Crew) -> None:
    office.people.gone.add(ADA)
    bens = Link(TEAM, BEN, "ada", "sealed", START.timestamp())
    assert not await office.state.add_link(bens)
    assert "forgotten" in await answer(office, ADAS)
    assert await notices(office) == []
    assert await office.state.add_link(bens)


async def test_whom_no_rule_lets_is_shown_the_one_that_would(office: Crew) -> None:
    office.policy = create_policy()
    said = await answer(office, ADAS)
    assert "Nobody may unlink somebody else from here unless a rule says so." in said
    assert 'operations = ["unlink"]' in said
    assert await office.state.link_of(ADA) is not None
    assert [(each.outcome, each.rule) for each in await records(office)] == [("refused", "default")]


async def test_whom_the_rule_does_not_name_is_refused_by_it(office: Crew) -> None:
    said = await answer(office, create_command(Verb.UNLINK, "", user=BEN, person=ADA))
    assert "may unlink somebody else" in said
    assert await office.state.link_of(ADA) is not None
    assert [(each.user, each.outcome, each.rule) for each in await records(office)] == [
        (BEN, "refused", "administrators")
    ]


async def test_every_organisation_has_to_let_it(office: Crew) -> None:
    office.orgs = ("acme", "globex")
    office.policy = create_policy(replace(LETS, stacks=create_rule(Effect.ALLOW, stacks="acme/*/*").stacks))
    assert 'stacks = ["globex' in await answer(office, ADAS)
    assert await office.state.link_of(ADA) is not None


async def test_who_is_not_linked_or_not_known_is_said(office: Crew) -> None:
    assert "have linked no Pulumi login: <@U0BEN>" in await answer(office, replace(ADAS, id="b", person=BEN))
    assert "don't know anybody who goes by @eve" in await answer(office, replace(ADAS, id="e", person="@eve"))


@pytest.mark.parametrize("breath", range(1, 30))
async def test_killed_at_any_moment_it_is_done_and_told_once(office: Crew, breath: int) -> None:
    with killed_at(breath) as life:
        await Runner(office.mortal_context(life)).run(ADAS)
    await office.run(ADAS)
    assert await office.state.link_of(ADA) is None
    assert await office.state.add_link(Link(TEAM, BEN, "ada", "sealed", START.timestamp()))
    assert [each.outcome for each in await records(office)] == ["unlinked"]
    assert len(await notices(office)) == 1
    assert "is forgotten" in await office.answer(ADAS)
