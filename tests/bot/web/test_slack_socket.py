"""The connection to Slack, against a Slack that is played over real WebSockets: greeted, acknowledged, left, lost, found again."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator

import pytest
from slack_bolt.response import BoltResponse

from bot.web import slack_link, slack_socket
from bot.web.slack_link import Link
from tests.bot.web.played_slack import HELLO, TICKET, Json, Played, Slack, envelope, playing, until


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pauses that a test can wait for."""
    monkeypatch.setattr(slack_socket, "FIRST_PAUSE", 0.01)
    monkeypatch.setattr(slack_socket, "LONGEST_PAUSE", 0.02)


@pytest.fixture
async def play() -> AsyncIterator[Played]:
    """A process with one good connection."""
    async with playing(Slack()) as played:
        await played.ready()
        yield played


async def test_slack_reaches_us_once_it_has_greeted() -> None:
    async with playing(Slack(greets=False)) as play:
        line = await play.slack.connection()
        assert play.socket.trouble() == "not connected yet"
        await line.send_json(HELLO)
        await play.ready()
        assert (await play.logged("connected"))["connections"] == 3
    assert play.slack.tokens == ["Bearer xapp-test"]


async def test_an_envelope_is_acknowledged_only_when_the_handler_is_done(play: Played) -> None:
    play.app.may_answer.clear()
    line = await play.slack.connection()
    await line.send_json(envelope())
    await asyncio.wait_for(play.app.came.wait(), 5)
    await line.ping()
    assert play.slack.acks.empty()
    play.app.may_answer.set()
    assert await play.slack.ack() == {"envelope_id": "e1"}
    (request,) = play.app.got
    assert (request.mode, request.body) == ("socket_mode", {"command": "/pulumi", "text": "status"})


@pytest.mark.parametrize(
    ("answer", "payload"),
    [
        (BoltResponse(status=200, body="You can't."), {"text": "You can't."}),
        (
            BoltResponse(
                status=200,
                body={"options": ["é"]},
                headers={"content-type": "application/json;charset=utf-8"},
            ),
            {"options": ["é"]},
        ),
    ],
)
async def test_the_handlers_answer_goes_in_the_acknowledgement(
    play: Played, answer: BoltResponse, payload: Json
) -> None:
    play.app.answer = answer
    line = await play.slack.connection()
    await line.send_json(envelope())
    assert await play.slack.ack() == {"envelope_id": "e1", "payload": payload}
    await line.send_json(envelope(accepts_response_payload=False))
    assert await play.slack.ack() == {"envelope_id": "e1"}


async def test_what_no_handler_takes_is_not_acknowledged(play: Played) -> None:
    play.app.answer = BoltResponse(status=404)
    line = await play.slack.connection()
    await line.send_json(envelope())
    assert (await play.logged("not acknowledged"))["status"] == 404
    assert play.slack.acks.empty()


async def test_a_handler_that_breaks_leaves_the_connection_as_it_is(play: Played) -> None:
    line = await play.slack.connection()
    await line.send_json(envelope(payload={"command": "/pulumi", "text": "break"}))
    await play.logged("handler broke")
    await line.send_json(envelope(envelope_id="e2"))
    assert await play.slack.ack() == {"envelope_id": "e2"}


@pytest.mark.parametrize("text", ["{", "[]", '{"type": 3}', '{"type": "slash_commands", "payload": []}'])
async def test_what_cannot_be_read_is_passed_over(play: Played, text: str) -> None:
    line = await play.slack.connection()
    await line.send_str(text)
    await line.send_bytes(b"bytes")
    await line.send_json({"type": "something new"})
    await line.send_json(HELLO)
    await line.send_json(envelope())
    assert await play.slack.ack() == {"envelope_id": "e1"}
    assert [line["event"] for line in play.log] == ["connected", "unreadable"]


async def test_an_event_that_comes_again_is_handled_again_and_noted(play: Played) -> None:
    line = await play.slack.connection()
    await line.send_json(envelope(retry_attempt=0, retry_reason=""))
    await play.slack.ack()
    assert play.log[1:] == []
    await line.send_json(envelope(retry_attempt=1, retry_reason="timeout"))
    await play.slack.ack()
    assert (await play.logged("sent again"))["reason"] == "timeout"
    assert len(play.app.got) == 2


