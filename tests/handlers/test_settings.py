"""A stack's settings: a modal at once, a form that is checked and sealed before anything is recorded, one command per step."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from redis.asyncio import Redis

from bot.domain.audit_query import Query
from bot.domain.commands import Command, Surface, Verb
from bot.domain.deployment_settings import read_settings
from bot.domain.settings_changes import Change
from bot.domain.settings_drafts import Draft
from bot.domain.settings_form import Edits
from bot.domain.stacks import StackRef
from bot.messages import settings_form, settings_review, settings_views
from bot.messages.actions import Press
from bot.messages.settings_views import Place
from bot.slack.api import SlackApi, new_session
from bot.slack.budget import SlackBudget
from bot.slack.channels import SlackChannels
from bot.slack.directory import Directory
from bot.store.budget import RedisBudget
from bot.store.once import RedisOnce
from bot.vault import Vault
from sandbox.fleet import free_port
from tests.bot.domain.settings_samples import FULL, HUSH
from tests.handlers.office import ANA, DEPLOYS, Office, open_office
from tests.handlers.test_buttons import message

KEY = "c2FuZGJveC1lbmNyeXB0aW9uLWtleS0zMi1ieXRlcyE="
DEV = StackRef("acme", "web", "dev")
SHOWN = settings_views.shown(DEV, read_settings(FULL), channel=DEPLOYS)
FORM = settings_form.form(DEV, read_settings(FULL), channel=DEPLOYS, can_seal=True)
PLACE = Place(str(DEV), DEPLOYS, form="f-1")
REVIEW = settings_review.review(DEV, [Change("Source", "branch", ("main",), ("next",))], place=PLACE)
Json = dict[str, Any]


@pytest.fixture
async def office(redis: Redis, redis_url: str) -> AsyncIterator[Office]:
    """It can keep secrets."""
    async with open_office(redis, redis_url, ENCRYPTION_KEY=KEY) as office:
        yield office


async def showing(office: Office, view: Json) -> str:
    """Ana's modal shows this now, as the worker would have made it; its id."""
    await office.type("settings web/dev")
    await office.recorded()
    (opened,) = (await office.workspace())["views"]
    await office.bot.views_update(view_id=opened["id"], view=view)
    return str(opened["id"])


async def submit(office: Office, view_id: str, **fields: Any) -> Json:
    """Fill in these inputs and submit."""
    values = {name: {name: value} for name, value in fields.items()}
    return await office.act("view", user=ANA, view_id=view_id, action="submit", values=values)


async def the_command(office: Office) -> Command:
    (command,) = await office.recorded()
    return command


async def the_view(office: Office) -> Json:
    (view,) = (await office.workspace())["views"]
    found: Json = view
    return found


async def test_a_modal_opens_at_once_and_the_worker_is_told_which(office: Office) -> None:
    await office.type("settings web/dev")
    view, command = await the_view(office), await the_command(office)
    assert "Reading the settings" in str(view["blocks"])
    assert (command.verb, command.stack, command.origin.view_id) == (Verb.SETTINGS, "web/dev", view["id"])


async def test_a_button_in_a_message_opens_one_too(office: Office) -> None:
    ts = await office.post(message(Press(verb=Verb.SETTINGS, stack="acme/web/dev")))
    await office.press(ts, "qd:settings")
    view, command = await the_view(office), await the_command(office)
    assert command.origin.view_id == view["id"]
    assert command.origin.channel == DEPLOYS


@pytest.mark.parametrize("action", ["qd:edit-settings", "qd:clear-settings"])
async def test_a_button_in_the_modal_is_about_that_modal(office: Office, action: str) -> None:
    view_id = await showing(office, SHOWN)
    await office.act("action", user=ANA, view_id=view_id, action_id=action)
    command = await the_command(office)
    assert command.verb == action.removeprefix("qd:")
    assert (command.stack, command.confirmed) == ("acme/web/dev", False)
    assert (command.origin.view_id, command.origin.channel) == (view_id, DEPLOYS)


async def test_a_form_is_sealed_before_it_is_recorded(office: Office, redis: Redis) -> None:
    view_id = await showing(office, FORM)
    await submit(office, view_id, branch="next", secrets=f"NPM_TOKEN={HUSH}")
    rows = repr([await redis.xrange(key) for key in await redis.keys("*inbox*")])
    assert "review-settings" in rows
    assert HUSH not in rows
    command = await the_command(office)
    form = Vault((KEY,)).open(command.form, purpose=f"settings:T0QUARTER:{ANA}:acme/web/dev")
    draft = Draft.decode(form)
    assert draft.edits == Edits({"branch": "next"}, {}, {"NPM_TOKEN": HUSH})
    assert draft.seen == settings_views.read_place(FORM).seen
    assert command.origin.surface is Surface.MODAL
    assert HUSH not in json.dumps(await office.workspace())


