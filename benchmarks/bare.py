"""The baselines: a Bolt app that does one XADD and acks, and nothing else. `python -m benchmarks.bare before|default PORT REDIS_URL`.

`before` has the flags that the product has; `default` is how Bolt runs without them.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import uvicorn
from redis.asyncio import Redis
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from benchmarks.traffic import SECRET


async def authorize(team_id: str | None, enterprise_id: str | None) -> AuthorizeResult:
    """No network, as in the product."""
    return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token="xoxb-benchmark")


def application(redis: Redis, *, before: bool) -> Starlette:
    """`POST /slack/events` and `GET /readyz`."""
    logger = logging.getLogger("bare")
    logger.setLevel(logging.ERROR)
    app = AsyncApp(logger=logger, signing_secret=SECRET, authorize=authorize, process_before_response=before)

    @app.command("/pulumi")
    async def command(ack: Callable[[], Awaitable[Any]], body: dict[str, Any]) -> None:
        await redis.xadd(
            "bare", {"text": body["text"], "user": body["user_id"], "trigger": body["trigger_id"]}
        )
        await ack()

    handler = AsyncSlackRequestHandler(app)

    async def slack(request: Request) -> Response:
        return await handler.handle(request)

    async def ready(_: Request) -> Response:
        await redis.ping()
        return PlainTextResponse("ok")

    return Starlette(routes=[Route("/slack/events", slack, methods=["POST"]), Route("/readyz", ready)])


if __name__ == "__main__":
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    uvicorn.run(
        application(Redis.from_url(sys.argv[3]), before=sys.argv[1] == "before"),
        host="127.0.0.1",
        port=int(sys.argv[2]),
        loop="uvloop",
        http="httptools",
        ws="none",
        access_log=False,
        log_config=None,
        server_header=False,
    )
