from typing import Any

import pytest

from tests.sandbox.slack_workspace.stage import Stage, actions, button, mrkdwn, plain

SECTION = {"type": "section", "text": mrkdwn("hi")}


async def test_a_post_is_in_the_channel_with_its_author_and_metadata(stage: Stage) -> None:
    metadata = {"event_type": "card", "event_payload": {"key": "k"}}
    ts = await stage.post(text="hello", blocks=[SECTION], metadata=metadata)
    (message,) = (await stage.channel("deploys"))["messages"]
    assert (message["ts"], message["bot_id"], message["metadata"]) == (ts, "B0QDECK", metadata)
    assert message["blocks"][0]["block_id"]


async def test_timestamps_are_unique_and_in_order(stage: Stage) -> None:
    posted = [await stage.post(channel) for channel in ("C0DEPLOYS", "C0PROD", "C0DEPLOYS")]
    assert posted == sorted(set(posted))


@pytest.mark.parametrize(
    ("channel", "error"),
    [
        ("C0NONE", "channel_not_found"),
        ("C0RANDOM", "not_in_channel"),
        ("C0ARCHIVE", "is_archived"),
        ("deploys", "channel_not_found"),
        ("U0QDECK", "cannot_dm_bot"),
    ],
)
async def test_where_the_bot_cannot_post(stage: Stage, channel: str, error: str) -> None:
    assert (await stage.error("chat.postMessage", channel=channel, text="x"))["error"] == error


async def test_a_private_channel_of_others_does_not_exist_for_the_bot(stage: Stage) -> None:
    await stage.control("members", channel="oncall", user="quarterdeck", action="kick")
    assert (await stage.error("chat.postMessage", channel="C0ONCALL", text="x"))[
        "error"
    ] == "channel_not_found"


async def test_a_persons_id_means_their_dm(stage: Stage) -> None:
    answer = await stage.client.chat_postMessage(channel="U0BEN", text="psst")
    assert answer["channel"] == "D0BEN"


@pytest.mark.parametrize(
    ("content", "error"),
    [
        ({}, "no_text"),
        ({"text": "  "}, "no_text"),
        ({"text": "x" * 40_001}, "msg_too_long"),
        ({"blocks": "[{"}, "invalid_blocks_format"),
        ({"blocks": {"type": "section"}}, "invalid_blocks_format"),
        ({"blocks": [{"type": "nonsense"}]}, "invalid_blocks"),
        (
            {
                "blocks": [{"type": "section", "text": mrkdwn("x" * 2600)}] * 5
                + [{"type": "header", "text": plain("x")}]
            },
            "msg_blocks_too_long",
        ),
        ({"text": "x", "metadata": {"event_type": "a"}}, "invalid_metadata_format"),
        (
            {"text": "x", "metadata": {"event_type": "a", "event_payload": {"x": "y" * (16_000 - 46)}}},
            "metadata_too_large",
        ),
        ({"attachments": [{"text": "x"}] * 101}, "too_many_attachments"),
        ({"text": "x", "thread_ts": "1.000001"}, "thread_not_found"),
        ({"text": "x", "colour": "red"}, "invalid_arguments"),
    ],
)
async def test_what_a_post_may_not_hold(stage: Stage, content: dict[str, Any], error: str) -> None:
    assert (await stage.error("chat.postMessage", channel="C0DEPLOYS", **content))["error"] == error


@pytest.mark.parametrize(
    "content",
    [
        {"text": "x" * 40_000},
        {"attachments": [{"text": "x"}] * 100},
        {"blocks": [{"type": "section", "text": mrkdwn("x" * 2600)}] * 5},
        {"text": "x", "metadata": {"event_type": "a", "event_payload": {"x": "y" * (16_000 - 47)}}},
    ],
)
async def test_what_a_post_may_just_hold(stage: Stage, content: dict[str, Any]) -> None:
    await stage.post(**content)
    assert len((await stage.channel("deploys"))["messages"]) == 1


async def test_invalid_blocks_says_where(stage: Stage) -> None:
    blocks = [SECTION, actions(button(text={"type": "plain_text", "text": "x" * 76}))]
    refused = await stage.error("chat.postMessage", channel="C0DEPLOYS", blocks=blocks)
    assert refused["response_metadata"]["messages"] == [
        "[ERROR] must be less than 76 characters [json-pointer:/blocks/1/elements/0/text/text]"
    ]
    assert (await stage.state())["api"]["methods"]["chat.postMessage"]["violations"] == 1


async def test_a_reply_cannot_be_a_threads_parent(stage: Stage) -> None:
    reply = await stage.post(thread_ts=await stage.post())
    stage.clock.advance(1)
    refused = await stage.error("chat.postMessage", channel="C0DEPLOYS", text="x", thread_ts=reply)
    assert refused["error"] == "invalid_arguments"


