"""The web process: Slack and Pulumi come in here, operators look in."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
import uvicorn
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.errors import StoreUnavailableError
from bot.metrics import CONTENT_TYPE, Metrics

log = structlog.get_logger("web")
Endpoint = Callable[[Request], Awaitable[Response]]
READY_WITHIN = 2.0  # seconds for Redis to answer
DRAIN = 5  # seconds for requests under way when told to stop


def create_app(
    *,
    slack: Endpoint,
    pulumi_webhook: Endpoint,
    ping: Callable[[], Awaitable[None]],
    waiting: Callable[[], Awaitable[int]],
    metrics: Metrics,
    lifespan: Any,
) -> Starlette:
    """The routes. `ping` and `waiting` (commands in the inbox) raise StoreUnavailableError when Redis is away."""

    async def alive(_: Request) -> Response:
        return PlainTextResponse("ok")

    async def ready(_: Request) -> Response:
        try:
            await asyncio.wait_for(ping(), READY_WITHIN)
        except (StoreUnavailableError, TimeoutError):
            return JSONResponse({"redis": "no answer"}, 503)
        return JSONResponse({"redis": "ok"})

    async def show_metrics(_: Request) -> Response:
        return Response(await metrics.render(waiting), media_type=CONTENT_TYPE)

    def counted(path: str, endpoint: Endpoint, method: str) -> Route:
        return Route(path, _counted(path, endpoint, metrics), methods=[method])

    return Starlette(
        routes=[
            counted("/slack/events", slack, "POST"),
            counted("/pulumi/webhook", pulumi_webhook, "POST"),
            counted("/healthz", alive, "GET"),
            counted("/readyz", ready, "GET"),
            counted("/metrics", show_metrics, "GET"),
        ],
        lifespan=lifespan,
    )


def _counted(path: str, endpoint: Endpoint, metrics: Metrics) -> Endpoint:
    async def counted(request: Request) -> Response:
        status = 500
        try:
            response = await endpoint(request)
            status = response.status_code
        except ClientDisconnect:
            status = 499  # nobody is there to read an answer
            return Response(status_code=status)
        finally:
            metrics.requests.labels(path, status).inc()
        return response

    return counted


def serve(app: Starlette, *, host: str, port: int) -> None:
    """Serve until SIGTERM or SIGINT; requests under way are answered first."""
    log.info("listening", host=host, port=port)
    uvicorn.run(
        app,
        host=host,
        port=port,
        loop="uvloop",
        http="httptools",
        ws="none",
        lifespan="on",
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=DRAIN,
    )
