from typing import Any

import pytest

from tests.sandbox.slack_workspace.stage import Stage, actions, button


async def from_command(stage: Stage, channel: str = "deploys") -> str:
    await stage.command(channel=channel)
    return str(stage.app.last["response_url"])


async def from_button(stage: Stage) -> tuple[str, str]:
    """A pressed button's response_url and its message's ts."""
    ts = await stage.post(blocks=[actions(button())])
    await stage.control("action", user="ana", channel="deploys", ts=ts, action_id="go")
    return str(stage.app.last["response_url"]), ts


async def answer(stage: Stage, url: str, **body: Any) -> int:
    return (await stage.http.post(url, json=body)).status_code


async def test_an_answer_is_for_the_person_unless_it_says_in_channel(stage: Stage) -> None:
    url = await from_command(stage)
    assert await answer(stage, url, text="psst") == 200
    assert await answer(stage, url, text="all", response_type="in_channel") == 200
    channel = await stage.channel("deploys")
    assert [m["text"] for m in channel["ephemerals"]] == ["psst"]
    assert [m["text"] for m in channel["messages"]] == ["all"]


async def test_an_answer_works_where_the_bot_is_not(stage: Stage) -> None:
    url = await from_command(stage, "random")
    assert await answer(stage, url, text="hi", response_type="in_channel") == 200
    assert [m["text"] for m in (await stage.channel("random"))["messages"]] == ["hi"]


async def test_five_answers_and_no_more(stage: Stage) -> None:
    url = await from_command(stage)
    codes = [await answer(stage, url, text=str(number)) for number in range(6)]
    assert codes == [200] * 5 + [404]
    refused = await stage.http.post(url, json={"text": "again"})
    assert refused.json()["error"] == "used_url"


async def test_thirty_minutes_and_no_longer(stage: Stage) -> None:
    url = await from_command(stage)
    stage.clock.advance(30 * 60 + 1)
    refused = await stage.http.post(url, json={"text": "late"})
    assert (refused.status_code, refused.json()["error"]) == (404, "expired_url")


async def test_an_invented_url_is_not_found(stage: Stage) -> None:
    assert await answer(stage, "/actions/T0QUARTER/invented", text="x") == 404


async def test_replace_original_edits_the_buttons_message(stage: Stage) -> None:
    url, ts = await from_button(stage)
    await answer(stage, url, text="decided", replace_original=True)
    (message,) = (await stage.channel("deploys"))["messages"]
    assert (message["ts"], message["text"], message["blocks"], message["edits"]) == (ts, "decided", [], 1)


async def test_delete_original_takes_it_away(stage: Stage) -> None:
    url, ts = await from_button(stage)
    await answer(stage, url, delete_original=True)
    channel = await stage.channel("deploys")
    assert (channel["messages"], channel["deleted"]) == ([], [ts])


async def test_an_ephemeral_can_be_replaced_by_its_response_url(stage: Stage) -> None:
    posted = await stage.client.chat_postEphemeral(
        channel="C0DEPLOYS", user="U0ANA", text="sure?", blocks=[actions(button())]
    )
    await stage.control("action", user="ana", channel="deploys", ts=posted["message_ts"], action_id="go")
    await answer(stage, stage.app.last["response_url"], text="done", replace_original=True)
    (shown,) = (await stage.channel("deploys"))["ephemerals"]
    assert (shown["text"], shown["edits"]) == ("done", 1)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"text": ""},
        {"text": "x", "response_type": "loud"},
        {"text": "x", "unknown": 1},
        {"blocks": [{}]},
        {"text": "x", "thread_ts": 1},
    ],
)
async def test_answers_that_slack_would_not_take_are_counted(stage: Stage, body: dict[str, Any]) -> None:
    url = await from_command(stage)
    assert await answer(stage, url, **body) == 400
    assert (await stage.state())["api"]["methods"]["response_url"]["violations"] == 1


async def test_an_answer_goes_into_a_thread_that_is_there(stage: Stage) -> None:
    url, ts = await from_button(stage)
    assert await answer(stage, url, text="gone", thread_ts="1.000001", response_type="in_channel") == 400
    await answer(stage, url, text="here", thread_ts=ts, response_type="in_channel")
    (message,) = (await stage.channel("deploys"))["messages"]
    assert [reply["text"] for reply in message["replies"]] == ["here"]
