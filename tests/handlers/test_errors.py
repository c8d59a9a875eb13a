"""When something is down, the person hears it within Slack's three seconds."""

from __future__ import annotations

import asyncio

from redis.asyncio import Redis

from tests.handlers.office import open_office


async def test_a_redis_that_accepts_and_never_answers_is_told_in_time_and_honestly(redis: Redis) -> None:
    silence = asyncio.Event()

    async def never_answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await silence.wait()
        writer.close()

    server = await asyncio.start_server(never_answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with open_office(redis, f"redis://127.0.0.1:{port}/0") as office:
        answer = await office.type("deploy web/dev")
    silence.set()
    server.close()
    assert answer["status"] == 200
    assert "can't say whether this was recorded" in answer["body"]["text"]
