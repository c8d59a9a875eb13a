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
    slack: Endpoint | None,
    pulumi_webhook: Endpoint,
    ping: Callable[[], Awaitable[None]],
    waiting: Callable[[], Awaitable[int]],
    metrics: Metrics,
    lifespan: Any,
    socket_trouble: Callable[[], str] | None = None,
) -> Starlette:
    """The routes. `ping` and `waiting` (commands in the inbox) raise StoreUnavailableError when Redis is away.

    `slack` is None where requests are never signed; `socket_trouble` says in Socket Mode why Slack can't reach us, if so.
    """

    async def alive(_: Request) -> Response:
        return PlainTextResponse("ok")

    async def ready(_: Request) -> Response:
        state = {"redis": "ok"}
        try:
            await asyncio.wait_for(ping(), READY_WITHIN)
        except (StoreUnavailableError, TimeoutError):
            state["redis"] = "no answer"
        if socket_trouble is not None:
            state["socket"] = socket_trouble() or "ok"
        return JSONResponse(state, 200 if set(state.values()) == {"ok"} else 503)

    async def show_metrics(_: Request) -> Response:
        return Response(await metrics.render(waiting), media_type=CONTENT_TYPE)

    def counted(path: str, endpoint: Endpoint, method: str) -> Route:
        return Route(path, _counted(path, endpoint, metrics), methods=[method])

    return Starlette(
        routes=[
            *([counted("/slack/events", slack, "POST")] if slack else []),
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
