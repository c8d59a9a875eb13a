"""The scripted tour: it exits 0 when all of it happened, and 1 when any of it did not."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from sandbox import tour
from sandbox.world import POLICY
from tests.scenarios.scene import Scene, playing

pytestmark = [pytest.mark.scenario, pytest.mark.asyncio(loop_scope="module")]

NewScene = Callable[..., Awaitable[Scene]]
ENOUGH = 150.0


async def toured(data: Path, **environment: str) -> tuple[int | None, str]:
    """The exit code of the tour, and what it printed."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "sandbox",
        *("demo", "--once", "--data", str(data)),
        env={**os.environ, **environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    printed, _ = await asyncio.wait_for(process.communicate(), ENOUGH)
    return process.returncode, printed.decode()


async def test_the_tour_ends_well_and_prints_what_people_saw(tmp_path: Path) -> None:
    code, printed = await toured(tmp_path)
    assert code == 0, printed
    assert "12 of 12 stations" in printed
    assert "✗" not in printed
    for line in (
        "── #deploys",
        "── #prod",
        "web/dev#4",
        "BucketAlreadyExists",
        "paused by @cleo",
        "canceled by @dev",
        "Approved by @ben",
        "Break-glass",
        "wait for the migration",
        "(only visible to @ana)",
        "    ana in #deploys  /pulumi deploy web/dev",
        "    ben in #prod  presses [Approve]",
    ):
        assert line in printed, line


async def test_the_tour_fails_when_nobody_carries_commands_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(tour, "SOON", 0.5)
    monkeypatch.setattr(tour, "LATER", 0.5)
    async with playing(tmp_path, workers=1) as scene:
        await scene.world.fleet.stop("worker")
        async with tour.Tour(scene.world) as guide:
            assert await guide.run() == 1
    printed = capsys.readouterr().out
    assert "✗ a deployment that succeeds" in printed
    assert "✗ an approval by somebody else" in printed


async def test_the_tour_fails_when_one_claim_is_not_true(
    new_scene: NewScene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for limit in ("SOON", "LATER"):
        monkeypatch.setattr(tour, limit, 10.0)
    policy = tmp_path / "no-preview.toml"
    policy.write_text(POLICY.read_text().replace("preview = true\n", ""))
    scene = await new_scene(speed=8, policy=policy)
    async with tour.Tour(scene.world) as guide:
        assert await guide.run() == 1
    printed = capsys.readouterr().out
    assert [line.split(":")[0] for line in printed.splitlines() if line.startswith("✗")] == [
        "✗ a preview first, then two teams approve"
    ]
