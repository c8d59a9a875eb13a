"""The worker process, built as in production and talking HTTP to a sandbox Slack and a sandbox Pulumi Cloud."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from redis.asyncio import Redis

from bot import settings as environment
from bot.domain.commands import Verb
from bot.domain.rules import Policy
from bot.errors import ConfigurationError, SlackError
from bot.rulebook import read_policy
from bot.settings import Settings
from bot.slack.channels import SlackChannels
from bot.store.inbox import RedisInbox
from bot.wiring import worker
from bot.wiring.worker import worker as built
from sandbox import pulumi_cloud
from sandbox.fleet import free_port
from sandbox.slack_workspace import Manifest, create_app
from tests.builders import create_command
from tests.handlers.office import MANIFEST, serving

TEAM = "T0QUARTER"
POLICY = """
[[subscriptions]]
channel = "#deploys"
stacks = ["*/*/*"]
"""


@dataclass(frozen=True, slots=True)
class Place:
    """An installation, and what a test sees of it."""

    env: dict[str, str]
    slack: httpx.AsyncClient

    @property
    def settings(self) -> Settings:
        """As the process reads them."""
        return environment.load(self.env, process=environment.Process.WORKER)

    async def channel(self, name: str) -> dict[str, Any]:
        """A channel with its messages."""
        state = (await self.slack.get("/sandbox/state")).json()
        [found] = [each for each in state["channels"] if each["name"] == name]
        return dict(found)


@pytest.fixture
async def place(redis: Redis, redis_url: str) -> AsyncIterator[Place]:
    manifest = Manifest.from_dict(yaml.safe_load(MANIFEST.read_text()))
    with (
        socket.create_server(("127.0.0.1", 0)) as slack_at,
        socket.create_server(("127.0.0.1", 0)) as pulumi_at,
    ):
        slack, pulumi = (f"http://127.0.0.1:{at.getsockname()[1]}" for at in (slack_at, pulumi_at))
        app = create_app(manifest=manifest, public_url=slack)
        env = {
            "SLACK_BOT_TOKEN": "xoxb-sandbox",
            "SLACK_SIGNING_SECRET": "sandbox-signing-secret",
            "SLACK_API_URL": f"{slack}/api/",
            "PULUMI_ACCESS_TOKEN": "pul-sandbox",
            "PULUMI_BACKEND_URL": pulumi,
            "PULUMI_ORG": "acme",
            "REDIS_URL": redis_url,
        }
        async with (
            serving((app, slack_at), (pulumi_cloud.create_app(public_url=pulumi), pulumi_at)),
            httpx.AsyncClient(base_url=slack) as http,
        ):
            yield Place(env, http)


async def test_it_works_until_it_is_told_to_stop(place: Place, redis: Redis) -> None:
    deploys = (await place.channel("deploys"))["id"]
    running = asyncio.create_task(worker.run(place.settings))
    command = create_command(Verb.DEPLOY, "web/dev", user="U0ANA", channel=deploys)
    await RedisInbox(redis, TEAM).put(command, dedupe="d", window=60)
    async with asyncio.timeout(20):
        while not (await place.channel("deploys"))["messages"]:  # noqa: ASYNC110  another service's state
            await asyncio.sleep(0.05)
        os.kill(os.getpid(), signal.SIGTERM)
        await running
    [card, *_] = (await place.channel("deploys"))["messages"]
    assert "web/dev#" in card["text"]


async def test_it_can_be_stopped_while_it_waits_for_slack(place: Place) -> None:
    nobody = replace(place.settings, slack_api_url=f"http://127.0.0.1:{free_port()}/api/")
    running = asyncio.create_task(worker.run(nobody))
    await asyncio.sleep(0.05)
    os.kill(os.getpid(), signal.SIGTERM)
    async with asyncio.timeout(5):
        await running


async def test_channels_of_a_policy_are_known_by_their_ids(place: Place, tmp_path: Path) -> None:
    file = tmp_path / "policy.toml"
    file.write_text(POLICY)
    deploys = (await place.channel("deploys"))["id"]
    async with built(replace(place.settings, policy_file=file)) as it:
        [subscription] = it._runner._context.policy.subscriptions
    assert subscription.channel == deploys


async def test_a_channel_that_is_not_there_is_a_wrong_setting(place: Place, tmp_path: Path) -> None:
    file = tmp_path / "policy.toml"
    file.write_text(POLICY.replace("#deploys", "#nowhere"))
    with pytest.raises(ConfigurationError, match="#nowhere"):
        async with built(replace(place.settings, policy_file=file)):
            pass


async def test_where_slack_does_not_answer_a_channel_is_not_called_missing(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def silence(_: SlackChannels, __: str) -> str:
        raise SlackError("conversations.list", "")

    monkeypatch.setattr(SlackChannels, "resolve_channel", silence)
    file = tmp_path / "policy.toml"
    file.write_text(POLICY)
    with pytest.raises(SlackError):
        async with built(replace(place.settings, policy_file=file)):
            pass


def test_without_a_policy_file_the_defaults_decide() -> None:
    assert read_policy(None) == Policy()


def test_every_mistake_in_a_policy_file_is_named_at_once(tmp_path: Path) -> None:
    file = tmp_path / "policy.toml"
    file.write_text('[[rules]]\nname = 3\n\n[[subscriptions]]\nchannel = "nope!"\n')
    with pytest.raises(ConfigurationError) as caught:
        read_policy(file)
    assert len(caught.value.problems) > 2
    assert all(problem.startswith("policy.toml") for problem in caught.value.problems)


def test_a_policy_file_that_is_no_text_is_a_wrong_setting(tmp_path: Path) -> None:
    file = tmp_path / "policy.toml"
    file.write_bytes("[[rules]]\nname = 'für alle'\n".encode("latin-1"))
    with pytest.raises(ConfigurationError, match=r"policy.toml can't be read: it is not UTF-8"):
        read_policy(file)


def test_a_policy_file_that_went_away_is_a_wrong_setting(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"policy.toml can't be read: No such file"):
        read_policy(tmp_path / "policy.toml")
