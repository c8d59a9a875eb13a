"""The form, through signed requests of a strict Slack: opened, searched, checked, sealed and recorded once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from cryptography.fernet import Fernet
from redis.asyncio import Redis

from bot.domain.commands import Surface, Verb
from bot.domain.options import SEALED_AS
from bot.domain.stacks import StackRef
from bot.messages.actions import action_id
from bot.messages.deploy_form import STACK_OPTIONS
from bot.vault import Vault
from tests.handlers.office import ANA, DEPLOYS, TEAM, Json, Office, open_office
from tests.handlers.test_buttons import _button, _with

KEY = Fernet.generate_key().decode()
STACKS = [StackRef("acme", "web", "dev"), StackRef("acme", "web", "prod"), StackRef("acme", "api", "dev")]


@pytest.fixture
async def office(redis: Redis, redis_url: str) -> AsyncIterator[Office]:
    """Everything works, and secrets can be kept."""
    async with open_office(redis, redis_url, ENCRYPTION_KEY=KEY) as office:
        await office.state.add_stacks("acme", STACKS)
        yield office


async def opened(office: Office, text: str = "deploy") -> Json:
    """The form on Ana's screen."""
    await office.type(text)
    (view,) = (await office.workspace())["views"]
    assert view["callback_id"] == "qd:form"
    found: Json = view
    return found


async def offered(office: Office, view: Json, typed: str) -> list[str]:
    answer = await office.act("options", user=ANA, view_id=view["id"], action_id=STACK_OPTIONS, value=typed)
    return [each["value"] for each in answer["body"]["options"]]


async def submit(office: Office, view: Json, **values: Any) -> Json:
    """With web/dev unless said otherwise."""
    said = {"stack": "acme/web/dev", **values}
    return await office.act(
        "view",
        user=ANA,
        view_id=view["id"],
        action="submit",
        values={name: {STACK_OPTIONS if name == "stack" else name: value} for name, value in said.items()},
    )


async def errors(office: Office) -> dict[str, str]:
    (view,) = (await office.workspace())["views"]
    told: dict[str, str] = view["errors"]
    return told


async def test_a_start_without_a_stack_opens_the_form_and_records_nothing(office: Office) -> None:
    view = await opened(office, "preview --branch main -e REGION=eu-west-1 -m why")
    values = view["values"]
    assert values["operation"]["operation"]["selected_option"]["value"] == "preview"
    assert values["source"]["source"]["selected_option"]["value"] == "branch"
    assert values["ref"]["ref"]["value"] == "main"
    assert values["environment"]["environment"]["value"] == "REGION=eu-west-1"
    assert values["message"]["message"]["value"] == "why"
    assert values["channel"]["channel"]["selected_conversation"] == DEPLOYS
    assert await office.recorded() == []


async def test_stacks_are_found_while_one_types(office: Office) -> None:
    view = await opened(office)
    assert await offered(office, view, "") == ["acme/api/dev", "acme/web/dev", "acme/web/prod"]
    assert await offered(office, view, "prod") == ["acme/web/prod"]
    assert await offered(office, view, "new/stack") == ["acme/new/stack"]
    assert await offered(office, view, "<!channel>") == []
    assert (await office.workspace())["api"]["violations"] == 0


async def test_what_was_put_together_is_one_command_with_its_secret_sealed(office: Office) -> None:
    view = await opened(office)
    answer = await submit(
        office,
        view,
        source="commit",
        ref="1F0C9AB",
        environment="REGION=eu-west-1\nTOKEN=secret:hunter2",
        inherit=[],
        message="fix the login",
    )
    assert answer["status"] == 200
    await office.act("replay")
    (command,) = await office.recorded()
    assert (command.verb, command.stack, command.commit) == (Verb.DEPLOY, "acme/web/dev", "1f0c9ab")
    assert (command.origin.channel, command.origin.user) == (DEPLOYS, ANA)
    assert command.origin.surface is Surface.MODAL
    assert command.origin.response_url
    options = command.options
    assert (options.inherit, options.message) == (False, "fix the login")
    region, token = options.environment
    assert (region.value, region.is_sealed) == ("eu-west-1", False)
    assert token.is_sealed
    assert "hunter2" not in token.value
    assert Vault((KEY,)).open(token.value, purpose=SEALED_AS) == "hunter2"
    assert (await office.workspace())["views"] == []


async def test_every_problem_stands_under_its_input_and_nothing_is_recorded(office: Office) -> None:
    view = await opened(office)
    await submit(office, view, source="branch", ref="a..b", environment="PULUMI_X=1")
    found = await errors(office)
    assert "can't be the name of a branch" in found["ref"]
    assert "reserved" in found["environment"]
    assert await office.recorded() == []


