"""What is told when a change fails: that nothing changed where that is certain, and where to look where it is not."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from bot.domain.commands import OPERATION_OF, Command, Verb
from bot.domain.rules import Effect
from bot.errors import (
    AnswerLostError,
    ConflictError,
    ForbiddenError,
    NotFoundError,
    PulumiError,
    PulumiUnavailableError,
    RateLimitedError,
    SlackError,
    UnauthorizedError,
)
from bot.messages.failures import failed
from tests.bot.crew import Crew
from tests.bot.domain.settings_samples import FULL
from tests.bot.verbs.settings_scene import Modal, command
from tests.builders import DEV, create_command, create_deployment, create_policy, create_rule

RUNNING = create_deployment(7)
SURE: dict[str, Any] = {"confirmed": True, "id": "it"}
# By the name of the call that makes the change: the command, what is said when it surely failed, and where to look when nobody knows.
CHANGES: Mapping[str, tuple[Command, str, str]] = {
    "pause": (
        create_command(Verb.PAUSE, id="it"),
        "Nothing was paused.",
        "status web/dev tells whether it is paused.",
    ),
    "resume": (
        create_command(Verb.RESUME, id="it"),
        "Nothing was resumed.",
        "status web/dev tells whether it is paused.",
    ),
    "pause_org": (
        create_command(Verb.PAUSE_ORG, "acme", **SURE),
        "Nothing was paused.",
        "status tells whether everything is paused.",
    ),
    "resume_org": (
        create_command(Verb.RESUME_ORG, "acme", **SURE),
        "Nothing was resumed.",
        "status tells whether everything is paused.",
    ),
    "cancel": (
        create_command(Verb.CANCEL, deployment_id=RUNNING.id, **SURE),
        "Nothing was canceled.",
        "status web/dev tells whether it still runs.",
    ),
    "patch_settings": (
        command(Verb.SAVE_SETTINGS, id="it", view_id=""),
        "Nothing was saved.",
        "Look at the settings again.",
    ),
    "clear_settings": (
        command(Verb.CLEAR_SETTINGS, typed="web/dev", view_id="", **SURE),
        "Nothing was cleared.",
        "Look at the settings again.",
    ),
}
CERTAIN: Mapping[str, PulumiError] = {
    "401": UnauthorizedError("who?", method="POST", status=401),
    "403": ForbiddenError("not yours", method="POST", status=403),
    "404": NotFoundError("not there", method="POST", status=404),
    "409": ConflictError("busy", method="POST", status=409),
    "429": RateLimitedError("slow down", method="POST", retry_after=31),
    "connection refused": PulumiUnavailableError("no connection", method="POST"),
}
UNSURE: Mapping[str, PulumiError] = {
    "500": PulumiUnavailableError("boom", method="POST", status=500),
    "503": PulumiUnavailableError("down", method="POST", status=503),
    "HTML": PulumiUnavailableError("answered with a web page", method="POST", status=200),
    "timeout": AnswerLostError("no answer in time", method="POST"),
}
# What a verb knows better than the error does.
KNOWN = {
    ("pause_org", "403"): "only administrators of acme",
    ("resume_org", "403"): "only administrators of acme",
    ("cancel", "404"): "no longer exists",
    ("clear_settings", "404"): "Cleared",
}


@pytest.fixture
async def scene(crew: Crew) -> Crew:
    """Everybody may do everything; web/dev runs, has settings, and a change of them waits to be saved."""
    verbs = (Verb.CANCEL, Verb.PAUSE_ORG, Verb.RESUME_ORG, Verb.SETTINGS)
    crew.policy = create_policy(create_rule(Effect.ALLOW, *verbs, stacks="*/*/*"))
    crew.pulumi.deployment_settings[DEV] = json.loads(json.dumps(FULL))
    await crew.know(RUNNING)
    return crew


async def told(crew: Crew, call: str, error: Exception) -> str:
    asked, _, _ = CHANGES[call]
    if asked.verb is Verb.RESUME:
        crew.pulumi.paused.add(DEV)
    if asked.verb is Verb.RESUME_ORG:
        crew.pulumi.paused_orgs.add("acme")
    if asked.verb is Verb.SAVE_SETTINGS:
        asked = replace(asked, request_id=await Modal(crew).review())
    crew.pulumi.refuse(call, error, error)
    await crew.run(asked)
    return await crew.answer(asked)


@pytest.mark.parametrize("problem", CERTAIN)
@pytest.mark.parametrize("call", CHANGES)
async def test_what_was_refused_did_not_happen(scene: Crew, call: str, problem: str) -> None:
    said = await told(scene, call, CERTAIN[problem])
    assert KNOWN.get((call, problem)) or CHANGES[call][1] in said
    assert KNOWN.get((call, problem), "") in said
    assert "can't say" not in said
    assert said.count("Nothing was") <= 1
    assert not re.search(r"[^.] Nothing", said)


@pytest.mark.parametrize("problem", UNSURE)
@pytest.mark.parametrize("call", CHANGES)
async def test_what_nobody_knows_is_not_claimed(scene: Crew, call: str, problem: str) -> None:
    said = await told(scene, call, UNSURE[problem])
    assert "I can't say whether this happened." in said
    assert CHANGES[call][2] in said
    assert "Nothing was" not in said


@pytest.mark.parametrize("problem", CERTAIN)
async def test_a_save_whose_first_answer_was_lost_is_unsure_whatever_the_second_says(
    scene: Crew, problem: str
) -> None:
    asked = replace(CHANGES["patch_settings"][0], request_id=await Modal(scene).review())
    scene.pulumi.lose("patch_settings", AnswerLostError("cut", method="POST"), CERTAIN[problem])
    await scene.run(asked)
    assert "I can't say whether this happened." in await scene.answer(asked)


@pytest.mark.parametrize("call", ["pause", "pause_org"])
async def test_a_pause_that_may_have_happened_keeps_its_name_until_a_look(scene: Crew, call: str) -> None:
    await told(scene, call, UNSURE["503"])
    [pause] = (await scene.state.pauses("acme")).values()
    assert pause.command == "it"


async def test_a_look_that_fails_before_a_change_leaves_it_undone(scene: Crew) -> None:
    scene.pulumi.refuse("metadata", PulumiUnavailableError("down", method="GET", status=503))
    asked = CHANGES["pause"][0]
    await scene.run(asked)
    assert "Nothing was paused." in await scene.answer(asked)


@pytest.mark.parametrize("call", ["patch_settings", "clear_settings"])
async def test_a_modal_that_slack_does_not_show_says_nothing_of_the_settings(scene: Crew, call: str) -> None:
    shown = await Modal(scene).review()
    asked = replace(CHANGES[call][0], request_id=shown)
    asked = replace(asked, origin=replace(asked.origin, view_id="V1"))
    scene.channels.errors = [SlackError("views.update", "not_found")]
    await scene.run(asked)
    assert "I can't say whether this happened. Look at the settings again." in await scene.answer(asked)


@pytest.mark.parametrize("verb", OPERATION_OF)
async def test_a_start_that_failed_before_its_card_stood_started_nothing(scene: Crew, verb: Verb) -> None:
    scene.channels.errors = [SlackError("conversations.info", "fatal_error")]
    asked = create_command(verb, confirmed=True)
    await scene.run(asked)
    said = await scene.answer(asked)
    assert "Nothing was started." in said or "not allowed" in said


@pytest.mark.parametrize("verb", [Verb.STATUS, Verb.LOGS, Verb.HISTORY, Verb.SETTINGS])
def test_what_only_reads_leaves_nothing_behind(verb: Verb) -> None:
    assert failed(verb, "No.", unsure=False) == "No."


@pytest.mark.parametrize("verb", [Verb.APPROVE, Verb.REJECT, Verb.WITHDRAW])
@pytest.mark.parametrize("unsure", [True, False])
def test_whether_a_vote_counts_is_on_its_card(verb: Verb, unsure: bool) -> None:  # noqa: FBT001  pytest's own
    assert failed(verb, "No.", unsure=unsure).endswith("Its card tells whether your vote counts.")


@pytest.mark.parametrize(
    "error",
    [
        SlackError("conversations.info", "fatal_error"),
        PulumiUnavailableError("down", method="GET"),
        CERTAIN["401"],
    ],
)
async def test_what_is_done_and_fails_when_it_is_delivered_again_is_no_failure(
    scene: Crew, error: Exception
) -> None:
    await scene.run(create_command(Verb.LOCK), unlock := create_command(Verb.UNLOCK))
    scene.channels.errors = [error]
    await scene.run(unlock)
    assert await scene.answers() == []
