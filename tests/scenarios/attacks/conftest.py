"""A world with rules that are worth an attack; one for each kind of attack."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from sandbox.world import POLICY
from tests.scenarios.conftest import FAILED
from tests.scenarios.scene import Scene, playing

RULES = """
[[rules]]
name = "expires soon"
stacks = ["acme/late/*"]
operations = ["deploy"]
approvals = 1
expires = "2s"

[[rules]]
name = "two of site reliability"
stacks = ["acme/team/*"]
operations = ["deploy"]
approvals = 2
approvers = ["@sre", "@platform"]

[[rules]]
name = "after a preview"
stacks = ["acme/moved/*"]
operations = ["deploy"]
approvals = 1
preview = true

[[rules]]
name = "destroyed by name"
stacks = ["acme/named/*"]
operations = ["destroy"]
effect = "allow"
confirm = "type"

[[rules]]
name = "behind glass"
stacks = ["acme/glass/*"]
operations = ["deploy"]
approvals = 1
break_glass = ["@sre"]
"""
PEOPLE = ("ben", "cleo", "dev")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared_scene(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Scene]:
    """One world for the tests of a file, each with stacks of its own; two workers, so that what races can."""
    folder = tmp_path_factory.mktemp("attacks")
    policy = folder / "policy.toml"
    policy.write_text(RULES + POLICY.read_text())
    async with playing(folder, policy=policy, workers=2) as scene:
        yield scene


@pytest_asyncio.fixture(loop_scope="module")
async def scene(request: pytest.FixtureRequest, shared_scene: Scene) -> AsyncIterator[Scene]:
    """The world, left quiet and with its people as they were."""
    yield shared_scene
    if request.node.stash.get(FAILED, False):
        print(await shared_scene.story())  # noqa: T201  pytest shows it with the failure
        return
    for user in PEOPLE:
        await shared_scene.slack.account(user, active=True)
    await shared_scene.slack.group("sre", "ben", "dev")
    await shared_scene.quiet()
    if "forged_triggers" not in request.fixturenames:
        await shared_scene.assert_nothing_refused()


@pytest.fixture
def forged_triggers() -> None:
    """Slack opens no form for them, and shows nothing to who is not there: its refusals are the attacker's, not ours."""
