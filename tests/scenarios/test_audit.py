"""Everything that was done is on record once, whoever dies meanwhile; read in Slack, exported from the command line."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import os
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bot.domain.audit import Entry
from bot.domain.audit_query import Query
from bot.store.state import RedisState
from tests.scenarios.scene import SOON, TEAM, Json, Scene

pytestmark = [pytest.mark.scenario, pytest.mark.asyncio(loop_scope="module")]

NewScene = Callable[..., Awaitable[Scene]]


async def records(scene: Scene, stack: str) -> list[Entry]:
    """Of one stack, the oldest first."""
    found = await RedisState(scene.redis, TEAM).audited(Query(stack=f"acme/{stack}"), count=100)
    return list(found.entries)[::-1]


async def told(scene: Scene, stack: str) -> list[tuple[str, str, str]]:
    return [(each.user, each.verb, each.outcome) for each in await records(scene, stack)]


async def run(scene: Scene, *arguments: str) -> str:
    """`python -m bot …` in the bot's own environment."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        *arguments,
        env={**os.environ, **scene.world.environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, problems = await process.communicate()
    assert process.returncode == 0, problems.decode()
    return out.decode()


async def test_a_day_is_on_record_once_and_in_order(scene: Scene) -> None:
    await scene.pulumi.put_stack("log/prod", "quick-success")
    await scene.ask("ana", "prod", "deploy log/prod")
    card = await scene.card("prod", "log/prod", "approv")
    await scene.told("cleo", "prod", "destroy log/dev")
    await asyncio.gather(*(scene.slack.press("ben", "prod", card, "qd:approve") for _ in range(5)))
    await scene.deployed("log/prod")
    await scene.ask("cleo", "prod", "pause log/prod for the audit")
    await scene.card("prod", "log/prod", "paused by")
    await scene.ask("cleo", "prod", "resume log/prod")
    await scene.quiet()
    assert [each for each in await told(scene, "log/prod") if each[2] != "refused"] == [
        ("U0ANA", "deploy", "awaiting"),
        ("U0BEN", "approve", "approved"),
        ("U0ANA", "deploy", "started"),
        ("U0CLEO", "pause", "done"),
        ("U0CLEO", "resume", "done"),
    ]
    started = next(each for each in await records(scene, "log/prod") if each.outcome == "started")
    newest = await scene.pulumi.newest("log/prod")
    assert (started.deployment_id, started.version, started.identity) == (
        newest["id"],
        newest["version"],
        "service",
    )
    assert started.approvers == ("U0BEN",)


def lines(message: Json) -> str:
    return json.dumps(message["blocks"])


async def test_readers_page_through_it_and_others_see_their_own(scene: Scene) -> None:
    await scene.pulumi.put_stack("page/dev", "quick-success")
    for turn in range(6):
        await scene.ask("dev", "deploys", f"{'pause' if turn % 2 == 0 else 'resume'} page/dev")
        await scene.quiet()
    for turn in range(6):
        await scene.ask("cleo", "deploys", f"{'pause' if turn % 2 == 0 else 'resume'} page/dev")
        await scene.quiet()
    before = await scene.no_whisper_yet("deploys")
    await scene.ask("ana", "deploys", "audit page/dev")
    first = await scene.whisper("ana", "deploys", "Audit", ignoring=before)
    assert first["text"].count("page/dev: done") == 10
    await scene.slack.press("ana", "deploys", first, "qd:audit:older")
    second = await scene.slack.ephemeral(
        "deploys",
        lambda one: one["ephemeral_to"] == "U0ANA" and one["text"].count("page/dev: done") == 2,
        within=SOON,
        what="the second page",
    )
    await scene.slack.press("ana", "deploys", second, "qd:audit:newer")
    await scene.slack.ephemeral(
        "deploys",
        lambda one: one["ephemeral_to"] == "U0ANA" and one["text"].count("page/dev: done") == 10,
        within=SOON,
        what="the first page again",
    )
    own = await scene.told("dev", "deploys", "audit page/dev")
    assert own.count("page/dev: done") == 6
    assert "<@U0CLEO>" not in own
    assert "not what others did" in await scene.told("dev", "deploys", "audit U0CLEO")
    assert "<@U0CLEO>" in await scene.told("ana", "deploys", "audit U0CLEO since 1h")


async def test_it_is_exported_as_json_lines_and_as_csv(scene: Scene) -> None:
    await scene.pulumi.put_stack("export/dev", "quick-success")
    await scene.ask("ana", "deploys", "pause export/dev =HYPERLINK(1)")
    await scene.quiet()
    options = ("--since", "1h", "--stack", "acme/export/dev", "--person", "U0ANA")
    [line] = (await run(scene, "audit", *options)).splitlines()
    row: dict[str, Any] = json.loads(line)
    assert (row["verb"], row["outcome"], row["team"]) == ("pause", "done", TEAM)
    [cells] = csv.DictReader(io.StringIO(await run(scene, "audit", *options, "--format", "csv")))
    assert cells["reason"] == "'=HYPERLINK(1)"
    assert await run(scene, "audit", "--until", "2026-01-01") == ""
    await scene.ask("ana", "deploys", "resume export/dev")


async def test_the_log_has_a_line_for_every_record_and_for_a_typo(scene: Scene) -> None:
    await scene.pulumi.put_stack("lines/dev", "quick-success")
    await scene.ask("ana", "deploys", "pause lines/dev")
    await scene.ask("ana", "deploys", "puase lines/dev")
    await scene.quiet()
    logged = [
        json.loads(line)
        for path in scene.world.fleet.logs.glob("w*.log")
        for line in path.read_text().splitlines()
        if line.startswith("{") and json.loads(line).get("event") == "audit"
    ]
    of_stack = [line["outcome"] for line in logged if line.get("stack") == "acme/lines/dev"]
    assert of_stack == ["done"]
    assert any(line["outcome"] == "refused" and "puase" in line.get("reason", "") for line in logged)
    await scene.ask("ana", "deploys", "resume lines/dev")


async def test_a_worker_killed_over_and_over_leaves_each_record_once(new_scene: NewScene) -> None:
    scene = await new_scene(speed=6)
    await scene.pulumi.put_stack("kill/dev", "quick-success")
    await scene.pulumi.put_stack("kill/prod", "quick-success")
    await asyncio.gather(
        scene.ask("ana", "deploys", "deploy kill/dev"), scene.ask("ben", "prod", "deploy kill/prod")
    )
    for life in range(4):
        await scene.world.fleet.kill("worker" if life == 0 else f"worker-{life}")
        await scene.world.start_worker(f"worker-{life + 1}")
        await asyncio.sleep(0.7)
    card = await scene.card("prod", "kill/prod", "approv")
    await scene.slack.press("dev", "prod", card, "qd:approve")
    await scene.deployed("kill/dev")
    await scene.deployed("kill/prod")
    await scene.quiet()
    assert await told(scene, "kill/dev") == [("U0ANA", "deploy", "allowed"), ("U0ANA", "deploy", "started")]
    assert await told(scene, "kill/prod") == [
        ("U0BEN", "deploy", "awaiting"),
        ("U0DEV", "approve", "approved"),
        ("U0BEN", "deploy", "started"),
    ]
