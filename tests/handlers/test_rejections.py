"""The modal that asks why somebody rejects."""

from __future__ import annotations

from bot.domain.commands import Surface, Verb
from bot.messages import modals
from bot.messages.actions import Press
from tests.handlers.office import ANA, DEPLOYS, Office
from tests.handlers.test_buttons import message, request


async def opened(office: Office) -> tuple[str, str]:
    """A reject modal on Ana's screen: its id, and the ts of the card it came from."""
    await office.state.add_request(request())
    ts = await office.post(message(Press(verb=Verb.REJECT, stack="acme/web/prod", request_id="r1")))
    await office.press(ts, "qd:reject")
    (view,) = (await office.workspace())["views"]
    return view["id"], ts


def reason(text: str) -> dict[str, dict[str, str]]:
    return {modals.REASON: {modals.REASON: text}}


async def test_a_reason_becomes_a_command_that_knows_the_card(office: Office) -> None:
    view_id, ts = await opened(office)
    answer = await office.act("view", user=ANA, view_id=view_id, action="submit", values=reason("not today"))
    assert answer["status"] == 200
    (command,) = await office.recorded()
    assert (command.verb, command.request_id, command.reason) == (Verb.REJECT, "r1", "not today")
    origin = command.origin
    assert (origin.channel, origin.user, origin.message_ts) == (DEPLOYS, ANA, ts)
    assert origin.surface is Surface.MODAL
    assert (await office.workspace())["views"] == []


async def test_only_spaces_are_no_reason(office: Office) -> None:
    view_id, _ = await opened(office)
    await office.act("view", user=ANA, view_id=view_id, action="submit", values=reason("   "))
    (view,) = (await office.workspace())["views"]
    assert "say why" in str(view["errors"])
    assert await office.recorded() == []


async def test_a_submission_sent_again_is_one_command(office: Office) -> None:
    view_id, _ = await opened(office)
    await office.act("view", user=ANA, view_id=view_id, action="submit", values=reason("not today"))
    await office.act("replay")
    assert len(await office.recorded()) == 1
