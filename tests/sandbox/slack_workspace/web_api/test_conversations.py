import pytest

from tests.sandbox.slack_workspace.stage import Stage


async def test_history_is_newest_first_without_replies(stage: Stage) -> None:
    first = await stage.post(text="one")
    await stage.post(text="reply", thread_ts=first)
    await stage.post(text="two")
    found = (await stage.client.conversations_history(channel="C0DEPLOYS"))["messages"]
    assert [message["text"] for message in found] == ["two", "one"]
    assert (found[1]["reply_count"], found[1]["reply_users"]) == (1, ["U0QDECK"])


async def test_metadata_comes_only_when_asked_for(stage: Stage) -> None:
    metadata = {"event_type": "card", "event_payload": {"key": "k"}}
    await stage.post(metadata=metadata)
    plain = await stage.client.conversations_history(channel="C0DEPLOYS")
    full = await stage.client.conversations_history(channel="C0DEPLOYS", include_all_metadata=True)
    assert "metadata" not in plain["messages"][0]
    assert full["messages"][0]["metadata"] == metadata


async def test_oldest_and_latest_are_outside_unless_inclusive(stage: Stage) -> None:
    first, second, third = [await stage.post() for _ in range(3)]

    async def found(*, inclusive: bool) -> list[str]:
        answer = await stage.client.conversations_history(
            channel="C0DEPLOYS", oldest=first, latest=third, inclusive=inclusive
        )
        return [message["ts"] for message in answer["messages"]]

    assert await found(inclusive=False) == [second]
    assert await found(inclusive=True) == [third, second, first]


async def test_pages_follow_each_other_by_cursor(stage: Stage) -> None:
    posted = [await stage.post() for _ in range(3)]
    page = await stage.client.conversations_history(channel="C0DEPLOYS", limit=2)
    assert page["has_more"]
    rest = await stage.client.conversations_history(
        channel="C0DEPLOYS", limit=2, cursor=page["response_metadata"]["next_cursor"]
    )
    assert not rest["has_more"]
    assert [m["ts"] for m in (*page["messages"], *rest["messages"])] == posted[::-1]
    assert (await stage.error("conversations.list", cursor="nonsense"))["error"] == "invalid_cursor"


async def test_replies_begin_with_the_parent_and_are_found_from_any_of_them(stage: Stage) -> None:
    parent = await stage.post()
    reply = await stage.post(thread_ts=parent)
    for ts in (parent, reply):
        found = (await stage.client.conversations_replies(channel="C0DEPLOYS", ts=ts))["messages"]
        assert [message["ts"] for message in found] == [parent, reply]
    assert found[1]["parent_user_id"] == "U0QDECK"
    refused = await stage.error("conversations.replies", channel="C0DEPLOYS", ts="1.000001")
    assert refused["error"] == "thread_not_found"


@pytest.mark.parametrize("method", ["conversations.history", "conversations.replies"])
async def test_the_bot_reads_only_where_it_is(stage: Stage, method: str) -> None:
    more = {"ts": "1.000001"} if method == "conversations.replies" else {}
    assert (await stage.error(method, channel="C0RANDOM", **more))["error"] == "not_in_channel"


async def test_a_private_channel_that_the_bot_left_does_not_exist_for_it(stage: Stage) -> None:
    await stage.control("members", channel="oncall", user="quarterdeck", action="kick")
    for method in ("conversations.info", "conversations.members", "conversations.history"):
        assert (await stage.error(method, channel="C0ONCALL"))["error"] == "channel_not_found"


async def test_lists_tell_kinds_apart_and_say_where_the_bot_is(stage: Stage) -> None:
    public = (await stage.client.conversations_list(exclude_archived=True))["channels"]
    assert {c["name"]: c["is_member"] for c in public} == {"deploys": True, "prod": True, "random": False}
    private = (await stage.client.conversations_list(types="private_channel"))["channels"]
    assert [c["name"] for c in private] == ["oncall"]
    assert (await stage.error("conversations.list", types="clubs"))["error"] == "invalid_types"


async def test_the_bots_own_conversations_can_be_listed(stage: Stage) -> None:
    mine = (await stage.client.users_conversations(types="public_channel,private_channel"))["channels"]
    assert [c["name"] for c in mine] == ["deploys", "prod", "oncall", "old-deploys"]


async def test_info_and_members(stage: Stage) -> None:
    info = await stage.client.conversations_info(channel="C0ONCALL", include_num_members=True)
    assert (info["channel"]["is_private"], info["channel"]["num_members"]) == (True, 3)
    members = await stage.client.conversations_members(channel="C0ONCALL")
    assert members["members"] == ["U0ANA", "U0BEN", "U0QDECK"]


async def test_opening_a_dm_finds_the_one_that_is_there(stage: Stage) -> None:
    answer = await stage.client.conversations_open(users="U0ANA", return_im=True)
    assert (answer["channel"]["id"], answer["channel"]["is_im"], answer["already_open"]) == (
        "D0ANA",
        True,
        True,
    )


@pytest.mark.parametrize(
    ("users", "error"),
    [
        ("", "users_list_not_supplied"),
        ("U0NONE", "user_not_found"),
        ("U0EVE", "user_disabled"),
        ("U0QDECK", "cannot_dm_bot"),
    ],
)
async def test_whom_one_cannot_open_a_dm_with(stage: Stage, users: str, error: str) -> None:
    assert (await stage.error("conversations.open", users=users))["error"] == error


@pytest.mark.parametrize("name", ["oldest", "latest"])
async def test_a_moment_that_is_none_is_refused(stage: Stage, name: str) -> None:
    for moment in ("yesterday", "NaN"):
        refused = await stage.error("conversations.history", channel="C0DEPLOYS", **{name: moment})
        assert refused["error"] == f"invalid_ts_{name}"
