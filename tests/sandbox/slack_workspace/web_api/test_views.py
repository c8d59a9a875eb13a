import pytest

from tests.sandbox.slack_workspace.stage import Stage, actions, button, modal, mrkdwn


async def trigger(stage: Stage) -> str:
    await stage.command()
    return str(stage.app.last["trigger_id"])


async def trigger_inside(stage: Stage) -> str:
    """A press of the button `go` in the modal that is on top."""
    view_id = (await stage.state())["views"][-1]["id"]
    await stage.control("action", user="ana", view_id=view_id, action_id="go")
    return str(stage.app.last["trigger_id"])


async def test_a_trigger_opens_one_modal(stage: Stage) -> None:
    trigger_id = await trigger(stage)
    answer = await stage.client.views_open(trigger_id=trigger_id, view=modal(callback_id="ask"))
    assert answer["view"]["callback_id"] == "ask"
    assert answer["view"]["hash"]
    refused = await stage.error("views.open", trigger_id=trigger_id, view=modal())
    assert refused["error"] == "exchanged_trigger_id"


async def test_a_trigger_lives_three_seconds(stage: Stage) -> None:
    trigger_id = await trigger(stage)
    stage.clock.advance(3.1)
    assert (await stage.error("views.open", trigger_id=trigger_id, view=modal()))[
        "error"
    ] == "expired_trigger_id"


async def test_an_invented_trigger_opens_nothing(stage: Stage) -> None:
    assert (await stage.error("views.open", trigger_id="1.2.3", view=modal()))[
        "error"
    ] == "invalid_trigger_id"


async def test_a_wrong_view_says_where(stage: Stage) -> None:
    view = modal({"type": "header", "text": mrkdwn("no")})
    refused = await stage.error("views.open", trigger_id=await trigger(stage), view=view)
    assert refused["error"] == "invalid_arguments"
    assert "json-pointer:/view/blocks/0/text/type" in refused["response_metadata"]["messages"][0]


async def test_three_modals_and_no_fourth(stage: Stage) -> None:
    step = modal(actions(button("go")))
    await stage.client.views_open(trigger_id=await trigger(stage), view=step)
    for _ in range(2):
        await stage.client.views_push(trigger_id=await trigger_inside(stage), view=step)
    refused = await stage.error("views.push", trigger_id=await trigger_inside(stage), view=step)
    assert refused["error"] == "push_limit_reached"


async def test_a_modal_is_pushed_by_what_was_done_in_the_one_below(stage: Stage) -> None:
    step = modal(actions(button("go")))
    opened = await stage.client.views_open(trigger_id=await trigger(stage), view=step)
    refused = await stage.error("views.push", trigger_id=await trigger(stage), view=step)
    assert refused["error"] == "invalid_trigger_id"
    inside = await trigger_inside(stage)
    await stage.control("view", user="ana", view_id=opened["view"]["id"], action="close")
    assert (await stage.error("views.push", trigger_id=inside, view=step))["error"] == "not_found"


async def test_an_update_by_id_or_external_id_changes_the_hash(stage: Stage) -> None:
    opened = await stage.client.views_open(trigger_id=await trigger(stage), view=modal(external_id="mine"))
    view = opened["view"]
    changed = await stage.client.views_update(
        external_id="mine", hash=view["hash"], view=modal(external_id="mine")
    )
    assert changed["view"]["id"] == view["id"]
    refused = await stage.error("views.update", view_id=view["id"], hash=view["hash"], view=modal())
    assert refused["error"] == "hash_conflict"


async def test_a_closed_modal_cannot_be_updated(stage: Stage) -> None:
    opened = await stage.client.views_open(trigger_id=await trigger(stage), view=modal())
    await stage.control("view", user="ana", view_id=opened["view"]["id"], action="close")
    refused = await stage.error("views.update", view_id=opened["view"]["id"], view=modal())
    assert refused["error"] == "not_found"


async def test_an_external_id_is_used_once(stage: Stage) -> None:
    mine = modal(actions(button("go")), external_id="mine")
    await stage.client.views_open(trigger_id=await trigger(stage), view=mine)
    refused = await stage.error("views.push", trigger_id=await trigger_inside(stage), view=mine)
    assert refused["error"] == "duplicate_external_id"


async def test_a_home_tab_is_published_per_person(stage: Stage) -> None:
    view = {"type": "home", "blocks": [{"type": "divider"}]}
    first = await stage.client.views_publish(user_id="U0ANA", view=view)
    await stage.client.views_publish(user_id="U0ANA", view=view, hash=first["view"]["hash"])
    refused = await stage.error("views.publish", user_id="U0ANA", view=view, hash=first["view"]["hash"])
    assert refused["error"] == "hash_conflict"
    assert list((await stage.state())["homes"]) == ["U0ANA"]


@pytest.mark.parametrize(("user", "error"), [("U0NONE", "user_not_found")])
async def test_a_home_tab_needs_a_person(stage: Stage, user: str, error: str) -> None:
    view = {"type": "home", "blocks": []}
    assert (await stage.error("views.publish", user_id=user, view=view))["error"] == error


async def test_a_view_of_more_than_250_kilobytes_is_refused(stage: Stage) -> None:
    big = [{"type": "section", "text": mrkdwn("x" * 2900)}] * 90
    refused = await stage.error("views.open", trigger_id=await trigger(stage), view=modal(*big))
    assert refused["error"] == "view_too_large"
