import json
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from sandbox.slack_workspace import Manifest, create_app
from tests.sandbox.slack_workspace.stage import Stage

AUTH = {"Authorization": "Bearer xoxb-sandbox"}


async def call(stage: Stage, method: str, **request: Any) -> dict[str, Any]:
    answer = await stage.http.post(f"/api/{method}", **request)
    assert answer.status_code == 200
    body: dict[str, Any] = answer.json()
    return body


async def test_the_token_is_needed_and_must_be_right(stage: Stage) -> None:
    assert (await call(stage, "auth.test"))["error"] == "not_authed"
    assert (await call(stage, "auth.test", headers={"Authorization": "Bearer xoxb-other"}))[
        "error"
    ] == "invalid_auth"
    assert (await call(stage, "auth.test", data={"token": "xoxb-sandbox"}))["ok"]


async def test_auth_test_says_who_the_bot_is(stage: Stage) -> None:
    answer = await stage.client.auth_test()
    assert (answer["team_id"], answer["user_id"], answer["bot_id"]) == ("T0QUARTER", "U0QDECK", "B0QDECK")
    assert "chat:write" in answer.headers["x-oauth-scopes"]


async def test_an_unknown_method_is_refused_and_counted(stage: Stage) -> None:
    refused = await stage.error("chat.shout")
    assert (refused["error"], refused["req_method"]) == ("unknown_method", "chat.shout")
    assert (await stage.state())["api"]["violations"] == 1


async def test_forms_and_json_are_both_read(stage: Stage) -> None:
    blocks = json.dumps([{"type": "divider"}])
    form = {"channel": "C0DEPLOYS", "blocks": blocks, "text": "form"}
    assert (await call(stage, "chat.postMessage", headers=AUTH, data=form))["ok"]
    body = {"channel": "C0PROD", "text": "json"}
    assert (await call(stage, "chat.postMessage", headers=AUTH, json=body))["ok"]


@pytest.mark.parametrize(
    ("kind", "content", "error"),
    [
        ("application/json", b"{", "invalid_json"),
        ("application/json", b"[]", "json_not_object"),
        ("text/plain", b"x", "invalid_post_type"),
    ],
)
async def test_other_bodies_are_refused(stage: Stage, kind: str, content: bytes, error: str) -> None:
    headers = {**AUTH, "Content-Type": kind}
    assert (await call(stage, "chat.postMessage", headers=headers, content=content))["error"] == error


async def test_a_scope_that_the_manifest_lacks_is_named(stage: Stage) -> None:
    stage.servers.slack.app = create_app(manifest=Manifest(scopes=frozenset({"commands"})), clock=stage.clock)
    refused = await stage.error("chat.postMessage", channel="C0DEPLOYS", text="x")
    assert (refused["error"], refused["needed"], refused["provided"]) == (
        "missing_scope",
        "chat:write",
        "commands",
    )


async def refusal(stage: Stage, granted: str, method: str, **arguments: Any) -> str:
    """What an app with these scopes alone hears."""
    stage.servers.slack.app = create_app(
        manifest=Manifest(scopes=frozenset(granted.split())), clock=stage.clock
    )
    return str((await stage.error(method, **arguments))["error"])


@pytest.mark.parametrize(
    ("method", "granted", "arguments"),
    [
        ("conversations.history", "channels:history", {"channel": "C0ONCALL"}),
        ("conversations.history", "groups:history", {"channel": "D0ANA"}),
        ("conversations.replies", "channels:history", {"channel": "C0ONCALL", "ts": "1.000001"}),
        ("conversations.info", "channels:read", {"channel": "C0ONCALL"}),
        ("conversations.members", "groups:read", {"channel": "C0DEPLOYS"}),
        ("conversations.list", "channels:read", {"types": "public_channel,private_channel"}),
        ("users.conversations", "channels:read", {"types": "im"}),
        ("conversations.open", "channels:manage groups:write", {"users": "U0ANA"}),
        ("files.getUploadURLExternal", "chat:write", {"filename": "a.txt", "length": 2}),
        ("files.completeUploadExternal", "chat:write", {"files": []}),
        ("chat.postEphemeral", "files:write", {"channel": "C0DEPLOYS", "user": "U0ANA", "text": "x"}),
        ("users.info", "users:read.email", {"user": "U0ANA"}),
        ("usergroups.list", "users:read", {}),
    ],
)
async def test_each_kind_of_channel_and_method_has_its_own_scope(
    stage: Stage, method: str, granted: str, arguments: dict[str, Any]
) -> None:
    assert await refusal(stage, granted, method, **arguments) == "missing_scope"


async def test_an_app_without_a_home_tab_publishes_none(stage: Stage) -> None:
    view = {"type": "home", "blocks": []}
    assert await refusal(stage, "commands", "views.publish", user_id="U0ANA", view=view) == "not_enabled"


async def test_a_second_post_within_the_second_is_rate_limited(stage: Stage) -> None:
    await stage.client.chat_postMessage(channel="C0DEPLOYS", text="one")
    with pytest.raises(SlackApiError) as caught:
        await stage.client.chat_postMessage(channel="#deploys", text="two")
    assert (caught.value.response.status_code, caught.value.response.headers["Retry-After"]) == (429, "1")
    assert (await stage.state())["api"]["ratelimited"] == 1
    stage.clock.advance(0.96)
    await stage.client.chat_postMessage(channel="C0DEPLOYS", text="two")
    await stage.client.chat_postMessage(channel="C0PROD", text="elsewhere")


async def test_what_the_world_refuses_is_no_violation(stage: Stage) -> None:
    await stage.error("chat.postMessage", channel="C0RANDOM", text="x")
    counted = (await stage.state())["api"]["methods"]["chat.postMessage"]
    assert (counted["violations"], counted["errors"]) == (0, {"not_in_channel": 1})


async def test_people_and_groups_can_be_looked_up(stage: Stage) -> None:
    user = (await stage.client.users_info(user="U0ANA"))["user"]
    assert (user["name"], user["real_name"], user["deleted"]) == ("ana", "Ana Duarte", False)
    assert "email" not in user["profile"]
    groups = (await stage.client.usergroups_list(include_users=True))["usergroups"]
    assert {group["handle"]: group["users"] for group in groups} == {
        "platform": ["U0ANA", "U0BEN"],
        "sre": ["U0BEN", "U0DEV"],
    }
    assert (await stage.client.usergroups_users_list(usergroup="S0SRE"))["users"] == ["U0BEN", "U0DEV"]
    assert (await stage.error("usergroups.users.list", usergroup="S0NONE"))["error"] == "no_such_subteam"
    assert (await stage.error("users.info", user="U0NONE"))["error"] == "user_not_found"
