"""Server-sent events: each person hears of what they may see, and of nothing else."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from tests.sandbox.slack_workspace.page.scene import Scene
from tests.sandbox.slack_workspace.page.serving import playing


@asynccontextmanager
async def listening_as(name: str, base: str) -> AsyncIterator[AsyncIterator[str]]:
    async with (
        httpx.AsyncClient(base_url=base, timeout=5) as client,
        client.stream("GET", f"/live?as={name}") as answer,
    ):
        lines = answer.aiter_lines()
        assert await anext(lines) == ": connected"
        yield lines


async def next_data(lines: AsyncIterator[str]) -> str:
    async with asyncio.timeout(5):
        while not (line := await anext(lines)).startswith("data: "):
            pass
    return line.removeprefix("data: ")


async def test_a_person_hears_of_their_channels_and_their_own_ephemerals(scene: Scene) -> None:
    async with playing(scene) as base, listening_as("cleo", base) as lines:
        scene.post("not in there", channel="C0ONCALL")
        scene.post("not for her", ephemeral_to="U0ANA")
        scene.post("for her", ephemeral_to="U0CLEO")
        scene.post("for all")
        heard = [json.loads(await next_data(lines))["kind"] for _ in range(2)]
    assert heard == ["ephemeral", "message"]


async def test_streams_end_when_the_workspace_closes(scene: Scene) -> None:
    async with playing(scene) as base, listening_as("ana", base) as lines:
        await scene.workspace.close()
        assert [line async for line in lines if line] == ["retry: 500"]