@pytest.mark.parametrize("reason", ["warning", "refresh_requested"])
async def test_asked_to_leave_it_connects_anew_first_and_the_old_connection_still_works(
    play: Played, reason: str
) -> None:
    old = await play.slack.connection()
    play.app.may_answer.clear()
    await old.send_json(envelope(envelope_id="under way"))
    await old.send_json({"type": "disconnect", "reason": reason})
    new = await play.slack.connection()
    assert not old.closed
    assert play.socket.trouble() == ""
    await old.send_json(envelope(envelope_id="late"))
    play.app.may_answer.set()
    assert {(await play.slack.ack())["envelope_id"] for _ in range(2)} == {"under way", "late"}
    await old.close()
    await new.send_json(envelope(envelope_id="new"))
    assert await play.slack.ack() == {"envelope_id": "new"}


async def test_over_the_old_connection_slack_may_send_until_it_closes_it(play: Played) -> None:
    old = await play.slack.connection()
    await old.send_json({"type": "disconnect", "reason": "warning"})
    new = await play.slack.connection()
    for line in (new, old, new, old):
        await line.send_json(envelope())
        assert await play.slack.ack() == {"envelope_id": "e1"}
    await old.close()
    await until(lambda: len(play.socket._links) == 1)


@pytest.mark.parametrize(("lasted", "is_free"), [(0.0, [True, True, True]), (10.0, [True, False, False])])
async def test_only_connections_that_do_not_hold_cost_a_pause(
    play: Played, monkeypatch: pytest.MonkeyPatch, lasted: float, is_free: list[bool]
) -> None:
    monkeypatch.setattr(slack_socket, "LASTED", lasted)
    for _ in is_free:
        await (await play.slack.connection()).close()
    await play.slack.connection()
    pauses = [line["again_in"] for line in play.log if line["event"] == "connecting anew"]
    levels = [line["log_level"] for line in play.log if line["event"] == "connecting anew"]
    assert [level == "info" for level in levels] == is_free
    assert all(pause == 0 for pause, free in zip(pauses, is_free, strict=True) if free)


async def test_an_old_connection_that_slack_leaves_open_is_closed(
    play: Played, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slack_socket, "LINGER", 0.01)
    old = await play.slack.connection()
    await old.send_json({"type": "disconnect", "reason": "warning"})
    await play.slack.connection()
    assert await asyncio.wait_for(play.slack.ended.get(), 5) == 1000


async def test_a_lost_connection_is_told_and_made_anew(play: Played) -> None:
    old = await play.slack.connection()
    play.slack.greets = False
    assert old._req is not None
    assert old._req.transport is not None
    old._req.transport.abort()
    new = await play.slack.connection()
    assert play.socket.trouble() == "the connection was lost"
    await new.send_json(HELLO)
    await play.ready()


async def test_a_connection_that_answers_no_more_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slack_socket, "HEARTBEAT", 0.05)
    async with playing(Slack(answers_pings=False)) as play:
        await play.slack.connection()
        assert (await play.logged("connecting anew"))["reason"] == "the connection was lost"
        await play.slack.connection()


