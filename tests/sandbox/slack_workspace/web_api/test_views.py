import pytest

from tests.sandbox.slack_workspace.stage import Stage, modal, mrkdwn


async def trigger(stage: Stage) -> str:
    await stage.command()
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
    await stage.client.views_open(trigger_id=await trigger(stage), view=modal())
    for _ in range(2):
        await stage.client.views_push(trigger_id=await trigger(stage), view=modal())
    refused = await stage.error("views.push", trigger_id=await trigger(stage), view=modal())
    assert refused["error"] == "push_limit_reached"


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
    await stage.client.views_open(trigger_id=await trigger(stage), view=modal(external_id="mine"))
    refused = await stage.error("views.push", trigger_id=await trigger(stage), view=modal(external_id="mine"))
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
