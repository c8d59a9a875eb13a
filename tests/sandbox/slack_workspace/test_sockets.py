"""Socket Mode over real WebSockets: tickets, envelopes, acknowledgements, several connections, and their end."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError

from tests.sandbox.slack_workspace.stage import Stage, actions, button, modal

Json = dict[str, Any]


@dataclass(slots=True)
class Line:
    """The app's end of one connection, after the hello."""

    socket: aiohttp.ClientWebSocketResponse
    hello: Json

    async def next(self) -> Json:
        read: Json = await self.socket.receive_json(timeout=5)
        return read

    async def ack(self, envelope: Json, **more: Any) -> None:
        await self.socket.send_json({"envelope_id": envelope["envelope_id"], **more})

    async def answer(self, **more: Any) -> Json:
        """Take the next envelope and acknowledge it."""
        envelope = await self.next()
        await self.ack(envelope, **more)
        return envelope


async def url(stage: Stage) -> str:
    answer = await stage.client.apps_connections_open(app_token="xapp-sandbox")
    return str(answer["url"])


@asynccontextmanager
async def connected(stage: Stage, *, count: int = 1) -> AsyncIterator[list[Line]]:
    """The app with so many connections."""
    async with aiohttp.ClientSession() as session:
        sockets = [await session.ws_connect(await url(stage)) for _ in range(count)]
        lines = [Line(socket, await socket.receive_json(timeout=5)) for socket in sockets]
        await until(stage, count)
        yield lines
        for socket in sockets:
            await socket.close()
    await until(stage, 0)


async def until(stage: Stage, count: int) -> None:
    """Wait until Slack has so many connections."""
    async with asyncio.timeout(5):
        while len((await stage.state())["sockets"]) != count:  # noqa: ASYNC110  the state is looked at over HTTP
            await asyncio.sleep(0.01)


async def violations(stage: Stage) -> list[str]:
    told: list[str] = (await stage.state())["api"]["last_violations"]
    return told


@pytest.fixture
async def line(stage: Stage) -> AsyncIterator[Line]:
    async with connected(stage) as (only,):
        yield only


@pytest.mark.parametrize(
    ("token", "error"),
    [("xapp-other", "invalid_auth"), ("xoxb-sandbox", "not_allowed_token_type"), ("", "not_authed")],
)
async def test_a_connection_needs_the_app_level_token(stage: Stage, token: str, error: str) -> None:
    with pytest.raises(SlackApiError) as caught:
        await stage.client.apps_connections_open(app_token=token)
    assert caught.value.response["error"] == error


async def test_the_app_level_token_opens_nothing_else(stage: Stage) -> None:
    answer = await stage.http.post("/api/auth.test", headers={"Authorization": "Bearer xapp-sandbox"})
    assert answer.json()["error"] == "not_allowed_token_type"


async def test_the_app_level_token_comes_in_the_header(stage: Stage) -> None:
    answer = await stage.http.post("/api/apps.connections.open", data={"token": "xapp-sandbox"})
    assert answer.json()["error"] == "not_authed"


async def test_the_hello_counts_the_connections(stage: Stage) -> None:
    async with connected(stage, count=2) as lines:
        assert [line.hello["type"] for line in lines] == ["hello", "hello"]
        assert [line.hello["num_connections"] for line in lines] == [1, 2]
        assert lines[0].hello["connection_info"] == {"app_id": "A0QDECK"}


@pytest.mark.parametrize("wait", [0.0, 31.0])
async def test_a_ticket_is_good_once_and_for_half_a_minute(stage: Stage, wait: float) -> None:
    address = await url(stage)
    async with aiohttp.ClientSession() as session:
        if wait:
            stage.clock.advance(wait)
        else:
            await (await session.ws_connect(address)).close()
        with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
            await session.ws_connect(address)
    assert caught.value.status == 403
    assert any("ticket" in text for text in await violations(stage))


async def test_a_command_comes_in_an_envelope_and_its_answer_goes_back_in_the_acknowledgement(
    stage: Stage, line: Line
) -> None:
    typing = asyncio.create_task(stage.command("status"))
    envelope = await line.answer(payload={"text": "All quiet."})
    told = await typing
    assert (envelope["type"], envelope["accepts_response_payload"]) == ("slash_commands", True)
    assert (envelope["payload"]["command"], envelope["payload"]["text"]) == ("/pulumi", "status")
    assert "retry_attempt" not in envelope
    assert (told["status"], told["body"]) == (200, {"text": "All quiet."})
    assert [one["text"] for one in (await stage.channel("deploys"))["ephemerals"]] == ["All quiet."]
    assert stage.app.received == []
    assert await violations(stage) == []


