"""settings, edit-settings: everybody may look, those whom a rule allows may edit."""

from __future__ import annotations

import pytest

from bot.domain.commands import Verb
from bot.domain.rules import Effect
from bot.errors import PulumiUnavailableError, SlackError
from bot.runner import Runner
from tests.bot.crew import Crew
from tests.bot.domain.settings_samples import FULL
from tests.bot.verbs.settings_scene import VAULT, VIEW, Modal
from tests.builders import DEPLOYS, DEV, create_command, create_policy, create_rule

LOOK = create_command(Verb.SETTINGS, view_id=VIEW)


@pytest.fixture
def modal(crew: Crew) -> Modal:
    """The settings of web/dev are known, and no rule says anything of them."""
    crew.pulumi.deployment_settings[DEV] = dict(FULL)
    crew.vault = VAULT
    return Modal(crew)


async def test_everybody_sees_what_is_set_and_no_secret(modal: Modal) -> None:
    await modal.crew.run(LOOK)
    assert "https://github.com/acme/web.git" in modal.words
    assert "_hidden_" in modal.words
    assert "AAABB=" not in modal.words
    assert await modal.crew.answers() == []


async def test_a_stack_without_settings_is_offered_some(modal: Modal) -> None:
    del modal.crew.pulumi.deployment_settings[DEV]
    await modal.crew.run(LOOK)
    assert "Set up" in modal.words


async def test_where_no_modal_could_be_opened_it_is_a_private_answer(modal: Modal) -> None:
    await modal.crew.run(create_command(Verb.SETTINGS))
    [reply] = await modal.crew.replies()
    assert "Settings: web/dev" in reply.message.text
    assert "eu-west-1" in str(reply.message.blocks)


async def test_an_unknown_stack_is_said_in_the_modal(modal: Modal) -> None:
    await modal.crew.run(create_command(Verb.SETTINGS, "web/nope", view_id=VIEW))
    assert "web/nope" in modal.words
    assert await modal.crew.answers() == []


async def test_without_a_modal_a_refusal_is_a_private_answer(modal: Modal) -> None:
    await modal.crew.run(create_command(Verb.SETTINGS, "web/nope"))
    assert "web/nope" in (await modal.crew.answers())[0]


async def test_a_failure_ends_the_loading_too(modal: Modal) -> None:
    modal.crew.pulumi.refuse("settings", PulumiUnavailableError("down"))
    await modal.crew.run(LOOK)
    assert "does not answer properly" in modal.words
    assert LOOK.id in (await modal.crew.answers())[0]


async def test_a_failure_without_a_modal_is_told_privately(modal: Modal) -> None:
    modal.crew.pulumi.refuse("settings", PulumiUnavailableError("down"))
    await modal.crew.run(create_command(Verb.SETTINGS))
    assert "does not answer properly" in (await modal.crew.answers())[0]


async def test_editing_takes_a_rule_and_the_refusal_shows_which(modal: Modal) -> None:
    await modal.do(Verb.EDIT_SETTINGS)
    assert "Nobody may change the settings of web/dev" in modal.words
    assert 'operations = [\\"settings\\"]' in modal.words


async def test_a_rule_allows_it(modal: Modal) -> None:
    modal.crew.policy = create_policy(create_rule(Effect.ALLOW, Verb.SETTINGS, stacks="*/*/dev"))
    await modal.do(Verb.EDIT_SETTINGS)
    assert modal.view["title"]["text"] == "Edit settings"
    assert '"initial_value": "main"' in modal.words
    assert "Secrets" in modal.words


async def test_a_rule_that_wants_approvals_is_no_permission(modal: Modal) -> None:
    modal.crew.policy = create_policy(create_rule(Effect.APPROVE, Verb.SETTINGS, stacks="*/*/dev"))
    await modal.do(Verb.EDIT_SETTINGS)
    assert "can't wait for approvals" in modal.words


async def test_nothing_is_edited_from_where_nobody_would_hear_of_it(modal: Modal) -> None:
    modal.crew.policy = create_policy(create_rule(Effect.ALLOW, Verb.SETTINGS, stacks="*/*/dev"))
    modal.crew.channels.outside = {DEPLOYS}
    await modal.do(Verb.EDIT_SETTINGS)
    assert "I'm not in this channel" in modal.words


async def test_without_a_key_the_form_asks_for_no_secret(modal: Modal) -> None:
    modal.crew.vault = type(VAULT)(())
    modal.crew.policy = create_policy(create_rule(Effect.ALLOW, Verb.SETTINGS, stacks="*/*/dev"))
    await modal.do(Verb.EDIT_SETTINGS)
    assert "ENCRYPTION_KEY" in modal.words


async def test_a_modal_of_somebody_who_left_does_not_go_on_loading(modal: Modal) -> None:
    modal.crew.people.gone.add("U0ADA")
    await modal.crew.run(LOOK)
    assert "no longer a member" in modal.words


async def test_a_modal_that_was_given_up_says_so_unless_slack_is_away(modal: Modal) -> None:
    await Runner(modal.crew.context).gave_up(LOOK)
    assert "gave up" in modal.words
    modal.crew.channels.errors = [SlackError("views.update", "")]
    await Runner(modal.crew.context).gave_up(LOOK)