async def test_a_reader_that_breaks_does_not_leave_the_process_deaf(
    play: Played, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = await play.slack.connection()

    def broken(_link: Link, _text: str) -> None:
        monkeypatch.undo()
        raise RuntimeError("broken")

    monkeypatch.setattr(Link, "_take", broken)
    await old.send_json(envelope())
    new = await play.slack.connection()
    await new.send_json(envelope())
    assert await play.slack.ack() == {"envelope_id": "e1"}
    assert (await play.logged("reader broke"))["log_level"] == "error"


async def test_an_acknowledgement_that_finds_nobody_is_noted(play: Played) -> None:
    old = await play.slack.connection()
    play.app.may_answer.clear()
    await old.send_json(envelope())
    await asyncio.wait_for(play.app.came.wait(), 5)
    await old.close()
    await play.slack.connection()
    play.app.may_answer.set()
    await play.logged("acknowledgement not sent: the connection is gone")
    assert play.socket.trouble() == ""


@pytest.mark.parametrize(
    ("slack", "why"),
    [
        (Slack(status=403), "Slack refused the connection: HTTP 403"),
        (Slack(refusals=[{"error": "invalid_auth"}] * 99), "apps.connections.open: invalid_auth"),
        (Slack(url="ws://127.0.0.1:1"), "ClientConnectorError"),
        (Slack(url=f"no-address?{TICKET}"), "InvalidUrlClientError"),
    ],
)
async def test_what_keeps_it_from_connecting_is_told_without_the_ticket(
    slack: Slack, why: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    async with playing(slack) as play:
        await until(lambda: len(play.log) > 3)
        assert play.socket.trouble() == why
        assert {line["reason"] for line in play.log} == {why}
        assert TICKET not in str(play.log) + caplog.text


async def test_it_connects_when_slack_lets_it_again() -> None:
    async with playing(Slack(refusals=[{"error": "internal_error"}] * 3)) as play:
        await play.ready()
        assert len(play.slack.tokens) == 4


async def test_a_pause_that_slack_asks_for_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    async with playing(Slack(refusals=[{"error": "ratelimited", "seconds": 30}])) as play:
        assert (await play.logged("connecting anew"))["again_in"] == 30


async def test_one_connection_too_many_is_told() -> None:
    async with playing(Slack(greets=False)) as play:
        line = await play.slack.connection()
        await line.send_json({"type": "disconnect", "reason": "too_many_websockets"})
        assert (await play.logged("connecting anew"))["reason"] == "too_many_websockets"
        assert await asyncio.wait_for(play.slack.ended.get(), 5) == 1000


async def test_where_socket_mode_is_turned_off_it_asks_seldom(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slack_socket, "LONGEST_PAUSE", 30.0)
    async with playing(Slack()) as play:
        line = await play.slack.connection()
        (link,) = play.socket._links
        await line.send_json({"type": "disconnect", "reason": "link_disabled"})
        assert (await play.logged("connecting anew"))["again_in"] == 30
        await line.close()
        await play.ready(good=False)
        assert play.socket.trouble() == link.why == "link_disabled"


async def test_a_slack_that_never_greets_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slack_socket, "CONNECT_WITHIN", 0.05)
    async with playing(Slack(greets=False)) as play:
        assert (await play.logged("connecting anew"))["reason"] == "no answer in time"
        assert await asyncio.wait_for(play.slack.ended.get(), 5) == 1000


def test_pauses_double_up_to_a_limit_and_differ(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slack_socket, "FIRST_PAUSE", 1.0)
    monkeypatch.setattr(slack_socket, "LONGEST_PAUSE", 10.0)
    assert [slack_socket._pause(failures) for failures in (0, 1)] == [0.0, 0.0]
    for failures, longest in ((2, 1), (3, 2), (4, 4), (5, 8), (6, 10), (5000, 10)):
        pauses = [slack_socket._pause(failures) for _ in range(20)]
        assert all(longest / 2 <= pause <= longest for pause in pauses)
        assert len(set(pauses)) > 1


async def test_at_the_end_what_is_under_way_is_acknowledged_before_the_connection_is_closed() -> None:
    slack = Slack()
    async with playing(slack) as play:
        line = await slack.connection()
        play.app.may_answer.clear()
        await line.send_json(envelope(envelope_id="e1"))
        await asyncio.wait_for(play.app.came.wait(), 5)
        asyncio.get_running_loop().call_later(0.05, play.app.may_answer.set)
    assert await slack.ack() == {"envelope_id": "e1"}
    assert await asyncio.wait_for(slack.ended.get(), 5) == 1000


async def test_at_the_end_it_waits_for_a_handler_only_so_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slack_link, "DRAIN", 0.05)
    slack = Slack()
    async with playing(slack) as play:
        line = await slack.connection()
        play.app.may_answer.clear()
        await line.send_json(envelope())
        await asyncio.wait_for(play.app.came.wait(), 5)
    assert await asyncio.wait_for(slack.ended.get(), 5) == 1000
    assert slack.acks.empty()
    play.app.may_answer.set()
