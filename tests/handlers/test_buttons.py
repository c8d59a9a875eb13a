"""Buttons, pressed by people on real messages of a strict Slack."""

from __future__ import annotations

import time

import pytest

from bot.domain.commands import Surface, Verb
from bot.domain.requests import Request, RequestState
from bot.domain.stacks import StackRef
from bot.messages.actions import DISMISS, OPEN, Press, action_id, value_of
from bot.messages.message import Message
from tests.handlers.office import ANA, BEN, DEPLOYS, Office

PAUSE = Press(verb=Verb.PAUSE, stack="acme/web/dev")
CANCEL = Press(verb=Verb.CANCEL, stack="acme/web/dev", version=7, deployment_id="d-7", confirmed=True)
LOGS = Press(verb=Verb.LOGS, stack="acme/web/dev", version=7, deployment_id="d-7")


def message(*presses: Press) -> Message:
    return _with([_button(action_id(press.verb), value=value_of(press)) for press in presses])


def _with(elements: list[dict[str, object]]) -> Message:
    return Message("A card", [{"type": "actions", "elements": elements}])


def _button(action: str, **more: object) -> dict[str, object]:
    return {"type": "button", "action_id": action, "text": {"type": "plain_text", "text": action}, **more}


def request(state: RequestState = RequestState.AWAITING) -> Request:
    return Request(
        id="r1",
        stack=StackRef("acme", "web", "prod"),
        operation="update",
        requester=BEN,
        channel=DEPLOYS,
        created_at=time.time(),
        state=state,
        approvals_needed=1,
    )


async def test_a_press_is_recorded_with_what_it_acts_on_and_the_message_it_was_on(office: Office) -> None:
    ts = await office.post(message(CANCEL))
    assert (await office.press(ts, "qd:cancel"))["status"] == 200
    (command,) = await office.recorded()
    assert (command.verb, command.version, command.deployment_id) == (Verb.CANCEL, 7, "d-7")
    assert command.confirmed
    origin = command.origin
    assert (origin.channel, origin.user, origin.message_ts) == (DEPLOYS, ANA, ts)
    assert origin.surface is Surface.BUTTON
    assert origin.response_url


async def test_a_press_on_a_private_question_says_that_it_was_private(office: Office) -> None:
    shown = message(CANCEL)
    ts = (
        await office.bot.chat_postEphemeral(channel=DEPLOYS, user=ANA, text=shown.text, blocks=shown.blocks)
    )["message_ts"]
    await office.press(str(ts), "qd:cancel")
    await office.press(await office.post(shown), "qd:cancel")
    assert [command.answers_a_question for command in await office.recorded()] == [True, False]


async def test_a_double_click_is_one_command(office: Office) -> None:
    ts = await office.post(message(PAUSE))
    await office.press(ts, "qd:pause")
    await office.press(ts, "qd:pause")
    assert len(await office.recorded()) == 1


async def test_two_people_pressing_the_same_button_are_two_commands(office: Office) -> None:
    ts = await office.post(message(PAUSE))
    await office.press(ts, "qd:pause")
    await office.press(ts, "qd:pause", user=BEN)
    assert len(await office.recorded()) == 2


async def test_logs_open_a_modal_that_remembers_the_card(office: Office) -> None:
    ts = await office.post(message(LOGS))
    await office.press(ts, "qd:logs")
    (view,) = (await office.workspace())["views"]
    (command,) = await office.recorded()
    assert command.origin.view_id == view["id"]
    assert command.origin.message_ts == ts


async def test_every_log_modal_that_opens_is_filled_even_after_a_double_click(office: Office) -> None:
    ts = await office.post(message(LOGS))
    await office.press(ts, "qd:logs")
    await office.press(ts, "qd:logs")
    views = {view["id"] for view in (await office.workspace())["views"]}
    assert views
    assert {command.origin.view_id for command in await office.recorded()} >= views


async def test_an_old_button_gets_an_honest_answer(office: Office) -> None:
    ts = await office.post(_with([_button("somebody:elses")]))
    assert (await office.press(ts, "somebody:elses"))["status"] == 200
    (said,) = await office.whispers()
    assert "Nothing was done" in said
    assert await office.recorded() == []


async def test_a_button_that_opens_a_page_is_only_acknowledged(office: Office) -> None:
    ts = await office.post(_with([_button(OPEN, url="https://app.pulumi.com/acme")]))
    assert (await office.press(ts, OPEN))["status"] == 200
    assert await office.recorded() == []
    assert await office.whispers() == []


async def test_never_mind_takes_the_private_question_away(office: Office) -> None:
    answer = await office.type("help")
    assert answer["status"] == 200
    await office.bot.chat_postEphemeral(
        channel=DEPLOYS, user=ANA, text="Sure?", blocks=_with([_button(DISMISS)]).blocks
    )
    channels = (await office.workspace())["channels"]
    (question,) = [m for c in channels if c["id"] == DEPLOYS for m in c["ephemerals"] if m["text"] == "Sure?"]
    await office.press(question["ts"], DISMISS)
    assert "Sure?" not in await office.whispers()


async def test_reject_asks_for_the_reason_and_records_nothing_yet(office: Office) -> None:
    await office.state.add_request(request())
    ts = await office.post(message(Press(verb=Verb.REJECT, stack="acme/web/prod", request_id="r1")))
    await office.press(ts, "qd:reject")
    (view,) = (await office.workspace())["views"]
    assert "web/prod" in str(view["blocks"])
    assert await office.recorded() == []


@pytest.mark.parametrize("state", [None, RequestState.REJECTED, RequestState.CREATED])
async def test_reject_of_what_no_longer_waits_goes_to_the_worker_who_knows_why(
    office: Office, state: RequestState | None
) -> None:
    if state:
        await office.state.add_request(request(state))
    ts = await office.post(message(Press(verb=Verb.REJECT, stack="acme/web/prod", request_id="r1")))
    await office.press(ts, "qd:reject")
    (command,) = await office.recorded()
    assert (command.verb, command.request_id) == (Verb.REJECT, "r1")
    assert (await office.workspace())["views"] == []


async def test_without_redis_the_person_is_told_privately(office_without_redis: Office) -> None:
    ts = await office_without_redis.post(message(PAUSE))
    assert (await office_without_redis.press(ts, "qd:pause"))["status"] == 200
    (said,) = await office_without_redis.whispers()
    assert "nothing was recorded" in said
