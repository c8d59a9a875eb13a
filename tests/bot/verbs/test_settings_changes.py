"""review-settings, save-settings: what is shown is what is saved, once, and a secret is nowhere on its way."""

from __future__ import annotations

import json

import pytest

from bot.domain.commands import Verb
from bot.domain.rules import Effect
from bot.domain.settings_form import Edits
from bot.errors import AnswerLostError, BadRequestError
from bot.runner import Runner
from bot.vault import Vault
from tests.bot.crew import Crew
from tests.bot.domain.settings_samples import FULL, HUSH
from tests.bot.verbs.settings_scene import (
    KEYS,
    VAULT,
    Modal,
    command,
    everything_in_redis,
    form,
)
from tests.builders import BEN, DEPLOYS, DEV, create_policy, create_rule
from tests.fakes import killed_at

PATCH = {
    "sourceContext": {"git": {"branch": "refs/heads/next"}},
    "operationContext": {"environmentVariables": {"REGION": "eu-north-1", "NPM_TOKEN": {"secret": HUSH}}},
}


@pytest.fixture
def sealed(crew: Crew) -> Modal:
    """Ada may change the settings of development stacks, and there is a key to seal with."""
    crew.pulumi.deployment_settings[DEV] = json.loads(json.dumps(FULL))
    crew.vault = VAULT
    crew.policy = create_policy(create_rule(Effect.ALLOW, Verb.SETTINGS, stacks="*/*/dev"))
    return Modal(crew)


@pytest.fixture(params=["sealed", "without a key"])
def modal(sealed: Modal, request: pytest.FixtureRequest) -> Modal:
    """With a key to seal with and without one."""
    if request.param == "without a key":
        sealed.crew.vault = Vault(())
    return sealed


async def test_a_review_shows_what_would_change_and_changes_nothing(modal: Modal) -> None:
    await modal.review()
    assert "`main` → `next`" in modal.words
    assert "new secret (hidden)" in modal.words
    assert HUSH not in modal.words
    assert modal.crew.pulumi.patches == []
    assert await modal.crew.lanes() == []


async def test_what_was_reviewed_is_saved_as_a_minimal_patch_and_the_channel_hears_of_it(
    modal: Modal,
) -> None:
    shown = await modal.review()
    await modal.do(Verb.SAVE_SETTINGS, id="s-1", request_id=shown)
    assert modal.crew.pulumi.patches == [PATCH]
    assert "Saved" in modal.words
    said = "web/dev: deployment settings changed by <@U0ADA>: branch, variable NPM_TOKEN, variable REGION."
    assert await modal.crew.card("s-1") == said
    assert await modal.crew.answers() == []


async def test_a_secret_waits_only_sealed_and_is_forgotten_once_saved(crew: Crew, sealed: Modal) -> None:
    shown = await sealed.review()
    assert 0 < await crew.redis.ttl(KEYS.form(shown)) <= 1800
    assert HUSH not in await everything_in_redis(crew)
    await sealed.do(Verb.SAVE_SETTINGS, request_id=shown)
    assert HUSH not in await everything_in_redis(crew)
    assert HUSH not in crew.vault.open(
        await crew.state.kept_form(shown), purpose="settings:T1:U0ADA:acme/web/dev"
    )


async def test_a_redelivered_save_says_so_once_and_sends_nothing_again(modal: Modal) -> None:
    shown = await modal.review()
    save = command(Verb.SAVE_SETTINGS, id="s-1", request_id=shown)
    await modal.crew.run(save, save)
    assert len(modal.crew.pulumi.patches) == 1
    assert "Saved" in modal.words


async def test_a_second_save_of_the_same_review_is_refused(modal: Modal) -> None:
    shown = await modal.review()
    await modal.do(Verb.SAVE_SETTINGS, id="s-1", request_id=shown)
    await modal.do(Verb.SAVE_SETTINGS, id="s-2", request_id=shown)
    assert "saved already" in modal.words
    assert len(modal.crew.pulumi.patches) == 1


@pytest.mark.parametrize("breath", range(1, 40))
async def test_a_save_killed_at_any_moment_ends_saved_and_told_once(modal: Modal, breath: int) -> None:
    shown = await modal.review()
    save = command(Verb.SAVE_SETTINGS, id="s-1", request_id=shown)
    with killed_at(breath) as life:
        await Runner(modal.crew.mortal_context(life)).run(save)
    await modal.crew.run(save)
    assert "Saved" in modal.words
    git = modal.set_now["sourceContext"]["git"]
    assert git["branch"] == "refs/heads/next"
    assert await modal.crew.lanes() == ["s-1"]
    assert "branch, variable NPM_TOKEN, variable REGION" in await modal.crew.card("s-1")


async def test_what_somebody_else_changed_meanwhile_is_shown_before_anything_is_saved(modal: Modal) -> None:
    shown = await modal.review()
    modal.crew.pulumi.deployment_settings[DEV]["sourceContext"]["git"]["branch"] = "refs/heads/hotfix"
    await modal.do(Verb.SAVE_SETTINGS, id="s-1", request_id=shown)
    assert modal.crew.pulumi.patches == []
    assert "changed meanwhile" in modal.words
    assert "`hotfix` → `next`" in modal.words
    await modal.do(
        Verb.SAVE_SETTINGS, id="s-1", request_id=shown
    )  # redelivered: what it showed was not seen by all
    assert modal.crew.pulumi.patches == []
    await modal.do(Verb.SAVE_SETTINGS, id="s-2", request_id="s-1")
    assert modal.crew.pulumi.patches == [PATCH]
    assert await modal.crew.lanes() == ["s-2"]


