"""The doctor, asking a real Redis, a sandbox Slack and a sandbox Pulumi Cloud."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import yaml
from cryptography.fernet import Fernet
from redis.asyncio import Redis

from bot import settings
from bot.domain.audit import Entry
from bot.domain.links import Link
from bot.operator import doctor
from bot.operator.doctor import Finding
from bot.store.state import RedisState
from bot.vault import Vault
from sandbox import pulumi_cloud
from sandbox.fleet import free_port
from sandbox.slack_workspace import Manifest, create_app
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


async def test_a_redis_that_forgets_at_a_restart_is_named(env: Env, redis: Redis) -> None:
    assert "appendonly is off" in (await examine(env))["redis"].advice
    await redis.config_set("appendonly", "yes")
    try:
        assert (await examine(env))["redis"].advice == ""
    finally:
        await redis.config_set("appendonly", "no")


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


async def test_what_no_key_opens_is_named(env: Env, redis: Redis) -> None:
    assert "no ENCRYPTION_KEY" in (await examine(env))["encryption"].facts
    old, new = (Fernet.generate_key().decode() for _ in range(2))
    sealed = Vault((old,)).seal("pul-ada", purpose="any")
    await RedisState(redis, "T1").add_link(Link(team="T1", user="U0ADA", login="ada", token=sealed, at=0.0))
    found = (await examine(env | {"ENCRYPTION_KEY": new}))["encryption"]
    assert (found.good, found.facts) == (False, "1 of 1 do not open")
    assert "U0ADA" in found.advice
    assert (await examine(env | {"ENCRYPTION_KEY": f"{new},{old}"}))["encryption"].good


async def test_an_audit_that_forgets_too_early_is_named(env: Env, redis: Redis) -> None:
    assert (await examine(env))["audit"].facts == "kept for 365 days, 500,000 records at most; 0 records"
    for number in range(3):
        await RedisState(redis, "T1").record(Entry(f"c{number}", 1.0, "T1", "U0ADA", "deploy", "done"))
    found = (await examine(env | {"AUDIT_ENTRIES": "1000"}))["audit"]
    assert found.good
    assert "3 records, since 1970-01-01" in found.facts


async def test_the_app_level_token_is_tried_where_there_is_one(env: Env) -> None:
    assert "slack socket" not in await examine(env)
    del env["SLACK_SIGNING_SECRET"]
    found = (await examine(env | {"SLACK_APP_TOKEN": "xapp-sandbox"}))["slack socket"]
    assert (found.good, found.facts) == (True, "Slack lets web connect (Socket Mode)")


async def test_what_is_wrong_with_the_app_level_token_is_told_without_it(env: Env) -> None:
    found = (await examine(env | {"SLACK_APP_TOKEN": "xapp-revoked"}))["slack socket"]
    assert (found.good, found.facts) == (False, "apps.connections.open: invalid_auth")
    assert "connections:write" in found.advice
    away = {"SLACK_APP_TOKEN": "xapp-sandbox", "SLACK_API_URL": f"http://127.0.0.1:{free_port()}/api/"}
    found = (await examine(env | away))["slack socket"]
    assert (found.good, found.facts) == (False, "apps.connections.open: no answer")
    assert "SLACK_API_URL" in found.advice


def with_policy(env: Env, folder: Path, text: str) -> Env:
    policy = folder / "policy.toml"
    policy.write_text(text)
    return {**env, "POLICY_FILE": str(policy)}


RULE = """
[[rules]]
name = "production"
stacks = ["acme/*/prod"]
operations = ["deploy"]
approvals = { "@platform" = 1, "@ana" = 1 }
"""


async def test_all_that_the_policy_names_is_looked_up(env: Env, tmp_path: Path) -> None:
    found = (await examine(with_policy(env, tmp_path, RULE)))["policy names"]
    assert (found.good, found.advice) == (True, "")


async def test_what_the_policy_names_in_vain_is_told_with_its_line(env: Env, tmp_path: Path) -> None:
    text = RULE + 'channels = ["#nowhere"]\nwho = ["@platfrom"]\nbreak_glass = ["@eve"]\n'
    found = (await examine(with_policy(env, tmp_path, text)))["policy names"]
    assert not found.good
    assert found.advice.split("; ") == [
        "policy.toml:7: the policy names #nowhere, but there is no such channel that the bot can see",
        "policy.toml:9: there is no user group or person @eve",
        "policy.toml:8: there is no user group or person @platfrom: did you mean @platform?",
    ]


async def test_a_pattern_that_matches_nothing_yet_is_a_hint(env: Env, tmp_path: Path) -> None:
    found = (await examine(with_policy(env, tmp_path, RULE.replace("acme/*/prod", "acme/wbe/*"))))[
        "policy names"
    ]
    assert found.good
    assert found.advice == "policy.toml:4: acme/wbe/* matches no stack that is known yet"


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("@ana deploy web/prod", "@ana may, with approvals, deploy web/prod"),
        ("@ana destroy web/prod", "@ana may not destroy web/prod"),
        ("U0BEN deploy web/dev", "U0BEN may deploy web/dev"),
        ("@ana pause org", "@ana may not pause everything of acme"),
        ("@ana pause --org acme", "@ana may not pause everything of acme"),
    ],
)
async def test_it_tells_which_rule_decides(
    env: Env, tmp_path: Path, capsys: pytest.CaptureFixture[str], question: str, told: str
) -> None:
    read = settings.load(with_policy(env, tmp_path, RULE), process=settings.Process.DOCTOR)
    assert await doctor.can(read, question.split()) == 0
    printed = capsys.readouterr().out
    assert told in printed
    assert ": decides" in printed


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("@nobody deploy web/prod", "nobody goes by @nobody"),
        ("@ana pause org initech", "I don't know initech"),
        ("@ana fly web/prod", '"fly" is nothing that a rule about a stack decides'),
    ],
)
async def test_a_question_that_makes_no_sense_is_told_so(
    env: Env, tmp_path: Path, capsys: pytest.CaptureFixture[str], question: str, told: str
) -> None:
    read = settings.load(with_policy(env, tmp_path, RULE), process=settings.Process.DOCTOR)
    assert await doctor.can(read, question.split()) == 1
    assert told in capsys.readouterr().out