async def test_mentions_are_recorded_and_escaped_text_mentions_nobody(stage: Stage) -> None:
    await stage.post(
        text="<!channel> &lt;!here&gt;", blocks=[{"type": "section", "text": mrkdwn("<@U0ANA>")}]
    )
    (message,) = (await stage.channel("deploys"))["messages"]
    assert message["mentions"] == [{"kind": "channel", "id": None}, {"kind": "user", "id": "U0ANA"}]


async def test_an_update_counts_edits_and_keeps_what_it_does_not_say(stage: Stage) -> None:
    ts = await stage.post(blocks=[SECTION], metadata={"event_type": "a", "event_payload": {}})
    answer = await stage.client.chat_update(channel="C0DEPLOYS", ts=ts, text="new")
    assert answer["message"]["edited"]["user"] == "U0QDECK"
    await stage.client.chat_update(channel="C0DEPLOYS", ts=ts, text="newer")
    (message,) = (await stage.channel("deploys"))["messages"]
    assert (message["text"], message["edits"], len(message["blocks"])) == ("newer", 2, 1)
    assert message["metadata"]["event_type"] == "a"


async def test_an_update_with_empty_blocks_takes_them_away(stage: Stage) -> None:
    ts = await stage.post(blocks=[SECTION])
    await stage.client.chat_update(channel="C0DEPLOYS", ts=ts, text="plain", blocks=[])
    assert (await stage.channel("deploys"))["messages"][0]["blocks"] == []


async def test_an_updates_text_has_a_tighter_limit(stage: Stage) -> None:
    ts = await stage.post()
    refused = await stage.error("chat.update", channel="C0DEPLOYS", ts=ts, text="x" * 4001)
    assert refused["error"] == "msg_too_long"


@pytest.mark.parametrize(
    ("method", "error"), [("chat.update", "cant_update_message"), ("chat.delete", "cant_delete_message")]
)
async def test_the_bot_touches_only_its_own_messages(stage: Stage, method: str, error: str) -> None:
    said = await stage.control("message", user="ana", channel="deploys", text="mine")
    text = {"text": "x"} if method == "chat.update" else {}
    assert (await stage.error(method, channel="C0DEPLOYS", ts=said["ts"], **text))["error"] == error
    assert (await stage.error(method, channel="C0DEPLOYS", ts="1.000001", **text))[
        "error"
    ] == "message_not_found"


async def test_an_ephemeral_is_for_somebody_in_the_channel_and_never_in_history(stage: Stage) -> None:
    await stage.client.chat_postEphemeral(channel="C0ONCALL", user="U0ANA", text="psst")
    refused = await stage.error("chat.postEphemeral", channel="C0ONCALL", user="U0CLEO", text="x")
    assert refused["error"] == "user_not_in_channel"
    assert (await stage.client.conversations_history(channel="C0ONCALL"))["messages"] == []
    assert (await stage.channel("oncall"))["ephemerals"][0]["ephemeral_to"] == "U0ANA"


async def test_nothing_is_said_in_an_archived_channel_not_even_to_one_person(stage: Stage) -> None:
    refused = await stage.error("chat.postEphemeral", channel="C0ARCHIVE", user="U0ANA", text="psst")
    assert refused["error"] == "is_archived"


@pytest.mark.parametrize("method", ["chat.update", "chat.delete"])
async def test_nothing_changes_in_an_archived_channel(stage: Stage, method: str) -> None:
    ts = await stage.post()
    stage.sandbox.workspace.state.channels["C0DEPLOYS"].archived = True
    more = {"text": "new"} if method == "chat.update" else {}
    assert (await stage.error(method, channel="C0DEPLOYS", ts=ts, **more))["error"] == "is_archived"


async def test_an_ephemeral_cannot_be_updated_by_its_ts(stage: Stage) -> None:
    posted = await stage.client.chat_postEphemeral(channel="C0DEPLOYS", user="U0ANA", text="x")
    refused = await stage.error("chat.update", channel="C0DEPLOYS", ts=posted["message_ts"], text="y")
    assert refused["error"] == "message_not_found"


async def test_a_permalink_names_channel_ts_and_thread(stage: Stage) -> None:
    parent = await stage.post()
    reply = await stage.post(thread_ts=parent)
    link = (await stage.client.chat_getPermalink(channel="C0DEPLOYS", message_ts=reply))["permalink"]
    assert link.endswith(f"/archives/C0DEPLOYS/p{reply.replace('.', '')}?thread_ts={parent}&cid=C0DEPLOYS")