async def test_a_change_since_the_form_was_opened_is_told_and_kept(modal: Modal) -> None:
    modal.crew.pulumi.deployment_settings[DEV]["agentPoolID"] = "other"
    shown = await modal.review(seen="as it was")
    assert "changed since you opened the form" in modal.words
    await modal.do(Verb.SAVE_SETTINGS, request_id=shown)
    assert modal.set_now["agentPoolID"] == "other"


async def test_a_first_setup_is_a_patch_of_nothing(modal: Modal) -> None:
    del modal.crew.pulumi.deployment_settings[DEV]
    shown = await modal.review(Edits({"github": "acme/web", "branch": "main"}))
    await modal.do(Verb.SAVE_SETTINGS, request_id=shown)
    assert modal.set_now == {
        "sourceContext": {"git": {"branch": "refs/heads/main"}},
        "gitHub": {"repository": "acme/web"},
    }


async def test_what_is_set_like_this_already_cannot_be_saved(modal: Modal) -> None:
    await modal.review(Edits({"branch": "main"}))
    assert "Nothing would change" in modal.words


async def test_what_pulumi_refuses_is_said_in_the_modal(modal: Modal) -> None:
    shown = await modal.review()
    modal.crew.pulumi.refuse("patch_settings", BadRequestError("no such image", status=400))
    await modal.do(Verb.SAVE_SETTINGS, id="s-1", request_id=shown)
    assert "no such image" in modal.words
    assert await modal.crew.lanes() == []
    await modal.do(Verb.SAVE_SETTINGS, id="s-2", request_id=shown)
    assert modal.crew.pulumi.patches == [PATCH]


async def test_an_answer_that_was_lost_is_asked_for_again(modal: Modal) -> None:
    shown = await modal.review()
    modal.crew.pulumi.lose("patch_settings", AnswerLostError("lost"))
    await modal.do(Verb.SAVE_SETTINGS, request_id=shown)
    assert modal.crew.pulumi.patches == [PATCH, PATCH]
    assert "Saved" in modal.words


async def test_where_no_answer_comes_nobody_is_told_that_it_is_saved(modal: Modal) -> None:
    shown = await modal.review()
    modal.crew.pulumi.lose("patch_settings", AnswerLostError("lost"), AnswerLostError("lost"))
    await modal.do(Verb.SAVE_SETTINGS, request_id=shown)
    assert "can't say whether this happened. Look at the settings again." in modal.words
    assert await modal.crew.lanes() == []


async def test_a_form_that_is_not_kept_any_more_is_too_old(modal: Modal) -> None:
    await modal.do(Verb.SAVE_SETTINGS, request_id="f-0")
    assert "too old" in modal.words


async def test_a_form_that_was_sealed_for_somebody_else_is_not_opened(crew: Crew, sealed: Modal) -> None:
    await sealed.do(Verb.REVIEW_SETTINGS, form=form(crew, Edits({"branch": "next"})), user=BEN)
    assert "too old" in sealed.words


async def test_a_rule_can_want_the_stacks_name_typed(modal: Modal) -> None:
    rule = create_rule(Effect.ALLOW, Verb.SETTINGS, stacks="*/*/dev", confirm=True)
    modal.crew.policy = create_policy(rule)
    shown = await modal.review()
    assert "Type web/dev to save this" in modal.words
    await modal.do(Verb.SAVE_SETTINGS, id="s-1", request_id=shown)
    assert "was not typed" in modal.words
    modal.crew.pulumi.deployment_settings[DEV]["agentPoolID"] = "other"
    await modal.do(Verb.SAVE_SETTINGS, id="s-2", request_id=shown, typed="web/dev")
    assert "Type web/dev to save this" in modal.words
    assert modal.crew.pulumi.patches == []
    await modal.do(Verb.SAVE_SETTINGS, id="s-3", request_id="s-2", typed="web/dev")
    assert modal.crew.pulumi.patches == [PATCH]


@pytest.mark.parametrize("verb", [Verb.REVIEW_SETTINGS, Verb.SAVE_SETTINGS])
async def test_the_rules_are_asked_at_every_step(modal: Modal, verb: Verb) -> None:
    shown = await modal.review()
    modal.crew.policy = create_policy()
    await modal.do(verb, id="s-1", request_id=shown)
    assert "Nobody may change the settings" in modal.words
    assert modal.crew.pulumi.patches == []


async def test_the_audit_says_who_changed_what_and_no_value(modal: Modal) -> None:
    shown = await modal.review()
    await modal.do(Verb.SAVE_SETTINGS, id="s-1", request_id=shown)
    trail = repr(await modal.crew.redis.xrange(KEYS.audit))
    assert "branch, variable NPM_TOKEN, variable REGION" in trail
    assert HUSH not in trail
    assert DEPLOYS in trail
