"""The page over HTTP, without a browser: who sees what, and under which policy."""

from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from tests.sandbox.slack_workspace.page.scene import Scene, actions, button, field_block, modal, option
from tests.sandbox.slack_workspace.page.serving import playing


@pytest_asyncio.fixture
async def client(scene: Scene) -> AsyncIterator[httpx.AsyncClient]:
    async with playing(scene) as base, httpx.AsyncClient(base_url=base) as client:
        yield client


async def test_the_root_leads_to_the_first_channel(client: httpx.AsyncClient) -> None:
    answer = await client.get("/?as=ben")
    assert (answer.status_code, answer.headers["location"]) == (303, "/c/deploys?as=ben")


async def test_nothing_inline_may_run_on_any_page(client: httpx.AsyncClient) -> None:
    for path in ("/c/deploys", "/home", "/part/sidebar"):
        policy = (await client.get(path)).headers["content-security-policy"]
        assert "default-src 'none'; script-src 'self'; style-src 'self'" in policy
        assert "unsafe" not in policy


async def test_who_acts_is_remembered_and_an_unknown_name_is_the_first_person(
    client: httpx.AsyncClient,
) -> None:
    await client.get("/c/deploys?as=cleo")
    assert 'data-as="cleo"' in (await client.get("/c/deploys")).text
    for name in ("nobody", "eve", "quarterdeck", "slackbot"):
        client.cookies.clear()
        assert 'data-as="ana"' in (await client.get(f"/c/deploys?as={name}")).text


async def test_a_channel_one_is_not_in_cannot_be_opened(client: httpx.AsyncClient) -> None:
    assert (await client.get("/c/oncall?as=ana")).status_code == 200
    assert (await client.get("/c/oncall?as=cleo")).status_code == 303
    assert (await client.get("/c/D0ANA?as=ben")).status_code == 303
    assert (await client.get("/part/channel?channel=C0ONCALL&as=cleo")).status_code == 404


async def test_an_ephemeral_is_seen_by_its_person_alone(client: httpx.AsyncClient, scene: Scene) -> None:
    scene.post("psst", ephemeral_to="U0ANA")
    assert "psst" in (await client.get("/part/channel?channel=C0DEPLOYS&as=ana")).text
    assert "psst" not in (await client.get("/part/channel?channel=C0DEPLOYS&as=ben")).text


async def test_a_message_keeps_its_rev_until_it_changes(client: httpx.AsyncClient, scene: Scene) -> None:
    message = scene.post("one")
    before = (await client.get("/part/channel?channel=C0DEPLOYS&as=ana")).text
    scene.post("two")
    assert before.strip() in (await client.get("/part/channel?channel=C0DEPLOYS&as=ana")).text
    scene.edit(message, text="three")
    assert (
        before.split("data-rev=")[1][:14]
        not in (await client.get("/part/channel?channel=C0DEPLOYS&as=ana")).text
    )


async def test_a_file_is_plain_text_for_those_in_its_channel(client: httpx.AsyncClient, scene: Scene) -> None:
    file_id = scene.upload("x.html", "<b>hi</b>", channel="C0ONCALL")
    answer = await client.get(f"/file/{file_id}/x.html?as=ana")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.text == "<b>hi</b>"
    assert (await client.get(f"/file/{file_id}/x.html?as=cleo")).status_code == 404


async def test_another_site_cannot_act_through_the_browser(client: httpx.AsyncClient, scene: Scene) -> None:
    for path in ("/do/write", "/do/press", "/do/home"):
        answer = await client.post(path, json={}, headers={"sec-fetch-site": "cross-site"})
        assert answer.status_code == 403
    assert scene.app.heard == []


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"channel": 1, "text": "x"}', b'{"text": "x"}'])
async def test_a_malformed_deed_is_refused_with_the_reason(client: httpx.AsyncClient, body: bytes) -> None:
    answer = await client.post("/do/write?as=ana", content=body)
    assert answer.status_code == 400
    assert answer.json()["error"]


async def test_what_begins_with_a_slash_is_a_command(client: httpx.AsyncClient, scene: Scene) -> None:
    await client.post("/do/write?as=ana", json={"channel": "C0DEPLOYS", "text": "/pulumi  deploy web/dev "})
    said = scene.app.last("command")
    assert (said["user_id"], said["command"], said["text"]) == ("U0ANA", "/pulumi", "deploy web/dev")


async def test_a_space_before_the_slash_makes_it_a_message(client: httpx.AsyncClient, scene: Scene) -> None:
    await client.post("/do/write?as=ana", json={"channel": "C0DEPLOYS", "text": " /pulumi status"})
    assert [said for said in scene.app.heard if said["type"] == "command"] == []
    assert scene.workspace.state.channels["C0DEPLOYS"].messages[-1].text == "/pulumi status"


async def test_one_cannot_press_what_one_does_not_see(client: httpx.AsyncClient, scene: Scene) -> None:
    message = scene.post(ephemeral_to="U0ANA", blocks=[actions(button("Go", "go"))])
    press = {"source": {"channel": "C0DEPLOYS", "ts": message.ts}, "action_id": "go"}
    assert (await client.post("/do/press?as=ben", json=press)).status_code == 404
    assert (await client.post("/do/press?as=ana", json=press)).json() == {"ok": True}


async def test_one_cannot_submit_or_close_another_persons_modal(
    client: httpx.AsyncClient, scene: Scene
) -> None:
    view = scene.open_modal(
        "U0ANA", modal("T", field_block("S", {"type": "plain_text_input", "action_id": "s"}, "b"))
    )
    assert (await client.post("/do/submit?as=ben", json={"view": view.id, "values": {}})).status_code == 404
    assert (await client.post("/do/close?as=ben", json={"view": view.id})).status_code == 404


async def test_what_cannot_be_pressed_is_refused_with_the_reason(
    client: httpx.AsyncClient, scene: Scene
) -> None:
    message = scene.post(blocks=[actions(button("Go", "go"))])
    press = {"source": {"channel": "C0DEPLOYS", "ts": message.ts}, "action_id": "gone"}
    answer = await client.post("/do/press?as=ana", json=press)
    assert (answer.status_code, answer.json()) == (404, {"ok": False, "error": "there is no gone here"})


async def test_suggestions_come_as_options(client: httpx.AsyncClient, scene: Scene) -> None:
    select = {"type": "external_select", "action_id": "s"}
    view = scene.open_modal("U0ANA", modal("T", field_block("S", select, "b")))
    scene.app.answers["block_suggestion"] = {"options": [option("web/<dev>", "1")]}
    typed = {"source": {"view": view.id}, "action_id": "s", "block_id": "b", "value": "web"}
    answer = await client.post("/do/suggest?as=ana", json=typed)
    assert 'data-value="1" data-text="web/&lt;dev&gt;"' in answer.text
    assert scene.app.last("block_suggestion")["value"] == "web"


async def test_where_one_cannot_write_there_is_no_composer(client: httpx.AsyncClient, scene: Scene) -> None:
    scene.workspace.state.channels["C0RANDOM"].members.remove("U0CLEO")
    shown = (await client.get("/c/random?as=cleo")).text
    assert "You are not in #random." in shown
    assert "<textarea" not in shown
