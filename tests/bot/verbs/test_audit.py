"""Who may read the audit, what they see, and how they turn its pages."""

from __future__ import annotations

import time
from dataclasses import replace
from urllib.parse import parse_qs

import pytest

from bot.domain.audit import Entry
from bot.domain.audit_query import Query
from bot.domain.commands import Command, Surface, Verb
from bot.domain.rules import Policy
from bot.messages.message import Message
from tests.bot.crew import Crew
from tests.builders import ADA, BEN, CYD, DEV, PROD, TEAM, create_command


@pytest.fixture
async def office(crew: Crew) -> Crew:
    """Twelve records of Ada's, one of Ben's on production; the platform group (Cyd) reads everything."""
    await crew.state.add_stacks("acme", [DEV, PROD])
    crew.policy = Policy(readers=("@platform", BEN))
    crew.people.teams["@platform"] = {CYD}
    for number in range(1, 13):
        await crew.state.record(record(number))
    await crew.state.record(replace(record(13), user=BEN, stack=str(PROD)))
    return crew


def record(number: int) -> Entry:
    return Entry(
        id=f"c{number}",
        at=float(number),
        team=TEAM,
        user=ADA,
        verb="deploy",
        outcome="done",
        stack=str(DEV),
        version=number,
    )


def ask(user: str = CYD, stack: str = "", **more: object) -> Command:
    return create_command(
        Verb.AUDIT, stack, user=user, **{"id": f"audit-{user}-{len(str(more))}-{stack}", **more}
    )


async def told(crew: Crew, command: Command) -> Message:
    await crew.run(command)
    [reply] = [each for each in await crew.replies() if each.key == f"{command.id}:answer"]
    return reply.message


def versions(message: Message) -> list[int]:
    words = message.text.replace(":", " ").split()
    return [int(word.partition("#")[2]) for word in words if "#" in word and word.partition("#")[2].isdigit()]


def value(message: Message, label: str) -> dict[str, str]:
    [found] = [
        element["value"]
        for block in message.blocks
        if block["type"] == "actions"
        for element in block["elements"]
        if element["text"]["text"] == label
    ]
    return {key: values[0] for key, values in parse_qs(found).items()}


@pytest.mark.parametrize("user", [CYD, BEN])
async def test_readers_see_everything_newest_first(office: Crew, user: str) -> None:
    assert versions(await told(office, ask(user))) == [13, 12, 11, 10, 9, 8, 7, 6, 5, 4]


async def test_others_see_what_they_did_themselves_and_are_told_so(office: Crew) -> None:
    message = await told(office, ask(ADA))
    assert versions(message) == [12, 11, 10, 9, 8, 7, 6, 5, 4, 3]
    assert "[audit] readers" in str(message.blocks)


async def test_without_a_policy_everybody_sees_their_own_only(office: Crew) -> None:
    office.policy = Policy()
    assert versions(await told(office, ask(BEN))) == [13]


async def test_somebody_elses_records_are_refused_with_the_rule(office: Crew) -> None:
    command = ask(ADA, person=BEN)
    await office.run(command)
    assert "[audit] readers" in await office.answer(command)
    newest = (await office.state.audited(Query(user=ADA), count=1)).entries[0]
    assert (newest.outcome, newest.rule) == ("refused", "[audit] readers")


async def test_records_of_a_stack_of_a_person_and_of_oneself(office: Crew) -> None:
    office.people.names["@ben"] = BEN
    assert versions(await told(office, ask(stack="web/prod"))) == [13]
    assert versions(await told(office, ask(person="@ben"))) == [13]
    assert versions(await told(office, ask(ADA, person="me", stack="web/dev")))[0] == 12
    assert versions(await told(office, ask(person=ADA, stack="web/prod"))) == []


@pytest.mark.parametrize(
    ("changes", "said"), [({"person": "@nobody"}, "@nobody"), ({"stack": "web/nowhere"}, "nowhere")]
)
async def test_what_is_not_known_is_said(office: Crew, changes: dict[str, str], said: str) -> None:
    command = ask(**changes)
    await office.run(command)
    assert said in await office.answer(command)


async def test_pages_are_turned_by_buttons_and_permission_is_asked_for_anew(office: Crew) -> None:
    first = await told(office, ask(stack="web/dev"))
    older = value(first, "Older")
    turn = ask(stack=older["s"], place=older["a"])
    turn = replace(turn, origin=replace(turn.origin, surface=Surface.BUTTON))
    second = await told(office, turn)
    assert versions(second) == [2, 1]
    newer = value(second, "Newer")
    assert versions(await told(office, replace(turn, id="back", place=newer["a"]))) == [
        12,
        11,
        10,
        9,
        8,
        7,
        6,
        5,
        4,
        3,
    ]
    office.policy = Policy()
    assert versions(await told(office, replace(turn, id="no reader any more"))) == []


@pytest.mark.parametrize("place", ["<'; FLUSHALL", "x", "<1-1-1", ">" + "9" * 30 + "-0"])
async def test_an_altered_place_is_the_first_page(office: Crew, place: str) -> None:
    assert versions(await told(office, ask(place=place)))[0] == 13


async def test_since_leaves_out_what_is_older(office: Crew) -> None:
    office.clock.now = time.time() + 7200  # the store's own clock says when a record was made
    assert versions(await told(office, ask(lasts=3600.0))) == []
    assert versions(await told(office, ask(lasts=10_800.0)))[0] == 13
