"""The doctor, asking a real Redis, a sandbox Slack and a sandbox Pulumi Cloud."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import yaml
from redis.asyncio import Redis

from bot import doctor, settings
from bot.doctor import Finding
from sandbox import pulumi_cloud
from sandbox.slack_workspace import Manifest, create_app
from tests.conftest import free_port
from tests.handlers.office import MANIFEST, serving

Env = dict[str, str]


@pytest.fixture
async def env(redis: Redis, redis_url: str) -> AsyncIterator[Env]:
    """An installation where all is well."""
    manifest = Manifest.from_dict(yaml.safe_load(MANIFEST.read_text()))
    with (
        socket.create_server(("127.0.0.1", 0)) as slack_at,
        socket.create_server(("127.0.0.1", 0)) as pulumi_at,
    ):
        slack_url, pulumi_url = (f"http://127.0.0.1:{at.getsockname()[1]}" for at in (slack_at, pulumi_at))
        slack = create_app(manifest=manifest, public_url=slack_url)
        async with serving((slack, slack_at), (pulumi_cloud.create_app(public_url=pulumi_url), pulumi_at)):
            yield {
                "SLACK_SIGNING_SECRET": "sandbox-signing-secret",
                "SLACK_BOT_TOKEN": "xoxb-sandbox",
                "SLACK_API_URL": f"{slack_url}/api/",
                "PULUMI_ACCESS_TOKEN": "pul-sandbox",
                "PULUMI_BACKEND_URL": pulumi_url,
                "PULUMI_ORG": "acme",
                "REDIS_URL": redis_url,
            }


async def examine(env: Env) -> dict[str, Finding]:
    read = settings.load(env, process=settings.Process.DOCTOR)
    return {finding.what: finding async for finding in doctor.examine(read)}


async def test_where_all_is_well_it_says_so_and_exits_0(env: Env, capsys: pytest.CaptureFixture[str]) -> None:
    assert await doctor.run(settings.load(env, process=settings.Process.DOCTOR)) == 0
    told = capsys.readouterr().out
    assert "All is well." in told
    assert "quarterdeck in Acme (T0QUARTER)" in told


async def test_every_ill_is_found_in_one_run_with_what_to_do(env: Env, tmp_path: Path) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text("[[rules]]\nname = 3\n")
    found = await examine(
        env
        | {
            "SLACK_BOT_TOKEN": "xoxb-revoked",
            "PULUMI_ACCESS_TOKEN": "pul-revoked",
            "PULUMI_ORG": "acme globex",
            "REDIS_URL": f"redis://127.0.0.1:{free_port()}",
            "POLICY_FILE": str(policy),
        }
    )
    ill = {what for what, finding in found.items() if not finding.good}
    assert ill == {"policy", "redis", "slack", "pulumi acme", "pulumi globex"}
    assert all(finding.advice for finding in found.values() if not finding.good)


async def test_an_organisation_that_the_token_cannot_see_is_named(env: Env) -> None:
    found = await examine(env | {"PULUMI_ORG": "acme,globex"})
    assert found["pulumi acme"].good
    assert not found["pulumi globex"].good


async def test_no_secret_is_printed(env: Env) -> None:
    found = await examine(env | {"SLACK_BOT_TOKEN": "xoxb-revoked", "PULUMI_ACCESS_TOKEN": "pul-revoked"})
    told = "\n".join(map(doctor.render, found.values()))
    assert "xoxb-revoked" not in told
    assert "pul-revoked" not in told
