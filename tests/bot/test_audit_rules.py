"""Whatever a verb makes of a command, its one record names the rule that let it through or kept it out."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from bot.domain.audit import Entry
from bot.domain.audit_query import Query
from bot.domain.commands import Command, Verb
from bot.domain.links import Account, purpose
from bot.domain.quorum import Seat
from bot.domain.rules import OPERATIONS, Effect
from bot.errors import PulumiUnavailableError
from bot.verbs import ACTS
from tests.bot.crew import Crew
from tests.bot.domain.settings_samples import FULL
from tests.bot.verbs.settings_scene import VAULT, VIEW, WANTED, Modal, form
from tests.builders import (
    ADA,
    BEN,
    CYD,
    DEPLOYS,
    DEV,
    PROD,
    TEAM,
    create_command,
    create_deployment,
    create_policy,
    create_request,
    create_rule,
)

EVERYTHING = tuple(OPERATIONS.values())
LET = create_rule(Effect.ALLOW, *EVERYTHING, stacks="*/*/*", name="the team may")
NOBODY = create_rule(Effect.DENY, *EVERYTHING, stacks="*/*/*", name="hands off")
DEFAULT = "default"
MODAL: dict[str, Any] = {"view_id": VIEW}
SEALED = VAULT.seal("pul-ada", purpose=purpose(TEAM, ADA))

# What Ada does with everything in place, and the rule that her record names.
DONE: dict[Verb, tuple[Command, str]] = {
    Verb.DEPLOY: (create_command(Verb.DEPLOY), LET.name),
    Verb.PREVIEW: (create_command(Verb.PREVIEW), LET.name),
    Verb.REFRESH: (create_command(Verb.REFRESH), LET.name),
    Verb.DESTROY: (create_command(Verb.DESTROY, confirmed=True), LET.name),
    Verb.PAUSE: (create_command(Verb.PAUSE), LET.name),
    Verb.RESUME: (create_command(Verb.RESUME, "web/prod"), LET.name),
    Verb.PAUSE_ORG: (create_command(Verb.PAUSE_ORG, "acme", confirmed=True), LET.name),
    Verb.RESUME_ORG: (create_command(Verb.RESUME_ORG, "other", confirmed=True), LET.name),
    Verb.CANCEL: (create_command(Verb.CANCEL, confirmed=True), LET.name),
    Verb.LOCK: (create_command(Verb.LOCK), LET.name),
    Verb.UNLOCK: (create_command(Verb.UNLOCK, "web/prod"), LET.name),
    Verb.EDIT_SETTINGS: (create_command(Verb.EDIT_SETTINGS, **MODAL), LET.name),
    Verb.REVIEW_SETTINGS: (create_command(Verb.REVIEW_SETTINGS, **MODAL), LET.name),
    Verb.SAVE_SETTINGS: (create_command(Verb.SAVE_SETTINGS, **MODAL), LET.name),
    Verb.CLEAR_SETTINGS: (
        create_command(Verb.CLEAR_SETTINGS, confirmed=True, typed="web/dev", **MODAL),
        LET.name,
    ),
    Verb.APPROVE: (create_command(Verb.APPROVE, str(PROD), user=BEN, request_id="r-1"), "production"),
    Verb.REJECT: (
        create_command(Verb.REJECT, str(PROD), user=BEN, request_id="r-1", reason="no"),
        "production",
    ),
    Verb.WITHDRAW: (create_command(Verb.WITHDRAW, str(PROD), request_id="r-1"), "production"),
    Verb.AUDIT: (create_command(Verb.AUDIT, ""), "[audit] readers"),
    Verb.SETTINGS: (create_command(Verb.SETTINGS, **MODAL), DEFAULT),
    Verb.HISTORY: (create_command(Verb.HISTORY), DEFAULT),
    Verb.STATUS: (create_command(Verb.STATUS, version=1), DEFAULT),
    Verb.LOGS: (create_command(Verb.LOGS), DEFAULT),
    Verb.SEND_LOG: (create_command(Verb.SEND_LOG), DEFAULT),
    Verb.CAN: (create_command(Verb.CAN, person=BEN, about=Verb.DEPLOY), DEFAULT),
    Verb.LINK: (create_command(Verb.LINK, "", sealed=SEALED), DEFAULT),
    Verb.UNLINK: (create_command(Verb.UNLINK, ""), DEFAULT),
    Verb.WHOAMI: (create_command(Verb.WHOAMI, ""), DEFAULT),
}
DECIDED = [verb for verb, (_, rule) in DONE.items() if rule == LET.name]
# What the person who tries may not do, whatever the rules about operations say.
REFUSED = (
    (create_command(Verb.APPROVE, str(PROD), request_id="r-1"), "production"),
    (create_command(Verb.REJECT, str(PROD), user=CYD, request_id="r-1"), "production"),
    (create_command(Verb.WITHDRAW, str(PROD), user=BEN, request_id="r-1"), "production"),
    (create_command(Verb.AUDIT, "", user=BEN, person=ADA), "[audit] readers"),
    (create_command(Verb.UNLINK, "", user=CYD, person=BEN), LET.name),
    (create_command(Verb.STATUS, user="U0GONE"), "members only"),
)
# A card could not stand where these are asked for.
SPEAKING = [verb for verb in DECIDED if verb is not Verb.CANCEL]


@pytest.fixture
async def office(crew: Crew) -> Crew:
    """Something runs, something is paused, locked, waiting for votes, linked and filled in."""
    crew.vault, crew.orgs = VAULT, ("acme", "other")
    crew.policy = replace(create_policy(LET), readers=(ADA,))
    crew.pulumi.accounts["pul-ada"] = Account("ada", "", ("acme",))
    crew.pulumi.deployment_settings[DEV] = json.loads(json.dumps(FULL))
    crew.pulumi.paused.add(PROD)
    crew.pulumi.paused_orgs.add("other")
    await crew.know(create_deployment(1), create_deployment(2, "succeeded", stack=PROD))
    await crew.state.add_request(create_request(seats=(Seat(1, (BEN,)),)))
    crew.people.gone.add("U0GONE")
    return crew


async def prepared(office: Crew, verb: Verb) -> Command:
    """The command, once the same person has done what has to come before it."""
    command, _ = DONE[verb]
    match verb:
        case Verb.UNLOCK:
            await office.run(create_command(Verb.LOCK, "web/prod"))
        case Verb.UNLINK:
            await office.run(DONE[Verb.LINK][0])
        case Verb.REVIEW_SETTINGS:
            return replace(command, form=form(office, WANTED))
        case Verb.SAVE_SETTINGS:
            return replace(command, request_id=await Modal(office).review())
    return command


async def record_of(crew: Crew, command: Command) -> Entry:
    found = (await crew.state.audited(Query(), count=100)).entries
    [told] = [each for each in found if each.id == f"{command.id}:command"]
    return told


def test_no_verb_is_forgotten_here() -> None:
    assert DONE.keys() == ACTS.keys() - {Verb.HOME}
    assert {*DECIDED, Verb.SETTINGS, Verb.UNLINK} >= set(OPERATIONS.values())


@pytest.mark.parametrize("verb", DONE)
async def test_what_was_done_names_the_rule_that_let_it_through(office: Crew, verb: Verb) -> None:
    command = await prepared(office, verb)
    await office.run(command)
    told = await record_of(office, command)
    assert told.outcome not in {"refused", "failed"}, told
    assert told.rule == DONE[verb][1]


@pytest.mark.parametrize("verb", [Verb.DESTROY, Verb.CANCEL, Verb.PAUSE_ORG, Verb.LOCK, Verb.CLEAR_SETTINGS])
async def test_a_question_names_the_rule_that_lets_it_be_asked(office: Crew, verb: Verb) -> None:
    await office.run(create_command(Verb.LOCK, user=BEN))
    command = replace(DONE[verb][0], confirmed=False)
    await office.run(command)
    assert (await record_of(office, command)).rule == LET.name


@pytest.mark.parametrize("verb", DECIDED)
async def test_what_a_rule_refused_names_it(office: Crew, verb: Verb) -> None:
    command = await prepared(office, verb)
    office.policy = create_policy(NOBODY)
    await office.run(command)
    told = await record_of(office, command)
    assert (told.outcome, told.rule) == ("refused", NOBODY.name)


@pytest.mark.parametrize(("command", "rule"), REFUSED, ids=lambda each: getattr(each, "verb", None))
async def test_what_is_not_for_everybody_names_what_says_so(
    office: Crew, command: Command, rule: str
) -> None:
    await office.run(command)
    told = await record_of(office, command)
    assert (told.outcome, told.rule) == ("refused", rule)


@pytest.mark.parametrize("verb", SPEAKING)
async def test_what_was_let_through_and_then_refused_names_the_rule_as_well(office: Crew, verb: Verb) -> None:
    command = await prepared(office, verb)
    office.channels.outside.add(DEPLOYS)
    await office.run(command)
    told = await record_of(office, command)
    assert (told.outcome, told.rule) == ("refused", LET.name)


@pytest.mark.parametrize(("verb", "call"), [(Verb.PAUSE, "pause"), (Verb.CLEAR_SETTINGS, "clear_settings")])
async def test_what_was_let_through_and_then_failed_names_it_too(office: Crew, verb: Verb, call: str) -> None:
    office.pulumi.refuse(call, PulumiUnavailableError("down", status=503))
    command = DONE[verb][0]
    await office.run(command)
    told = await record_of(office, command)
    assert (told.outcome, told.rule) == ("failed", LET.name)


async def test_what_no_rule_was_asked_about_names_none(office: Crew) -> None:
    for verb in (Verb.HISTORY, Verb.LOCK, Verb.LOGS):
        command = create_command(verb, "web/nowhere", view_id=VIEW if verb is Verb.LOGS else "")
        await office.run(command)
        told = await record_of(office, command)
        assert (told.outcome, told.rule) == ("refused", "")
