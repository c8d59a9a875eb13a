"""When something is down, the person hears it within Slack's three seconds."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from redis.asyncio import Redis

from sandbox.slack_workspace.sender import sign
from tests.handlers.office import Office, open_office
from tests.handlers.test_buttons import PAUSE, message


@asynccontextmanager
async def silent_redis() -> AsyncIterator[str]:
    """Accepts and never answers."""
    over = asyncio.Event()

    async def never_answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await over.wait()
        writer.close()

    server = await asyncio.start_server(never_answer, "127.0.0.1", 0)
    yield f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}/0"
    over.set()
    server.close()


@pytest.mark.parametrize("text", ["deploy web/dev", "status", "logs web/dev"])
async def test_a_redis_that_never_answers_is_told_in_time_and_honestly(redis: Redis, text: str) -> None:
    async with silent_redis() as url, open_office(redis, url) as office:
        answer = await office.type(text)
        views = (await office.workspace())["views"]
    assert answer["status"] == 200
    assert "can't say whether this was recorded" in answer["body"]["text"]
    assert "Reading the log" not in str(views)


async def test_a_press_into_silence_is_acknowledged_and_told_privately(redis: Redis) -> None:
    async with silent_redis() as url, open_office(redis, url) as office:
        ts = await office.post(message(PAUSE))
        assert (await office.press(ts, "qd:pause"))["status"] == 200
        (said,) = await office.whispers()
    assert "can't say whether this was recorded" in said


async def test_somebody_of_another_workspace_is_refused_and_nothing_is_recorded(office: Office) -> None:
    body = (
        b"command=%2Fpulumi&text=pause+web%2Fdev&team_id=T0OTHER&user_id=U0EVE&channel_id=C1&trigger_id=1.2"
    )
    while "auth.test" not in (await office.workspace())["api"]["methods"]:  # noqa: ASYNC110  it is another process's event
        await asyncio.sleep(0.01)
    async with httpx.AsyncClient() as http:
        now = int(time.time())
        headers = {
            "X-Slack-Request-Timestamp": str(now),
            "X-Slack-Signature": sign("sandbox-signing-secret", now, body),
        }
        answer = await http.post(f"{office.web}/slack/events", content=body, headers=headers)
    assert answer.status_code == 200
    assert "another Slack workspace" in answer.text
    assert await office.recorded() == []


@pytest.mark.parametrize("fault", ["status:500", "html", "reset", "delay:3"])
async def test_when_slack_is_down_too_the_press_is_still_acknowledged(
    office_without_redis: Office, fault: str
) -> None:
    ts = await office_without_redis.post(message(PAUSE))
    await office_without_redis.slack.post("/sandbox/faults", json=[{"match": "POST", "fault": fault}])
    assert (await office_without_redis.press(ts, "qd:pause"))["status"] == 200
