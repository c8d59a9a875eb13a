"""The sandbox's Slack behind real HTTP, and the adapter's parts built on it as wiring does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
import yaml
from redis.asyncio import Redis

from bot.ports import State
from bot.slack.api import SlackApi, new_session
from bot.slack.budget import SlackBudget
from bot.slack.channels import SlackChannels
from bot.slack.client import SlackClient
from bot.slack.directory import Directory
from bot.slack.outbox import Outbox
from bot.slack.setbacks import Patience
from bot.store.budget import RedisBudget
from bot.store.lanes import RedisLanes
from bot.store.once import RedisOnce
from bot.store.replies import RedisReplies
from bot.store.state import RedisState
from sandbox.fleet import free_port
from sandbox.slack_workspace import Manifest, create_app
from tests.bot.slack import outbox_scene
from tests.bot.slack.fakes import FakeSlack

MANIFEST = Path(__file__).parents[3] / "manifest.yml"
TEAM = "T0QUARTER"


class SlackServer:
    """A Slack workspace over HTTP: its controls, as a test uses them."""

    def __init__(self, url: str, http: httpx.AsyncClient) -> None:
        self.url = url
        self._http = http

    async def fault(self, match: str, fault: str, *, count: int = 1) -> None:
        """The next calls that match go wrong."""
        rule = {"match": match, "fault": fault, "count": count}
        (await self._http.post("/sandbox/faults", json=[rule])).raise_for_status()

    async def state(self) -> dict[str, Any]:
        """All that the workspace holds."""
        answer = await self._http.get("/sandbox/state")
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found

    async def messages(self, channel: str) -> list[dict[str, Any]]:
        """What stands in a channel, threads included."""
        channels = (await self.state())["channels"]
        [found] = [each for each in channels if channel in (each["id"], each["name"])]
        return [one for message in found["messages"] for one in (message, *message["replies"])]

    async def until(self, channel: str, count: int) -> list[dict[str, Any]]:
        """The messages of a channel once there are `count`."""
        async with asyncio.timeout(20):
            while len(messages := await self.messages(channel)) < count:  # noqa: ASYNC110 - another process's state
                await asyncio.sleep(0.05)
        return messages

    async def calls(self, method: str) -> int:
        """How often the bot called a method."""
        return int((await self.state())["api"]["methods"].get(method, {}).get("calls", 0))

    async def control(self, what: str, **body: Any) -> dict[str, Any]:
        """Act as a person, or on the workspace."""
        answer = await self._http.post(f"/sandbox/{what}", json=body)
        answer.raise_for_status()
        done: dict[str, Any] = answer.json()
        return done


@pytest.fixture
async def server() -> AsyncIterator[SlackServer]:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    manifest = Manifest.from_dict(yaml.safe_load(MANIFEST.read_text()))
    app = create_app(manifest=manifest, public_url=url, app_url=f"http://127.0.0.1:{free_port()}/")
    uvicorn_server = uvicorn.Server(
        uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error", ws="none")
    )
    serving = asyncio.create_task(uvicorn_server.serve())
    async with asyncio.timeout(10):
        while not uvicorn_server.started:  # noqa: ASYNC110 - uvicorn tells by a flag
            await asyncio.sleep(0.01)
    async with httpx.AsyncClient(base_url=url) as http:
        yield SlackServer(url, http)
    uvicorn_server.should_exit = True
    await serving


@pytest.fixture
async def api(server: SlackServer) -> AsyncIterator[SlackApi]:
    async with new_session() as http:
        yield SlackApi(token="xoxb-sandbox", http=http, base_url=f"{server.url}/api/")


@pytest.fixture
def budget(redis: Redis) -> SlackBudget:
    return SlackBudget(RedisBudget(redis, TEAM))


@pytest.fixture
def directory(api: SlackApi, budget: SlackBudget) -> Directory:
    return Directory(api, budget)


@pytest.fixture
def client(api: SlackApi, directory: Directory) -> SlackClient:
    return SlackClient(api, directory)


@pytest.fixture
def channels(api: SlackApi, directory: Directory, budget: SlackBudget, redis: Redis) -> SlackChannels:
    return SlackChannels(api=api, directory=directory, budget=budget, once=RedisOnce(redis, TEAM))


@pytest.fixture
def state(redis: Redis) -> State:
    """What the outboxes of `tests.bot.slack.outbox_scene` bring."""
    return RedisState(redis, outbox_scene.TEAM)


@pytest.fixture
def slack() -> FakeSlack:
    return FakeSlack()


@pytest.fixture
def outbox(redis: Redis, slack: FakeSlack) -> Outbox:
    return outbox_scene.new_outbox(redis, slack)


@dataclass(frozen=True, slots=True)
class Told:
    """What is said, who brings it to Slack, and where somebody's direct messages are."""

    state: RedisState
    outbox: Outbox
    direct: Callable[[str], Awaitable[str]]


@pytest.fixture
def told(redis: Redis, client: SlackClient, budget: SlackBudget) -> Told:
    outbox = Outbox(
        lanes=RedisLanes(redis, TEAM),
        replies=RedisReplies(redis, TEAM),
        slack=client,
        budget=budget,
        patience=Patience(lease=20.0, settle=0.05),
    )
    return Told(RedisState(redis, TEAM), outbox, client.address)
