"""Two workers at once, and one of them killed half-way: each deployment once, each card once, each line once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from tests.scenarios.scene import CREATE, LATER, Scene

pytestmark = [pytest.mark.scenario, pytest.mark.asyncio(loop_scope="module")]

NewScene = Callable[..., Awaitable[Scene]]

# Who asks where, for which stack of which scenario, and how that ends.
ASKED = (
    ("ana", "deploys", "store/one", "slow-success", "succeeded"),
    ("ben", "prod", "store/two", "failing-update", "failed"),
    ("ana", "oncall", "store/three", "quick-success", "succeeded"),
    ("cleo", "deploys", "store/four", "failing-pre-run", "failed"),
    ("dev", "prod", "store/five", "quick-success", "succeeded"),
)


async def everybody_asks(scene: Scene) -> None:
    for _, _, path, scenario, _ in ASKED:
        await scene.pulumi.put_stack(path, scenario)
    await asyncio.gather(*(scene.ask(user, channel, f"deploy {path}") for user, channel, path, _, _ in ASKED))


async def each_once(scene: Scene) -> None:
    for _, channel, path, _, outcome in ASKED:
        await scene.assert_told_once(channel, path, outcome=outcome)
    assert await scene.pulumi.requests(CREATE) == len(ASKED)


async def test_two_workers_share_the_work_and_repeat_none_of_it(new_scene: NewScene) -> None:
    scene = await new_scene(speed=8, workers=2)
    await everybody_asks(scene)
    await each_once(scene)


@pytest.mark.parametrize("seconds", [0.05, 1.5, 4.0])
async def test_one_of_two_workers_killed_half_way_is_not_missed(new_scene: NewScene, seconds: float) -> None:
    scene = await new_scene(speed=6, workers=2)
    await everybody_asks(scene)
    await asyncio.sleep(seconds)
    await scene.world.fleet.kill("worker-1")
    await each_once(scene)


async def test_a_pause_and_the_deploy_right_behind_it_keep_their_order(new_scene: NewScene) -> None:
    scene = await new_scene(speed=8, workers=2)
    for number in range(4):
        path = f"order/{number}"
        await scene.pulumi.put_stack(path, "quick-success")
        await scene.ask("ana", "deploys", f"pause {path}")
        await scene.ask("ben", "deploys", f"deploy {path}")
        await scene.card("deploys", path, "the stack is paused")
        await scene.ask("ana", "deploys", f"resume {path}")
        assert (await scene.deployed(path))["status"] == "succeeded"


async def test_ten_people_and_clicks_at_once_count_once_each(new_scene: NewScene) -> None:
    scene = await new_scene(speed=8, workers=2)
    await scene.pulumi.put_stack("store/prod", "quick-success")
    await scene.ask("ana", "prod", "deploy store/prod")
    card = await scene.card("prod", "store/prod", "approve", within=LATER)
    people = ("ben", "cleo", "dev", "ana", "ben", "ben", "cleo", "dev", "ben", "cleo")
    pressed = await asyncio.gather(
        *(scene.slack.press(user, "prod", card, "qd:approve") for user in people), return_exceptions=True
    )
    assert any(isinstance(answer, dict) and answer["status"] == 200 for answer in pressed)
    await scene.assert_told_once("prod", "store/prod", outcome="succeeded")
    assert await scene.pulumi.requests(CREATE) == 1
