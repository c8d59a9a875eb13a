"""The ASGI application: Web API, uploads, response_urls, controls and the page."""

import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Any

from starlette.applications import Starlette
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket

from sandbox.faults import FaultMiddleware, Faults, fault_routes
from sandbox.slack_workspace.controls import control_routes
from sandbox.slack_workspace.events import RETRY_DELAYS
from sandbox.slack_workspace.ledger import Clock
from sandbox.slack_workspace.loopback import LoopbackOnly
from sandbox.slack_workspace.manifest import Manifest
from sandbox.slack_workspace.page import routes as page_routes
from sandbox.slack_workspace.rates import RateLimits
from sandbox.slack_workspace.sender import ACK_SECONDS
from sandbox.slack_workspace.web_api import WebApi, web_api_routes
from sandbox.slack_workspace.workspace import Workspace

DEFAULT_PORT = 8182
DEFAULT_APP_URL = "http://127.0.0.1:3000/slack/events"
BOT_TOKEN = "xoxb-sandbox"
APP_TOKEN = "xapp-sandbox"
SIGNING_SECRET = "sandbox-signing-secret"

_APP_FACING = ("/api/", "/actions/", "/upload/")


class SlackSandbox:
    """The ASGI app, with the workspace behind it for who starts it in their own process.

    Faults reach what the app calls (Web API, uploads, response_urls), not the page or the controls.
    """

    def __init__(self, *, workspace: Workspace, app: ASGIApp, faults: Faults) -> None:
        self.workspace = workspace
        self._app = app
        self._faulty = FaultMiddleware(app, faults, error_body=_error_body)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self.workspace.services.sockets.serve(WebSocket(scope, receive, send))
            return
        is_of_app = scope["type"] == "http" and scope["path"].startswith(_APP_FACING)
        await (self._faulty if is_of_app else self._app)(scope, receive, send)


def create_app(
    *,
    manifest: Manifest,
    app_url: str = DEFAULT_APP_URL,
    public_url: str = f"http://127.0.0.1:{DEFAULT_PORT}",
    signing_secret: str = SIGNING_SECRET,
    bot_token: str = BOT_TOKEN,
    seed: int = 1,
    clock: Clock = time.time,
    ack_seconds: float = ACK_SECONDS,
    retry_delays: Sequence[float] = RETRY_DELAYS,
) -> SlackSandbox:
    """A Slack workspace with the app of `manifest` installed, delivering over its connections, else to `app_url`.

    `public_url` is where this server is reached (response_urls and upload addresses begin with it). The same seed gives the
    same ids and faults. `clock` gives Unix seconds; signatures carry its time. `retry_delays` are seconds between attempts
    at an event that the app did not acknowledge.
    """
    faults = Faults(seed)
    workspace = Workspace.build(
        app_url=app_url,
        base_url=public_url.rstrip("/"),
        signing_secret=signing_secret,
        manifest=manifest,
        seed=seed,
        clock=clock,
        ack_seconds=ack_seconds,
        retry_delays=retry_delays,
        faults=faults,
    )
    api = WebApi(
        services=workspace.services,
        bot_token=bot_token,
        app_token=APP_TOKEN,
        limits=RateLimits(clock),
        base_url=public_url.rstrip("/"),
    )
    routes: list[BaseRoute] = [
        *web_api_routes(api, workspace.services),
        *control_routes(workspace),
        *fault_routes(faults),
        *page_routes(workspace),
    ]
    app = LoopbackOnly(Starlette(routes=routes, lifespan=_lifespan(workspace)))
    return SlackSandbox(workspace=workspace, app=app, faults=faults)


def _lifespan(workspace: Workspace) -> Any:
    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        yield
        await workspace.close()

    return lifespan


def _error_body(status: int, _phrase: str) -> Mapping[str, Any]:
    """What Slack's own failures look like."""
    return {
        "ok": False,
        "error": "ratelimited" if status == HTTPStatus.TOO_MANY_REQUESTS else "internal_error",
    }
