from typing import Any

import pytest
from starlette.responses import JSONResponse

from tests.sandbox.slack_workspace.stage import Received, Stage, modal, mrkdwn, plain, text_input

WHY = {"reason": {"reason": "because"}}


async def opened(stage: Stage, *blocks: dict[str, Any], **more: Any) -> str:
    """A modal in front of Ana; its id."""
    await stage.command()
    answer = await stage.client.views_open(
        trigger_id=stage.app.last["trigger_id"], view=modal(*blocks, **more)
    )
    return str(answer["view"]["id"])


async def submit(stage: Stage, view_id: str, values: Any = None) -> dict[str, Any]:
    return await stage.control("view", user="ana", view_id=view_id, action="submit", values=values)


async def open_views(stage: Stage) -> list[dict[str, Any]]:
    shown: list[dict[str, Any]] = (await stage.state())["views"]
    return shown


async def test_a_submission_carries_the_values_and_closes_the_modal(stage: Stage) -> None:
    view_id = await opened(stage, callback_id="reject", private_metadata="key")
    await submit(stage, view_id, WHY)
    payload = stage.app.last
    assert payload["type"] == "view_submission"
    assert payload["view"]["callback_id"] == "reject"
    assert payload["view"]["private_metadata"] == "key"
    assert payload["view"]["state"]["values"]["reason"]["reason"] == {
        "type": "plain_text_input",
        "value": "because",
    }
    assert await open_views(stage) == []


async def test_a_required_input_left_empty_is_not_sent(stage: Stage) -> None:
    view_id = await opened(stage)
    told = await submit(stage, view_id)
    assert (told["status"], list(told["body"]["errors"])) == (0, ["reason"])
    assert "type" not in stage.app.last
    assert (await open_views(stage))[0]["errors"]


async def test_an_optional_input_may_stay_empty(stage: Stage) -> None:
    view_id = await opened(stage, text_input(optional=True))
    await submit(stage, view_id)
    assert stage.app.last["view"]["state"]["values"]["reason"]["reason"]["value"] is None


async def test_errors_keep_the_modal_open_and_stand_under_their_inputs(stage: Stage) -> None:
    view_id = await opened(stage)
    stage.app.will({"response_action": "errors", "errors": {"reason": "Too short"}})
    await submit(stage, view_id, WHY)
    (view,) = await open_views(stage)
    assert view["errors"] == {"reason": "Too short"}
    assert view["values"]["reason"]["reason"]["value"] == "because"


async def test_errors_for_unknown_blocks_are_a_violation(stage: Stage) -> None:
    view_id = await opened(stage)
    stage.app.will({"response_action": "errors", "errors": {"nowhere": "x"}})
    await submit(stage, view_id, WHY)
    assert (await stage.state())["api"]["methods"]["ack:view_submission"]["violations"] == 1
    assert len(await open_views(stage)) == 1


async def test_update_replaces_the_modal(stage: Stage) -> None:
    view_id = await opened(stage)
    stage.app.will({"response_action": "update", "view": modal({"type": "divider"}, callback_id="next")})
    await submit(stage, view_id, WHY)
    (view,) = await open_views(stage)
    assert (view["id"], view["callback_id"]) == (view_id, "next")


async def test_push_lays_one_on_top_and_clear_takes_all_away(stage: Stage) -> None:
    view_id = await opened(stage)
    stage.app.will({"response_action": "push", "view": modal(callback_id="second")})
    await submit(stage, view_id, WHY)
    first, second = await open_views(stage)
    assert (second["previous_id"], second["root_id"]) == (first["id"], first["id"])
    stage.app.will({"response_action": "clear"})
    await submit(stage, second["id"], WHY)
    assert await open_views(stage) == []


async def test_only_the_top_modal_can_be_submitted(stage: Stage) -> None:
    view_id = await opened(stage)
    stage.app.will({"response_action": "push", "view": modal()})
    await submit(stage, view_id, WHY)
    refused = await stage.refused("view", user="ana", view_id=view_id, action="submit", values=WHY)
    assert refused[0] == 409


async def test_an_answer_that_breaks_the_rules_leaves_the_modal_open(stage: Stage) -> None:
    view_id = await opened(stage)
    stage.app.will({"response_action": "update", "view": modal({"type": "header", "text": mrkdwn("x")})})
    await submit(stage, view_id, WHY)
    assert len(await open_views(stage)) == 1
    assert (await stage.state())["api"]["violations"] == 1


