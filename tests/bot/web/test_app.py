"""The web process over HTTP: what it lets in, what it answers to operators, what it does without Redis."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from redis.asyncio import Redis
from slack_sdk.web.async_client import AsyncWebClient

from bot import settings
from bot.domain.audit_query import Query
from bot.domain.commands import Verb
from bot.store.inbox import RedisInbox
from bot.store.state import RedisState
from bot.wiring.web import web_app
from sandbox.fleet import free_port

SECRET = "0123456789abcdef"
TEAM = "T0QUARTER"
COMMAND = {
    "command": "/pulumi",
    "text": "deploy web/dev",
    "team_id": TEAM,
    "user_id": "U0ANA",
    "channel_id": "C0DEPLOYS",
    "trigger_id": "1.2.3",
    "response_url": "https://hooks.slack.com/commands/1",
}


@asynccontextmanager
async def web(redis_url: str, **env: str) -> AsyncIterator[httpx.AsyncClient]:
    """The application with its lifespan; Slack is not there, and need not be."""
    given = {
        "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_BOT_TOKEN": "xoxb-test",
        "SLACK_API_URL": f"http://127.0.0.1:{free_port()}/api/",
        "PULUMI_ORG": "acme",
        "REDIS_URL": redis_url,
    }
    app = web_app(settings.load(given | env, process=settings.Process.WEB))
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://web") as client,
    ):
        yield client


@pytest.fixture
async def client(redis: Redis, redis_url: str) -> AsyncIterator[httpx.AsyncClient]:
    async with web(redis_url) as client:
        yield client


def signed(body: bytes, *, ago: float = 0, secret: str = SECRET) -> dict[str, str]:
    timestamp = str(int(time.time() - ago))
    digest = hmac.new(secret.encode(), f"v0:{timestamp}:".encode() + body, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": f"v0={digest}"}


async def send(client: httpx.AsyncClient, body: bytes, **signature: Any) -> httpx.Response:
    return await client.post("/slack/events", content=body, headers=signed(body, **signature))


def form(**changes: str) -> bytes:
    return urlencode(COMMAND | changes).encode()


async def test_a_signed_command_is_recorded(client: httpx.AsyncClient, redis: Redis) -> None:
    assert (await send(client, form())).status_code == 200
    (delivery,) = await RedisInbox(redis, TEAM).take("test", count=10, pages=0, block=0.001)
    assert delivery.command.verb is Verb.DEPLOY


@pytest.mark.parametrize(
    "signature",
    [{"secret": "another-secret-000"}, {"ago": 301}, {"ago": -310}, {"ago": 1e9}],
)
async def test_a_wrong_signature_or_an_old_one_is_refused_and_nothing_is_recorded(
    client: httpx.AsyncClient, redis: Redis, signature: dict[str, Any]
) -> None:
    assert (await send(client, form(), **signature)).status_code == 401
    assert await redis.keys("*") == []


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Slack-Signature": "v0=00"},
        {"X-Slack-Request-Timestamp": "now", "X-Slack-Signature": "v0=00"},
        {"X-Slack-Request-Timestamp": "-1", "X-Slack-Signature": "v0=00"},
        {"X-Slack-Request-Timestamp": "9" * 400, "X-Slack-Signature": "v0=00"},
        {"X-Slack-Request-Timestamp": str(int(time.time())), "X-Slack-Signature": ""},
    ],
)
async def test_missing_or_malformed_headers_are_401_not_an_error(
    client: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    assert (await client.post("/slack/events", content=form(), headers=headers)).status_code == 401


async def test_what_was_not_signed_is_on_record_in_the_end_every_one_of_it(
    redis: Redis, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def this_team(_: AsyncWebClient) -> dict[str, str]:
        return {"team_id": TEAM}

    monkeypatch.setattr(AsyncWebClient, "auth_test", this_team)
    async with web(redis_url, PULUMI_WEBHOOK_SECRET=SECRET) as client:
        await send(client, form(), secret="another-secret-000")
        await send(client, form(), ago=301)
        await client.post("/slack/events", content=form())
        await client.post("/slack/events", content=form(), headers={"X-Slack-Request-Timestamp": "1"})
        await client.post("/pulumi/webhook", content=b"{}")
        await client.post("/slack/events", content=b"ssl_check=1")  # Slack's own, never signed
    told = " ".join(each.reason for each in (await RedisState(redis, TEAM).audited(Query())).entries)
    reasons = (
        "Slack, wrong signature",
        "Slack, stale",
        "Slack, no timestamp",
        "Slack, no signature",
        "Pulumi, no signature",
    )
    assert [told.count(f"{why} 1") for why in reasons] == [1] * 5


async def test_without_redis_a_forged_request_is_refused_all_the_same() -> None:
    async with web(f"redis://127.0.0.1:{free_port()}/0") as client:
        assert (await send(client, form(), secret="another-secret-000")).status_code == 401


async def test_a_signature_with_strange_letters_is_401(client: httpx.AsyncClient) -> None:
    headers = [
        (b"x-slack-request-timestamp", str(int(time.time())).encode()),
        (b"x-slack-signature", b"v0=\xff\xe9"),
    ]
    assert (await client.post("/slack/events", content=form(), headers=headers)).status_code == 401


async def test_what_is_not_utf8_is_not_from_slack(client: httpx.AsyncClient) -> None:
    body = b"\xff\xfe=1"
    assert (await client.post("/slack/events", content=body, headers=signed(form()))).status_code == 401


async def test_a_body_changed_after_signing_is_refused(client: httpx.AsyncClient) -> None:
    headers = signed(form())
    answer = await client.post("/slack/events", content=form(text="destroy web/prod"), headers=headers)
    assert answer.status_code == 401


@pytest.mark.parametrize(
    "body", [b"{", b'{"a": "\\ud800"}', b"payload=%7B", b"payload=%5B%5D", b'{"type": ]']
)
async def test_what_is_signed_and_cannot_be_read_is_400(client: httpx.AsyncClient, body: bytes) -> None:
    assert (await send(client, body)).status_code == 400


async def test_a_body_over_one_megabyte_is_refused_unread(client: httpx.AsyncClient) -> None:
    assert (await send(client, b"x" * 1_000_001)).status_code == 413

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(30):
            yield b"x" * 100_000

    assert (await client.post("/slack/events", content=endless())).status_code == 413


async def test_slacks_url_verification_is_answered(client: httpx.AsyncClient) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "3eZbrw1aB"}).encode()
    answer = await send(client, body)
    assert answer.status_code == 200
    assert answer.json() == {"challenge": "3eZbrw1aB"}


async def test_slacks_certificate_check_is_answered_without_a_signature(client: httpx.AsyncClient) -> None:
    answer = await client.post("/slack/events", content=b"token=x&ssl_check=1")
    assert answer.status_code == 200


async def test_an_event_that_nobody_asked_for_is_acknowledged(
    client: httpx.AsyncClient, redis: Redis
) -> None:
    event = {"type": "event_callback", "team_id": TEAM, "event_id": "E1", "event": {"type": "team_join"}}
    assert (await send(client, json.dumps(event).encode())).status_code == 200
    assert await redis.keys("*") == []


async def test_a_handler_that_breaks_gives_the_person_a_name_for_the_log(client: httpx.AsyncClient) -> None:
    body = urlencode({name: value for name, value in COMMAND.items() if name != "trigger_id"}).encode()
    answer = await send(client, body)
    assert answer.status_code == 200
    assert answer.json()["response_type"] == "ephemeral"
    assert "finds this in its log as" in answer.json()["text"]


@pytest.mark.parametrize("path", ["/", "/slack", "/slack/events/", "/admin"])
async def test_other_paths_are_not_there(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(path)).status_code in {404, 405, 307}


async def test_slack_events_takes_only_post(client: httpx.AsyncClient) -> None:
    assert (await client.get("/slack/events")).status_code == 405


async def test_ready_means_that_redis_answers(client: httpx.AsyncClient) -> None:
    assert (await client.get("/healthz")).status_code == 200
    assert (await client.get("/readyz")).status_code == 200


async def test_without_redis_it_is_alive_and_not_ready() -> None:
    async with web(f"redis://127.0.0.1:{free_port()}") as client:
        assert (await client.get("/healthz")).status_code == 200
        assert (await client.get("/readyz")).status_code == 503
        assert "quarterdeck_inbox_commands NaN" in (await client.get("/metrics")).text


async def test_metrics_count_requests_by_route_and_status(client: httpx.AsyncClient) -> None:
    await send(client, form())
    await client.post("/slack/events", content=b"")
    text = (await client.get("/metrics")).text
    assert 'quarterdeck_http_requests_total{route="/slack/events",status="200"} 1.0' in text
    assert 'quarterdeck_http_requests_total{route="/slack/events",status="401"} 1.0' in text
    assert 'quarterdeck_slack_ack_seconds_count{surface="command"} 1.0' in text