async def test_the_modal_says_that_work_is_under_way_under_a_name_the_worker_knows(office: Office) -> None:
    view_id = await showing(office, FORM)
    await submit(office, view_id, branch="next")
    view, command = await the_view(office), await the_command(office)
    assert "Looking at what would change" in str(view["blocks"])
    await office.bot.views_update(external_id=command.origin.view_id, view=SHOWN)
    assert (await the_view(office))["id"] == view["id"] == view_id


async def test_a_modal_that_gets_its_name_a_moment_later_is_found_by_it(office: Office, redis: Redis) -> None:
    view_id = await showing(office, FORM)
    async with new_session() as session:
        api = SlackApi(token="xoxb-sandbox", http=session, base_url=office.bot.base_url)
        budget = SlackBudget(RedisBudget(redis, "T0QUARTER"))
        channels = SlackChannels(
            api=api, directory=Directory(api, budget), budget=budget, once=RedisOnce(redis, "T0QUARTER")
        )
        filling = asyncio.create_task(channels.show_view("c0ffee", SHOWN))
        await asyncio.sleep(0.05)
        assert not filling.done()
        await office.bot.views_update(view_id=view_id, view={**FORM, "external_id": "c0ffee"})
        await filling
        assert (await the_view(office))["callback_id"] == settings_views.SETTINGS
        await channels.show_view("c0ffee", REVIEW)
    assert (await the_view(office))["callback_id"] == settings_review.REVIEW


@pytest.mark.parametrize(
    ("fields", "block"),
    [
        ({"commit": "1f0c9ab"}, "commit"),
        ({"secrets": f"PULUMI_ACCESS_TOKEN={HUSH}"}, "secrets"),
        ({"github_switches": ["github_deploy"]}, "github"),
        ({}, "repo_url"),
    ],
)
async def test_what_is_wrong_is_told_under_its_input_and_nothing_is_recorded(
    office: Office, fields: Json, block: str
) -> None:
    view_id = await showing(office, FORM)
    answer = await submit(office, view_id, **fields)
    assert set(answer["body"]["errors"]) == {block}
    assert HUSH not in str(answer["body"])
    assert await office.recorded() == []


async def test_without_a_key_a_form_is_recorded_and_a_secret_refused(redis: Redis, redis_url: str) -> None:
    async with open_office(redis, redis_url) as office:
        view_id = await showing(office, FORM)
        answer = await submit(office, view_id, secrets=f"NPM_TOKEN={HUSH}")
        assert "ENCRYPTION_KEY" in answer["body"]["errors"]["secrets"]
        await submit(office, view_id, branch="next", secrets="")
        assert Draft.decode((await the_command(office)).form).edits == Edits({"branch": "next"})


async def test_saving_names_what_was_shown_and_a_replay_is_one_command(office: Office) -> None:
    view_id = await showing(office, REVIEW)
    await submit(office, view_id)
    await office.act("replay")
    command = await the_command(office)
    assert (command.verb, command.request_id, command.stack) == (Verb.SAVE_SETTINGS, "f-1", "acme/web/dev")


async def test_where_the_name_is_wanted_a_wrong_one_saves_nothing(office: Office) -> None:
    named = settings_review.review(
        DEV, [Change("Source", "branch", ("main",), ("next",))], place=PLACE, confirm=True
    )
    view_id = await showing(office, named)
    answer = await submit(office, view_id, name="dev")
    assert "Type web/dev" in answer["body"]["errors"]["name"]
    [told] = (await office.state.audited(Query())).entries
    assert (told.verb, told.outcome, told.stack) == ("save-settings", "refused", "acme/web/dev")
    await submit(office, view_id, name="web/dev")
    command = await the_command(office)
    assert (command.verb, command.typed) == (Verb.SAVE_SETTINGS, "web/dev")


async def test_each_step_in_one_modal_is_a_command_of_its_own(office: Office) -> None:
    view_id = await showing(office, FORM)
    await submit(office, view_id, branch="next")
    first = await the_command(office)
    await office.bot.views_update(view_id=view_id, view=FORM)
    await submit(office, view_id, branch="other")
    assert (await the_command(office)).id != first.id


async def test_clearing_takes_the_name_typed_exactly(office: Office) -> None:
    view_id = await showing(office, settings_review.clear(DEV, channel=DEPLOYS))
    answer = await submit(office, view_id, name="web/prod")
    assert "Type web/dev" in answer["body"]["errors"]["name"]
    assert await office.recorded() == []
    await submit(office, view_id, name=" web/dev ")
    command = await the_command(office)
    assert (command.verb, command.typed, command.confirmed) == (Verb.CLEAR_SETTINGS, "web/dev", True)


async def test_a_review_without_inputs_says_in_its_place_that_it_could_not_be_recorded(redis: Redis) -> None:
    async with open_office(redis, f"redis://127.0.0.1:{free_port()}/0", ENCRYPTION_KEY=KEY) as office:
        await office.type("settings web/dev")
        view = await the_view(office)
        assert "Redis" in str(view["blocks"])
        await office.bot.views_update(view_id=view["id"], view=REVIEW)
        answer = await submit(office, view["id"])
        assert answer["body"]["response_action"] == "update"
        assert "Redis" in str((await the_view(office))["blocks"])
