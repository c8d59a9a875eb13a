from typing import Any

import pytest

from tests.sandbox.slack_workspace.stage import Stage, actions, button, modal, plain, text_input

MENU = {
    "type": "static_select",
    "action_id": "pick",
    "options": [{"text": plain("One"), "value": "1"}, {"text": plain("Two"), "value": "2"}],
}


async def press(stage: Stage, ts: str, action_id: str = "go", **more: Any) -> dict[str, Any]:
    return await stage.control("action", user="ana", channel="deploys", ts=ts, action_id=action_id, **more)


async def test_a_button_sends_block_actions_with_message_and_response_url(stage: Stage) -> None:
    metadata = {"event_type": "card", "event_payload": {"key": "1"}}
    ts = await stage.post(blocks=[actions(button(value="v1"))], metadata=metadata)
    told = await press(stage, ts)
    payload = stage.app.last
    assert told["status"] == 200
    assert payload["type"] == "block_actions"
    assert payload["user"]["id"] == "U0ANA"
    assert payload["channel"] == {"id": "C0DEPLOYS", "name": "deploys"}
    assert payload["container"]["message_ts"] == ts
    assert payload["message"]["metadata"] == metadata
    assert payload["trigger_id"]
    assert payload["response_url"]
    (action,) = payload["actions"]
    assert (action["type"], action["action_id"], action["block_id"], action["value"]) == (
        "button",
        "go",
        "row",
        "v1",
    )
    assert action["action_ts"]


async def test_a_button_in_a_thread_says_its_thread(stage: Stage) -> None:
    parent = await stage.post()
    reply = await stage.post(thread_ts=parent, blocks=[actions(button())])
    await press(stage, reply)
    assert stage.app.last["container"]["thread_ts"] == parent
    assert stage.app.last["message"]["thread_ts"] == parent


async def test_a_button_of_an_ephemeral_has_no_message_and_is_pressed_by_its_reader_alone(
    stage: Stage,
) -> None:
    answer = await stage.client.chat_postEphemeral(
        channel="C0DEPLOYS", user="U0ANA", text="only you", blocks=[actions(button())]
    )
    await press(stage, answer["message_ts"])
    assert stage.app.last["container"]["is_ephemeral"] is True
    assert "message" not in stage.app.last
    refused = await stage.refused(
        "action", user="ben", channel="deploys", ts=answer["message_ts"], action_id="go"
    )
    assert refused[0] == 403


async def test_a_link_button_is_told_to_the_app_as_well(stage: Stage) -> None:
    ts = await stage.post(blocks=[actions(button(url="https://app.pulumi.com/acme"))])
    await press(stage, ts)
    assert stage.app.last["actions"][0]["url"] == "https://app.pulumi.com/acme"


async def test_a_menu_sends_the_chosen_option_and_the_state(stage: Stage) -> None:
    ts = await stage.post(blocks=[actions(MENU)])
    await press(stage, ts, "pick", value="2")
    chosen = stage.app.last["actions"][0]["selected_option"]
    assert (chosen["value"], chosen["text"]["text"]) == ("2", "Two")
    assert stage.app.last["state"]["values"]["row"]["pick"]["selected_option"] == chosen


async def test_an_option_that_is_not_offered_cannot_be_chosen(stage: Stage) -> None:
    ts = await stage.post(blocks=[actions(MENU)])
    status, _ = await stage.refused(
        "action", user="ana", channel="deploys", ts=ts, action_id="pick", value="3"
    )
    assert status == 400


async def test_the_same_action_in_two_blocks_is_told_apart_by_block_or_value(stage: Stage) -> None:
    rows = [actions(button(value=name), block_id=name) for name in ("a", "b")]
    ts = await stage.post(blocks=rows)
    await press(stage, ts, value="b")
    assert stage.app.last["actions"][0]["block_id"] == "b"
    await press(stage, ts, block_id="b")
    assert stage.app.last["actions"][0]["value"] == "b"


async def test_a_button_that_is_gone_is_refused_unless_the_client_is_stale(stage: Stage) -> None:
    ts = await stage.post(blocks=[actions(button(value="v1"))])
    await stage.client.chat_update(channel="C0DEPLOYS", ts=ts, text="done", blocks=[])
    where = {"user": "ana", "channel": "deploys", "ts": ts, "action_id": "go"}
    assert (await stage.refused("action", **where, value="v1"))[0] == 404
    assert (await stage.refused("action", **where, stale=True))[0] == 400
    await stage.control("action", **where, value="v1", stale=True)
    assert stage.app.last["actions"][0]["value"] == "v1"


async def test_a_button_whose_value_changed_is_refused(stage: Stage) -> None:
    ts = await stage.post(blocks=[actions(button(value="new"))])
    status, _ = await stage.refused(
        "action", user="ana", channel="deploys", ts=ts, action_id="go", value="old"
    )
    assert status == 404


async def test_a_stale_button_of_a_deleted_message_can_still_be_pressed(stage: Stage) -> None:
    ts = await stage.post(blocks=[actions(button(value="v1"))])
    await stage.client.chat_delete(channel="C0DEPLOYS", ts=ts)
    await press(stage, ts, value="v1", stale=True)
    assert stage.app.last["container"]["message_ts"] == ts


@pytest.mark.parametrize(("delay", "failure"), [(1.8, "operation_timeout"), (0.0, "dispatch_failed")])
async def test_the_person_hears_of_a_press_that_failed(stage: Stage, delay: float, failure: str) -> None:
    ts = await stage.post(blocks=[actions(button())])
    stage.settle()
    stage.app.delay = delay
    stage.app.will("boom", status=500)
    await press(stage, ts)
    (shown,) = (await stage.channel("deploys"))["ephemerals"]
    assert failure in shown["text"]
    assert (await stage.state())["api"]["methods"]["ack:block_actions"]["violations"] == 1


async def test_a_button_in_a_modal_carries_the_view_and_what_was_typed(stage: Stage) -> None:
    await stage.command()
    opened = await stage.client.views_open(
        trigger_id=stage.app.last["trigger_id"], view=modal(text_input(), actions(button()))
    )
    values = {"reason": {"reason": "because"}}
    await stage.control("action", user="ana", view_id=opened["view"]["id"], action_id="go", values=values)
    payload = stage.app.last
    assert payload["container"] == {"type": "view", "view_id": opened["view"]["id"]}
    assert payload["view"]["state"]["values"]["reason"]["reason"]["value"] == "because"
    assert "response_url" not in payload


async def test_a_button_on_the_home_tab_carries_the_home_view(stage: Stage) -> None:
    home = await stage.client.views_publish(
        user_id="U0ANA", view={"type": "home", "blocks": [actions(button())]}
    )
    await stage.control("action", user="ana", view_id=home["view"]["id"], action_id="go")
    assert stage.app.last["view"]["type"] == "home"
    refused = await stage.refused("action", user="ben", view_id=home["view"]["id"], action_id="go")
    assert refused[0] == 403


async def test_an_input_tells_the_app_at_once_only_where_it_asked_for_that(stage: Stage) -> None:
    await stage.command()
    opened = await stage.client.views_open(
        trigger_id=stage.app.last["trigger_id"],
        view=modal(text_input("quiet"), text_input("live", dispatch_action=True)),
    )
    at = {"user": "ana", "view_id": opened["view"]["id"], "value": "typed"}
    assert (await stage.refused("action", action_id="quiet", **at))[0] == 400
    await stage.control("action", action_id="live", **at)
    assert stage.app.last["actions"][0]["value"] == "typed"
