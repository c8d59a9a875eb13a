"""The modal in which a stack's name is typed, and what typed commands say of reasons and locks."""

from __future__ import annotations

import pytest

from bot.domain.audit_query import Query
from bot.domain.commands import Command, Origin, Surface, Verb
from bot.domain.stacks import StackRef
from bot.messages import confirmations
from bot.messages.actions import Press
from tests.handlers.office import ANA, DEPLOYS, Office

PROD = StackRef("acme", "web", "prod")
ASKED = Command(
    "c1", Verb.DESTROY, Origin("T1", DEPLOYS, ANA, Surface.SLASH), stack="web/prod", reason="moved"
)


async def opened(office: Office) -> str:
    """The modal on Ana's screen."""
    ts = await office.post(confirmations.ask_to_type(ASKED, PROD))
    await office.press(ts, "qd:destroy:type")
    (view,) = (await office.workspace())["views"]
    return str(view["id"])


def name(text: str) -> dict[str, dict[str, str]]:
    return {confirmations.NAME: {confirmations.NAME: text}}


async def test_a_typed_name_becomes_a_command_that_carries_it(office: Office) -> None:
    view_id = await opened(office)
    assert await office.recorded() == []
    await office.act("view", user=ANA, view_id=view_id, action="submit", values=name(" web/prod "))
    (command,) = await office.recorded()
    assert (command.verb, command.stack, command.typed) == (Verb.DESTROY, "acme/web/prod", "web/prod")
    assert (command.reason, command.confirmed) == ("moved", False)
    assert (command.origin.channel, command.origin.surface) == (DEPLOYS, Surface.MODAL)


@pytest.mark.parametrize("typed", ["  ", "web/prdo", "WEB/PROD"])
async def test_a_wrong_name_is_told_under_it_and_on_record(office: Office, typed: str) -> None:
    view_id = await opened(office)
    await office.act("view", user=ANA, view_id=view_id, action="submit", values=name(typed))
    (view,) = (await office.workspace())["views"]
    assert "Type web/prod, exactly" in str(view["errors"])
    assert await office.recorded() == []
    [told] = (await office.state.audited(Query())).entries
    assert (told.user, told.verb, told.outcome) == (ANA, "destroy", "refused")
    assert (told.stack, told.surface) == ("acme/web/prod", "modal")


async def test_a_name_that_was_asked_for_in_private_answers_that_question(office: Office) -> None:
    asked = confirmations.ask_to_type(ASKED, PROD)
    sent = await office.bot.chat_postEphemeral(
        channel=DEPLOYS, user=ANA, text=asked.text, blocks=asked.blocks
    )
    await office.press(str(sent["message_ts"]), "qd:destroy:type")
    (view,) = (await office.workspace())["views"]
    await office.act("view", user=ANA, view_id=view["id"], action="submit", values=name("web/prod"))
    (command,) = await office.recorded()
    assert command.answers_a_question
    assert command.origin.response_url


async def test_where_slack_opens_no_form_the_person_is_told(office: Office) -> None:
    await office.slack.post("/sandbox/faults", json=[{"match": "views.open", "fault": "status:503"}])
    ts = await office.post(confirmations.ask_to_type(ASKED, PROD))
    await office.press(ts, "qd:destroy:type")
    (said,) = await office.whispers()
    assert "Nothing was started" in said


async def test_a_form_that_does_not_say_what_it_is_for_comes_from_another_version(office: Office) -> None:
    view_id = await opened(office)
    view = {**confirmations.modal(Press(Verb.DEPLOY)), "private_metadata": "{}"}
    await office.bot.views_update(view_id=view_id, view=view)
    await office.act("view", user=ANA, view_id=view_id, action="submit", values=name("web/prod"))
    (shown,) = (await office.workspace())["views"]
    assert "another version" in str(shown["errors"])
    assert await office.recorded() == []


async def test_what_is_typed_past_a_rule_is_recorded(office: Office) -> None:
    await office.type('deploy web/prod --break-glass --reason "the shop is down" --confirm web/prod')
    (command,) = await office.recorded()
    assert (command.break_glass, command.reason, command.typed) == (True, "the shop is down", "web/prod")


async def test_a_lock_and_a_question_are_recorded_with_all_they_say(office: Office) -> None:
    await office.type("lock web/prod migration for 2h")
    await office.type("can @ben deploy web/prod")
    lock, can = await office.recorded()
    assert (lock.verb, lock.reason, lock.lasts) == (Verb.LOCK, "migration", 7200.0)
    assert (can.verb, can.person, can.about) == (Verb.CAN, "@ben", Verb.DEPLOY)