async def test_a_press_takes_no_answer(stage: Stage, line: Line) -> None:
    ts = await stage.post(blocks=[actions(button("go"))])
    assert (await line.answer())["type"] == "events_api"
    press = {"user": "ana", "channel": "deploys", "ts": ts, "action_id": "go"}
    pressing = asyncio.create_task(stage.control("action", **press))
    envelope = await line.answer()
    assert (envelope["type"], envelope["accepts_response_payload"]) == ("interactive", False)
    assert (await pressing)["body"] == ""
    pressing = asyncio.create_task(stage.control("action", **press))
    await line.answer(payload={"text": "no"})
    await pressing
    assert "takes none" in (await violations(stage))[0]


async def test_a_submission_is_answered_with_errors(stage: Stage, line: Line) -> None:
    typing = asyncio.create_task(stage.command("deploy"))
    envelope = await line.next()
    await stage.client.views_open(trigger_id=envelope["payload"]["trigger_id"], view=modal())
    await line.ack(envelope)
    await typing
    (view,) = (await stage.state())["views"]
    values = {"reason": {"reason": "because"}}
    sending = asyncio.create_task(
        stage.control("view", user="ana", view_id=view["id"], action="submit", values=values)
    )
    envelope = await line.answer(payload={"response_action": "errors", "errors": {"reason": "why really?"}})
    await sending
    assert (envelope["payload"]["type"], envelope["accepts_response_payload"]) == ("view_submission", True)
    (view,) = (await stage.state())["views"]
    assert view["errors"] == {"reason": "why really?"}


async def test_an_event_that_is_not_acknowledged_comes_again_and_says_so(stage: Stage, line: Line) -> None:
    opening = asyncio.create_task(stage.control("home", user="ana"))
    first = await line.next()
    assert (first["type"], first["retry_attempt"], first["retry_reason"]) == ("events_api", 0, "")
    assert (await opening)["status"] == 0
    again = await line.answer()
    assert (again["retry_attempt"], again["retry_reason"]) == (1, "timeout")
    assert again["payload"]["event_id"] == first["payload"]["event_id"]
    assert again["envelope_id"] != first["envelope_id"]


async def test_what_is_not_acknowledged_in_time_fails_as_over_http(stage: Stage, line: Line) -> None:
    told = await stage.command("status")
    assert told["status"] == 0
    (said,) = (await stage.channel("deploys"))["ephemerals"]
    assert said["text"] == '/pulumi failed with the error "operation_timeout"'
    late = await line.next()
    before = await violations(stage)
    await line.ack(late)
    typing = asyncio.create_task(stage.command("status"))
    await line.answer()
    await typing
    assert await violations(stage) == before


async def test_deliveries_are_spread_over_the_connections(stage: Stage) -> None:
    async with connected(stage, count=3) as lines:

        async def answer_all(line: Line) -> None:
            while True:
                await line.answer()

        answering = [asyncio.create_task(answer_all(line)) for line in lines]
        for _ in range(6):
            await stage.command("status")
        assert [link["acknowledged"] for link in (await stage.state())["sockets"]] == [2, 2, 2]
        for task in answering:
            task.cancel()
        await asyncio.gather(*answering, return_exceptions=True)


async def test_the_eleventh_connection_is_sent_away(stage: Stage) -> None:
    async with connected(stage, count=10), aiohttp.ClientSession() as session:
        socket = await session.ws_connect(await url(stage))
        assert (await socket.receive_json(timeout=5))["reason"] == "too_many_websockets"
        assert (await socket.receive(timeout=5)).type is aiohttp.WSMsgType.CLOSE


async def test_one_that_is_to_leave_gets_nothing_more_where_there_is_another(stage: Stage) -> None:
    async with connected(stage) as (old,):
        await stage.control("socket", reason="refresh_requested", after=60)
        told = await old.next()
        assert (told["type"], told["reason"]) == ("disconnect", "refresh_requested")
        typing = asyncio.create_task(stage.command("status"))
        await old.answer()
        assert (await typing)["status"] == 200
        async with aiohttp.ClientSession() as session:
            new = await session.ws_connect(await url(stage))
            await new.receive_json(timeout=5)
            await until(stage, 2)
            for _ in range(2):
                typing = asyncio.create_task(stage.command("status"))
                await Line(new, {}).answer()
                assert (await typing)["status"] == 200
            await new.close()
        await until(stage, 1)