async def test_a_failing_app_leaves_the_modal_open(stage: Stage) -> None:
    view_id = await opened(stage)
    stage.app.will("boom", status=500)
    told = await submit(stage, view_id, WHY)
    assert told["status"] == 500
    assert len(await open_views(stage)) == 1


async def test_closing_is_told_only_on_request(stage: Stage) -> None:
    quiet = await opened(stage)
    told = await stage.control("view", user="ana", view_id=quiet, action="close")
    assert told["status"] == 0
    loud = await opened(stage, notify_on_close=True)
    await stage.control("view", user="ana", view_id=loud, action="close")
    assert (stage.app.last["type"], stage.app.last["is_cleared"]) == ("view_closed", False)
    assert await open_views(stage) == []


async def test_clearing_closes_the_whole_stack(stage: Stage) -> None:
    view_id = await opened(stage, notify_on_close=True)
    stage.app.will({"response_action": "push", "view": modal()})
    await submit(stage, view_id, WHY)
    stage.app.will()
    top = (await open_views(stage))[-1]["id"]
    await stage.control("view", user="ana", view_id=top, action="close", clear=True)
    assert (stage.app.last["view"]["id"], stage.app.last["is_cleared"]) == (view_id, True)
    assert await open_views(stage) == []


async def test_a_modal_that_clears_on_close_takes_the_stack_with_it(stage: Stage) -> None:
    view_id = await opened(stage)
    stage.app.will({"response_action": "push", "view": modal(clear_on_close=True)})
    await submit(stage, view_id, WHY)
    top = (await open_views(stage))[-1]["id"]
    await stage.control("view", user="ana", view_id=top, action="close")
    assert await open_views(stage) == []


async def test_nobody_submits_anothers_modal(stage: Stage) -> None:
    view_id = await opened(stage)
    assert (await stage.refused("view", user="ben", view_id=view_id, action="submit"))[0] == 403
    assert (await stage.refused("view", user="ana", view_id="V0NONE", action="submit"))[0] == 404


async def test_a_value_for_an_input_that_is_not_there_is_refused(stage: Stage) -> None:
    view_id = await opened(stage)
    values = {"elsewhere": {"x": "1"}}
    assert (await stage.refused("view", user="ana", view_id=view_id, action="submit", values=values))[
        0
    ] == 400


async def test_external_options_are_asked_of_the_app(stage: Stage) -> None:
    select = {"type": "external_select", "action_id": "stack"}
    block = {"type": "input", "block_id": "stack", "label": plain("Stack"), "element": select}
    view_id = await opened(stage, block)
    stage.app.will({"options": [{"text": plain("web/dev"), "value": "web/dev"}]})
    where = {"user": "ana", "view_id": view_id, "action_id": "stack"}
    told = await stage.control("options", **where, value="we")
    assert told["body"]["options"][0]["value"] == "web/dev"
    assert (stage.app.last["type"], stage.app.last["value"]) == ("block_suggestion", "we")
    stage.app.will({"options": [{"text": mrkdwn("no"), "value": "x"}]})
    await stage.control("options", **where, value="we")
    assert (await stage.state())["api"]["methods"]["ack:block_suggestion"]["violations"] == 1


@pytest.mark.parametrize(
    "answer",
    [{}, {"response_action": "push", "view": modal()}, {"response_action": "update", "view": modal()}],
)
async def test_what_an_app_says_to_a_modal_that_was_closed_meanwhile_changes_nothing(
    stage: Stage, answer: dict[str, Any]
) -> None:
    view_id = await opened(stage)

    def closed_meanwhile(_received: Received) -> JSONResponse:
        modals = stage.sandbox.workspace.services.modals
        modals.drop(modals.find(view_id=view_id, external_id=None))
        return JSONResponse(answer)

    stage.app.answer = closed_meanwhile
    assert (await submit(stage, view_id, WHY))["status"] == 200
    assert await open_views(stage) == []
    assert (await stage.state())["api"]["violations"] == 0


async def test_a_chosen_conversation_may_be_answered(stage: Stage) -> None:
    select = {"type": "conversations_select", "action_id": "where", "response_url_enabled": True}
    where = {"type": "input", "block_id": "where", "label": plain("Where"), "element": select}
    view_id = await opened(stage, where, text_input())
    await submit(stage, view_id, {"where": {"where": "C0PROD"}, **WHY})
    (named,) = stage.app.last["response_urls"]
    assert (named["block_id"], named["action_id"], named["channel_id"]) == ("where", "where", "C0PROD")
    await stage.http.post(named["response_url"], json={"text": "done", "response_type": "in_channel"})
    assert [message["text"] for message in (await stage.channel("prod"))["messages"]] == ["done"]