async def test_a_channel_that_the_bot_is_not_in_is_refused_under_its_input(office: Office) -> None:
    await office.act("members", channel="prod", user="quarterdeck", action="kick")
    view = await opened(office)
    await submit(office, view, channel="C0PROD")
    assert "/invite" in (await errors(office))["channel"]
    assert await office.recorded() == []


@pytest.mark.parametrize("fault", ["status:500", "html", "delay:2", "reset"])
async def test_where_slack_does_not_say_who_is_in_a_channel_the_worker_looks(
    office: Office, fault: str
) -> None:
    view = await opened(office)
    await office.slack.post("/sandbox/faults", json=[{"match": "conversations.info", "fault": fault}])
    await submit(office, view)
    assert len(await office.recorded()) == 1


async def test_without_a_key_a_secret_is_refused_and_never_kept(redis: Redis, redis_url: str) -> None:
    async with open_office(redis, redis_url) as office:
        view = await opened(office)
        await submit(office, view, environment="TOKEN=secret:hunter2")
        found = await errors(office)
        assert "ENCRYPTION_KEY" in found["environment"]
        assert "hunter2" not in str(found)
        assert await office.recorded() == []


async def test_without_redis_the_form_says_so_and_keeps_what_was_typed(office_without_redis: Office) -> None:
    office = office_without_redis
    view = await opened(office)
    assert await offered(office, view, "web") == ["?"]
    await submit(office, view, message="fix the login")
    (still,) = (await office.workspace())["views"]
    assert "nothing was recorded" in still["errors"]["stack"]
    assert still["values"]["message"]["message"]["value"] == "fix the login"


async def test_the_option_that_stands_for_trouble_is_no_stack(office: Office) -> None:
    view = await opened(office)
    await submit(office, view, stack="?")
    assert (await errors(office))["stack"] == "Choose the stack."


async def test_the_shortcut_opens_the_form_where_one_looks(office: Office) -> None:
    answer = await office.act("shortcut", user=ANA, callback_id="deploy", channel=DEPLOYS)
    assert answer["status"] == 200
    (view,) = (await office.workspace())["views"]
    assert view["values"]["channel"]["channel"]["selected_conversation"] == DEPLOYS


async def test_a_form_that_slack_does_not_open_is_told(office: Office) -> None:
    await office.slack.post("/sandbox/faults", json=[{"match": "views.open", "fault": "status:500"}])
    assert "did not open the form" in (await office.type("deploy"))["body"]["text"]
    assert (await office.act("shortcut", user=ANA, callback_id="deploy"))["status"] == 200
    ts = await office.post(_with([_button(action_id(Verb.DEPLOY))]))
    await office.press(ts, "qd:deploy")
    said = str(await office.workspace())
    assert said.count("did not open the form") >= 2
    assert await office.recorded() == []


async def test_a_button_without_a_stack_opens_the_form(office: Office) -> None:
    ts = await office.post(_with([_button(action_id(Verb.DEPLOY))]))
    await office.press(ts, "qd:deploy")
    (view,) = (await office.workspace())["views"]
    assert view["callback_id"] == "qd:form"
    assert await office.recorded() == []


async def test_a_form_of_another_version_is_answered_honestly(office: Office) -> None:
    await office.type("deploy")
    (view,) = (await office.workspace())["views"]
    await office.bot.views_update(view_id=view["id"], view={**_other(), "callback_id": "qd:gone"})
    await office.act("view", user=ANA, view_id=view["id"], action="submit", values={"x": {"x": "y"}})
    assert "another version" in (await errors(office))["x"]


def _other() -> Json:
    element = {"type": "plain_text_input", "action_id": "x"}
    label = {"type": "plain_text", "text": "X"}
    return {
        "type": "modal",
        "title": label,
        "submit": label,
        "blocks": [{"type": "input", "block_id": "x", "label": label, "element": element}],
    }


async def test_a_page_of_a_history_is_turned_by_its_button(office: Office) -> None:
    element = _button("qd:history:older", value="s=acme%2Fweb%2Fdev&p=2&t=failed")
    await office.bot.chat_postEphemeral(
        channel=DEPLOYS, user=ANA, text="History", blocks=_with([element]).blocks
    )
    channels = (await office.workspace())["channels"]
    (page,) = [m for c in channels if c["id"] == DEPLOYS for m in c["ephemerals"]]
    await office.press(page["ts"], "qd:history:older")
    (command,) = await office.recorded()
    assert (command.verb, command.page, command.status) == (Verb.HISTORY, 2, "failed")
    assert (command.origin.team, command.origin.surface) == (TEAM, Surface.BUTTON)
