from starlette.responses import Response

from tests.sandbox.slack_workspace.stage import Received, Stage


def kinds(stage: Stage) -> list[str]:
    return [envelope["event"]["type"] for envelope in stage.app.events]


async def test_a_message_is_told_in_slacks_envelope(stage: Stage) -> None:
    told = await stage.control("message", user="ana", channel="deploys", text="hello")
    (envelope,) = stage.app.events
    event = envelope["event"]
    assert envelope["type"] == "event_callback"
    assert (envelope["team_id"], envelope["api_app_id"]) == ("T0QUARTER", "A0QDECK")
    assert envelope["event_id"].startswith("Ev")
    assert envelope["authorizations"][0]["user_id"] == "U0QDECK"
    assert (event["type"], event["channel"], event["channel_type"]) == ("message", "C0DEPLOYS", "channel")
    assert (event["user"], event["text"], event["ts"]) == ("U0ANA", "hello", told["ts"])
    assert stage.app.received[-1].signed


async def test_a_mention_of_the_bot_is_told_as_such(stage: Stage) -> None:
    await stage.control("message", user="ana", channel="deploys", text="@quarterdeck status")
    assert kinds(stage) == ["message", "app_mention"]
    assert stage.app.events[1]["event"]["text"] == "<@U0QDECK> status"


async def test_the_bot_hears_nothing_where_it_is_not(stage: Stage) -> None:
    told = await stage.control("message", user="ana", channel="random", text="@quarterdeck hi")
    assert (told["status"], stage.app.events) == (0, [])


async def test_the_bots_own_posts_come_back_with_its_bot_id(stage: Stage) -> None:
    await stage.post(text="mine")
    stage.settle()
    (envelope,) = stage.app.events
    assert envelope["event"]["bot_id"] == "B0QDECK"


async def test_edits_and_deletions_have_their_subtypes(stage: Stage) -> None:
    ts = await stage.post()
    await stage.client.chat_update(channel="C0DEPLOYS", ts=ts, text="changed")
    await stage.client.chat_delete(channel="C0DEPLOYS", ts=ts)
    stage.settle()
    subtypes = {envelope["event"].get("subtype") for envelope in stage.app.events}
    assert subtypes == {None, "message_changed", "message_deleted"}


async def test_an_event_that_is_not_acknowledged_is_sent_three_times_more(stage: Stage) -> None:
    stage.app.will("boom", status=500)
    await stage.control("home", user="ana")
    stage.settle()
    retries = [
        (got.headers.get("x-slack-retry-num"), got.headers.get("x-slack-retry-reason"))
        for got in stage.app.received
    ]
    assert retries == [(None, None), ("1", "http_error"), ("2", "http_error"), ("3", "http_error")]
    assert len({envelope["event_id"] for envelope in stage.app.events}) == 1
    counted = (await stage.state())["api"]["methods"]["ack:events"]
    assert (counted["calls"], counted["violations"]) == (4, 4)


async def test_a_slow_app_is_told_again_because_of_the_timeout(stage: Stage) -> None:
    stage.app.delay = 1.8
    await stage.control("home", user="ana")
    stage.settle()
    assert stage.app.received[1].headers["x-slack-retry-reason"] == "http_timeout"
    assert len(stage.app.received) == 2


async def test_an_app_can_decline_retries(stage: Stage) -> None:
    def decline(_received: Received) -> Response:
        return Response(status_code=500, headers={"X-Slack-No-Retry": "1"})

    stage.app.answer = decline
    await stage.control("home", user="ana")
    stage.settle()
    assert len(stage.app.received) == 1


async def test_the_handshake_sends_a_challenge(stage: Stage) -> None:
    def echo(received: Received) -> Response:
        return Response(received.data["challenge"])

    stage.app.answer = echo
    delivery = stage.servers.run(stage.sandbox.workspace.services.events.url_verification())
    assert stage.app.last["type"] == "url_verification"
    assert delivery.body == stage.app.last["challenge"]


async def test_opening_home_tells_what_stands_there(stage: Stage) -> None:
    await stage.control("home", user="ana")
    assert stage.app.events[0]["event"]["tab"] == "home"
    assert "view" not in stage.app.events[0]["event"]
    view = {"type": "home", "callback_id": "mine", "blocks": [{"type": "divider"}]}
    await stage.client.views_publish(user_id="U0ANA", view=view)
    await stage.control("home", user="ana")
    assert stage.app.events[1]["event"]["view"]["callback_id"] == "mine"


async def test_joining_is_told_to_a_bot_that_is_or_comes_there(stage: Stage) -> None:
    await stage.control("members", channel="oncall", user="cleo", action="invite")
    await stage.control("members", channel="random", user="quarterdeck", action="invite")
    joined = [(e["event"]["channel"], e["event"]["user"]) for e in stage.app.events]
    assert joined == [("C0ONCALL", "U0CLEO"), ("C0RANDOM", "U0QDECK")]


async def test_an_event_that_the_app_did_not_subscribe_to_is_not_sent(stage: Stage) -> None:
    told = await stage.control("members", channel="deploys", user="dev", action="kick")
    stage.settle()
    assert told["status"] == 0
    assert stage.app.received == []


async def test_a_replay_is_the_same_bytes_with_the_same_signature(stage: Stage) -> None:
    await stage.command("deploy web/dev")
    await stage.control("replay", n=2)
    first, *again = stage.app.received
    assert [(got.raw, got.headers["x-slack-signature"]) for got in again] == [
        (first.raw, first.headers["x-slack-signature"])
    ] * 2


async def test_there_is_nothing_to_replay_at_first(stage: Stage) -> None:
    assert (await stage.refused("replay"))[0] == 409
