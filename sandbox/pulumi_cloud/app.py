"""The ASGI application: routes, error bodies, and what every answer carries."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox.faults import FaultMiddleware, Faults
from sandbox.pulumi_cloud.account_routes import account_routes
from sandbox.pulumi_cloud.answer_check import DOCUMENT_VARIABLE, CheckedAnswers, load_check
from sandbox.pulumi_cloud.cloud import REQUEST_ID, BadRequest, Cloud, error_body, json_response, wall_clock
from sandbox.pulumi_cloud.console import console_routes
from sandbox.pulumi_cloud.controls import LoopbackOnly, control_routes
from sandbox.pulumi_cloud.deployment_routes import deployment_routes
from sandbox.pulumi_cloud.engine import DEFAULT_CONCURRENCY, Engine
from sandbox.pulumi_cloud.options import Options
from sandbox.pulumi_cloud.pause_routes import pause_routes
from sandbox.pulumi_cloud.scenario import load_scenarios
from sandbox.pulumi_cloud.settings_routes import settings_routes
from sandbox.pulumi_cloud.webhooks import WebhookTarget, deliver_forever
from sandbox.pulumi_cloud.world import DEFAULT_WORLD, StackSeed, populate

__all__ = ["create_app"]


def create_app(
    *,
    seed: int = 1,
    speed: float = 1.0,
    public_url: str = "http://127.0.0.1:8181",
    stacks: tuple[StackSeed, ...] = DEFAULT_WORLD,
    concurrency: int = DEFAULT_CONCURRENCY,
    options: Options | None = None,
    webhook: WebhookTarget | None = None,
    clock: Callable[[], int] | None = None,
    check_answers: Path | None = None,
) -> ASGIApp:
    """A sandbox Pulumi Cloud with `stacks` and their past. The same seed gives the same ids, faults and commits.

    `speed` 10 runs everything ten times faster; `clock` gives nanoseconds since the epoch; `check_answers` is an OpenAPI
    document that every answer is held against, by default the one that the environment names.
    """
    engine = Engine(
        seed=seed, scenarios=load_scenarios(), speed=speed, concurrency=concurrency, options=options
    )
    cloud = Cloud(
        engine=engine,
        faults=Faults(seed),
        public_url=public_url.rstrip("/"),
        clock=clock or wall_clock(),
        seed=seed,
    )
    populate(engine, stacks, now=cloud.clock(), seed=seed)
    document = check_answers or os.environ.get(DOCUMENT_VARIABLE)
    app: ASGIApp = _starlette(cloud, webhook)
    if document:
        app = CheckedAnswers(app, check=load_check(Path(document)), book=cloud.book)
    return _wrapped(cloud, app)


def _starlette(cloud: Cloud, webhook: WebhookTarget | None) -> Starlette:
    return Starlette(
        routes=[
            *account_routes(cloud),
            *settings_routes(cloud),
            *pause_routes(cloud),
            *deployment_routes(cloud),
            *control_routes(cloud),
            *console_routes(cloud),
        ],
        exception_handlers={HTTPException: _refuse, Exception: _break},
        lifespan=_lifespan(cloud, webhook),
    )


def _refuse(_request: Request, error: Exception) -> Response:
    """Every refusal in the service's own error body."""
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for nothing else
    problems = error.problems if isinstance(error, BadRequest) else ()
    return json_response(error_body(error.status_code, error.detail, problems), error.status_code)


def _break(_request: Request, _error: Exception) -> Response:
    """A fault of the sandbox itself; the server logs it."""
    return json_response(error_body(500, "Internal Server Error"), 500)


def _lifespan(
    cloud: Cloud, webhook: WebhookTarget | None
) -> Callable[[Starlette], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        if webhook is None:
            yield
            return
        delivering = asyncio.create_task(deliver_forever(cloud, webhook))
        yield
        delivering.cancel()
        with suppress(asyncio.CancelledError):
            await delivering

    return lifespan


def _wrapped(cloud: Cloud, app: ASGIApp) -> ASGIApp:
    return FaultMiddleware(LoopbackOnly(_EveryAnswer(app, cloud)), cloud.faults, error_body=error_body)


class _EveryAnswer:
    """Tolerates a trailing slash and numbers every answer."""

    def __init__(self, app: ASGIApp, cloud: Cloud) -> None:
        self._app = app
        self._cloud = cloud

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = self._cloud.request_id().encode()

        async def numbered(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"].append((REQUEST_ID.lower().encode(), request_id))
            await send(message)

        path = scope["path"].rstrip("/") or "/"
        await self._app({**scope, "path": path}, receive, numbered)
