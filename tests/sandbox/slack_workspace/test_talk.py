from sandbox.slack_workspace import Manifest, create_app
from tests.sandbox.slack_workspace.stage import Stage


async def test_a_reply_stands_in_its_thread(stage: Stage) -> None:
    ts = await stage.post()
    await stage.control("message", user="ben", channel="deploys", text="why?", thread_ts=ts)
    (message,) = (await stage.channel("deploys"))["messages"]
    assert [reply["text"] for reply in message["replies"]] == ["why?"]


async def test_mentions_in_a_typed_message_are_recorded(stage: Stage) -> None:
    await stage.control("message", user="ben", channel="deploys", text="@channel @ana @sre look")
    (message,) = (await stage.channel("deploys"))["messages"]
    assert message["mentions"] == [
        {"kind": "channel", "id": None},
        {"kind": "user", "id": "U0ANA"},
        {"kind": "usergroup", "id": "S0SRE"},
    ]


async def test_people_write_only_where_they_are(stage: Stage) -> None:
    await stage.control("members", channel="random", user="dev", action="kick")
    assert (await stage.refused("message", user="dev", channel="random", text="hi"))[0] == 403
    assert (await stage.refused("message", user="dev", channel="oncall", text="hi"))[0] == 403
    assert (await stage.refused("message", user="dev", channel="old-deploys", text="hi"))[0] == 403


async def test_an_app_whose_messages_tab_is_read_only_is_not_written_to(stage: Stage) -> None:
    await stage.control("message", user="ana", channel="@ana", text="hi")
    stage.servers.slack.app = create_app(manifest=Manifest(messages_tab=False), clock=stage.clock)
    assert (await stage.refused("message", user="ana", channel="@ana", text="hi"))[0] == 403


async def test_an_empty_message_and_a_reply_to_nothing_are_refused(stage: Stage) -> None:
    assert (await stage.refused("message", user="ana", channel="deploys", text=" "))[0] == 400
    gone = await stage.refused("message", user="ana", channel="deploys", text="x", thread_ts="1.000001")
    assert gone[0] == 404


async def test_a_kicked_bot_is_no_longer_in_the_channel(stage: Stage) -> None:
    await stage.control("members", channel="deploys", user="quarterdeck", action="kick")
    refused = await stage.error("chat.postMessage", channel="C0DEPLOYS", text="hi")
    assert refused["error"] == "not_in_channel"
