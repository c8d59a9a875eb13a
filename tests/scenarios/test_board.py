"""A dozen deployments live in one channel: one board shows their steps, each card what matters, whoever is killed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from tests.scenarios.scene import CREATE, LATER, Json, Scene, is_board

pytestmark = [pytest.mark.scenario, pytest.mark.asyncio(loop_scope="module")]

NewScene = Callable[..., Awaitable[Scene]]

STACKS = tuple(f"crowd/s{number}" for number in range(1, 13))
BROKEN = frozenset(STACKS[:2])
# Of a card that was posted when the board stood already: it runs, its commit is known, its steps are elsewhere, it is over.
MOST_EDITS = 4


async def a_dozen(scene: Scene) -> None:
    await scene.pulumi.tune(concurrency=len(STACKS))
    for path in STACKS:
        await scene.pulumi.put_stack(path, "failing-update" if path in BROKEN else "slow-success")
    await asyncio.gather(*(scene.ask("ana", "deploys", f"deploy {path}") for path in STACKS))


async def the_board(scene: Scene) -> Json:
    return await scene.slack.message("deploys", is_board, within=LATER, what="the board")


async def all_told(scene: Scene) -> None:
    """Each on its own card, and all of them on the one board."""
    [board] = await scene.boards("deploys")
    for path in STACKS:
        card = await scene.assert_told_once(
            "deploys", path, outcome="failed" if path in BROKEN else "succeeded"
        )
        assert card["ts"] < board["ts"] or card["edits"] <= MOST_EDITS, card["text"]
        assert "the board" not in card["text"]
    [board] = await scene.boards("deploys")
    assert "12 deployments ended · 10 succeeded · 2 failed · 0 canceled" in board["text"]
    for path in BROKEN:
        assert f"deployments/1|{path}#1> · deploy · failed" in board["text"]
    assert await scene.pulumi.requests(CREATE) == len(STACKS)


async def test_a_crowd_shares_one_board_and_every_card_ends_right(new_scene: NewScene) -> None:
    scene = await new_scene(speed=2, workers=2)
    await a_dozen(scene)
    board = await the_board(scene)
    link = f"/p{str(board['ts']).replace('.', '')}|the board of this channel"
    await scene.card("deploys", "deploy running", link, within=LATER)
    await all_told(scene)


async def test_a_worker_killed_in_a_crowd_leaves_one_board(new_scene: NewScene) -> None:
    scene = await new_scene(speed=3, workers=2)
    await a_dozen(scene)
    await the_board(scene)
    await scene.world.fleet.kill("worker-1")
    await all_told(scene)
