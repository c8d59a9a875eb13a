"""Everything paused at once: by a rule, after a question, with a reason; and what is said where it may not be."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from tests.scenarios.scene import Json, Scene, has, until

pytestmark = [pytest.mark.scenario, pytest.mark.asyncio(loop_scope="module")]

NewScene = Callable[..., Awaitable[Scene]]
RULE = """
[[rules]]
name = "anybody may stop everything"
stacks = ["acme/*/*"]
operations = ["pause-org", "resume-org"]
effect = "allow"
"""


@pytest.fixture
def allowing(tmp_path: Path) -> Path:
    """A policy that lets everybody pause the organisation."""
    policy = tmp_path / "policy.toml"
    policy.write_text(RULE)
    return policy


async def status(scene: Scene, *words: str, text: str = "status") -> str:
    """What `status` says, once it says this."""

    async def look() -> Json | None:
        said = (await scene.ask("dev", "deploys", text))["body"]["text"]
        return {"text": said} if has(said, *words) else None

    found = await until(look, within=30, what=f"status with {' … '.join(words)}")
    return str(found["text"])


async def test_without_a_rule_nobody_pauses_everything(scene: Scene) -> None:
    said = await scene.told("ana", "deploys", "pause org we are afraid")
    assert "Nobody may pause everything of acme" in said
    assert "pause-org" in said


async def test_everything_is_paused_with_a_reason_and_resumed(new_scene: NewScene, allowing: Path) -> None:
    scene = await new_scene(policy=allowing)
    question = await ask(scene, "ana", "pause org release freeze", "Pause the whole organisation acme")
    assert "will wait" in question["text"]
    await scene.slack.press("ana", "deploys", question, "qd:pause-org")
    await scene.card("deploys", "Everything of acme paused by", "release freeze")
    assert "paused already" in await scene.told("ben", "deploys", "pause --org")
    await scene.ask("ben", "deploys", "pause web/dev database migration")
    await scene.card("deploys", "web/dev paused by", "database migration")
    await scene.ask("ben", "deploys", "deploy web/dev")
    await scene.card("deploys", "web/dev#4", "the organisation acme is paused")
    said = await status(
        scene, "release freeze", "database migration", "the stack and the organisation are paused"
    )
    assert "<@U0ANA>" in said
    assert "<@U0BEN>" in said
    question = await ask(scene, "cleo", "resume org", "Resume the whole organisation acme")
    await scene.slack.press("cleo", "deploys", question, "qd:resume-org")
    await scene.card("deploys", "Everything of acme resumed by", "still waits")
    await status(scene, "database migration", text="status web/dev")
    await scene.card("deploys", "web/dev#4", "the stack is paused")
    await scene.ask("cleo", "deploys", "resume web/dev")
    await scene.card("deploys", "web/dev#4", "succeeded")
    assert "migration" not in await status(scene, "nothing runs or waits", text="status web/dev")


async def test_a_token_that_is_no_administrators_is_explained(new_scene: NewScene, allowing: Path) -> None:
    scene = await new_scene(policy=allowing, overrides={"PULUMI_ACCESS_TOKEN": "pul-member"})
    question = await ask(scene, "ana", "pause org", "Pause the whole organisation acme")
    await scene.slack.press("ana", "deploys", question, "qd:pause-org")
    said = await scene.whisper("ana", "deploys", "only administrators")  # in the question's place
    assert "403" in said["text"]


async def ask(scene: Scene, user: str, text: str, words: str) -> Json:
    """Type a command that is answered with a question; the question."""
    before = await scene.no_whisper_yet("deploys")
    await scene.ask(user, "deploys", text)
    return await scene.whisper(user, "deploys", words, ignoring=before)