async def test_after_the_word_of_parting_the_connection_is_closed(stage: Stage, line: Line) -> None:
    await stage.control("socket", reason="warning")
    assert (await line.next())["reason"] == "warning"
    assert (await line.socket.receive(timeout=5)).type is aiohttp.WSMsgType.CLOSE
    await until(stage, 0)
    assert (await stage.command("status"))["status"] == 200
    assert len(stage.app.received) == 1


async def test_a_connection_cut_under_a_command_fails_it(stage: Stage, line: Line) -> None:
    typing = asyncio.create_task(stage.command("status"))
    await line.next()
    await stage.control("socket")
    assert (await typing)["status"] == 0
    (said,) = (await stage.channel("deploys"))["ephemerals"]
    assert said["text"] == '/pulumi failed with the error "dispatch_failed"'
    assert (await stage.refused("socket"))[0] == 409


@pytest.mark.parametrize(("fault", "delivered"), [("drop", 1), ("reset", 0), ("delay:0.05", 1)])
async def test_faults_reach_the_connections(stage: Stage, line: Line, fault: str, delivered: int) -> None:
    rule = {"match": "SOCKET /slash_commands", "fault": fault, "count": 1}
    await stage.http.post("/sandbox/faults", json=[rule])
    typing = asyncio.create_task(stage.command("status"))
    if delivered:
        await line.answer()
    assert (await typing)["status"] == (200 if fault.startswith("delay") else 0)
    assert stage.sandbox.workspace.services.counts.of("socket").calls == 1


async def test_what_waits_for_a_connection_that_is_gone_by_then_fails(stage: Stage, line: Line) -> None:
    rule = {"match": "SOCKET /slash_commands", "fault": "delay:0.3"}
    await stage.http.post("/sandbox/faults", json=[rule])
    typing = asyncio.create_task(stage.command("status"))
    while not stage.sandbox.workspace.services.counts.of("socket").calls:  # noqa: ASYNC110  it is the server's thread
        await asyncio.sleep(0.01)
    await stage.control("socket")
    assert (await typing)["status"] == 0


async def test_an_app_that_leaves_when_asked_need_not_be_closed(stage: Stage, line: Line) -> None:
    await stage.control("socket", reason="refresh_requested", after=0.2)
    await line.next()
    await line.socket.close()
    await until(stage, 0)
    while stage.sandbox.workspace.services.sockets._closing:  # noqa: ASYNC110  the same
        await asyncio.sleep(0.01)
    assert await violations(stage) == []


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ("{", "no JSON"),
        ("[]", "needs an envelope_id"),
        (json.dumps({"envelope_id": "unknown"}), "nothing that waits"),
        (json.dumps({"envelope_id": "x", "response": {}}), "unknown in an acknowledgement: response"),
        (json.dumps({"envelope_id": "x", "payload": "text"}), "must be an object"),
    ],
)
async def test_what_is_no_acknowledgement_is_counted(stage: Stage, line: Line, sent: str, says: str) -> None:
    await line.socket.send_str(sent)
    typing = asyncio.create_task(stage.command("status"))
    await line.answer()
    await typing
    (said,) = await violations(stage)
    assert says in said


async def test_a_second_acknowledgement_is_counted(stage: Stage, line: Line) -> None:
    typing = asyncio.create_task(stage.command("status"))
    await line.ack(await line.answer())
    await typing
    typing = asyncio.create_task(stage.command("status"))
    await line.answer()
    await typing
    assert await violations(stage) == ["socket: an acknowledgement of nothing that waits on this connection"]


async def test_a_replay_is_the_same_payload_in_another_envelope(stage: Stage) -> None:
    async with connected(stage) as (line,):
        typing = asyncio.create_task(stage.command("status"))
        first = await line.answer()
        await typing
        replaying = asyncio.create_task(stage.control("replay"))
        again = await line.answer()
        assert (await replaying)["status"] == 200
        assert again["payload"] == first["payload"]
    assert (await stage.control("replay"))["status"] == 0


async def test_without_an_address_and_a_connection_the_app_cannot_be_reached(stage: Stage) -> None:
    stage.sandbox.workspace.services.sender.url = ""
    told = await stage.command("status")
    assert (told["status"], told["body"]) == (0, "the app is not connected")
