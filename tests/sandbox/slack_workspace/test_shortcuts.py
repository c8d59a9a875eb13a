"""Global shortcuts, and modals that know which channel was open."""

from typing import Any

import pytest

from tests.sandbox.slack_workspace.stage import Stage, modal, plain

WHERE: dict[str, Any] = {
    "type": "conversations_select",
    "action_id": "where",
    "default_to_current_conversation": True,
}


def where(**more: Any) -> dict[str, Any]:
    return {"type": "input", "block_id": "where", "label": plain("Where"), "element": {**WHERE, **more}}


async def chosen(stage: Stage, element: dict[str, Any]) -> Any:
    """What stands in the select of a modal that the last trigger opens."""
    await stage.client.views_open(trigger_id=stage.app.last["trigger_id"], view=modal(element))
    (view,) = (await stage.state())["views"]
    return view["values"]["where"]["where"]["selected_conversation"]


async def test_a_shortcut_is_told_with_a_trigger_and_without_a_channel(stage: Stage) -> None:
    told = await stage.control("shortcut", user="ana", callback_id="deploy", channel="deploys")
    payload = stage.app.last
    assert told["status"] == 200
    assert (payload["type"], payload["callback_id"], payload["user"]["id"]) == ("shortcut", "deploy", "U0ANA")
    assert payload["action_ts"]
    assert payload["trigger_id"]
    assert "channel" not in payload
    assert "response_url" not in payload


async def test_a_shortcut_that_the_app_does_not_have_is_not_sent(stage: Stage) -> None:
    status, why = await stage.refused("shortcut", user="ana", callback_id="other")
    assert (status, "other" in why) == (404, True)
    assert stage.app.received == []


async def test_an_app_that_fails_a_shortcut_is_counted(stage: Stage) -> None:
    stage.app.will(status=500)
    await stage.control("shortcut", user="ana", callback_id="deploy")
    assert (await stage.state())["api"]["violations"] == 1


@pytest.mark.parametrize("surface", ["shortcut", "command"])
async def test_a_select_that_defaults_to_the_current_conversation_holds_what_was_open(
    stage: Stage, surface: str
) -> None:
    if surface == "command":
        await stage.command()
    else:
        await stage.control("shortcut", user="ana", callback_id="deploy", channel="deploys")
    assert await chosen(stage, where()) == "C0DEPLOYS"


async def test_what_the_app_chose_takes_precedence(stage: Stage) -> None:
    await stage.command()
    assert await chosen(stage, where(initial_conversation="C0PROD")) == "C0PROD"


async def test_a_conversation_that_is_not_offered_is_not_chosen(stage: Stage) -> None:
    await stage.command()
    assert await chosen(stage, where(filter={"include": ["private"]})) is None


async def test_from_nowhere_nothing_is_chosen(stage: Stage) -> None:
    await stage.control("shortcut", user="ana", callback_id="deploy")
    assert await chosen(stage, where()) is None
