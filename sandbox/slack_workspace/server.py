"""Serving the workspace on the loopback interface."""

import socket
import sys
from contextlib import suppress

import uvicorn

from sandbox.slack_workspace.app import (
    BOT_TOKEN,
    DEFAULT_APP_URL,
    DEFAULT_PORT,
    SIGNING_SECRET,
    SlackSandbox,
    create_app,
)
from sandbox.slack_workspace.manifest import Manifest

_NOT_STARTED = 3
"""What uvicorn itself exits with then."""

_GRACE = 2
"""Seconds that open requests have on shutdown."""


def serve(
    *,
    manifest: Manifest,
    port: int = DEFAULT_PORT,
    app_url: str = DEFAULT_APP_URL,
    signing_secret: str = SIGNING_SECRET,
    bot_token: str = BOT_TOKEN,
    seed: int = 1,
) -> None:
    """Serve until a signal; the page is at `/`."""
    app = create_app(
        manifest=manifest,
        app_url=app_url,
        public_url=f"http://127.0.0.1:{port}",
        signing_secret=signing_secret,
        bot_token=bot_token,
        seed=seed,
    )
    config = uvicorn.Config(
        app,
        host="127.0.0.1",
        port=port,
        ws="wsproto",
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=_GRACE,
    )
    server = _Server(config, app)
    with suppress(KeyboardInterrupt):  # uvicorn hands the signal on when it is done
        server.run()
    if not server.started:
        sys.exit(_NOT_STARTED)


class _Server(uvicorn.Server):
    """Ends the pages' live connections before it waits for connections to end, which it does before the lifespan's end."""

    def __init__(self, config: uvicorn.Config, app: SlackSandbox) -> None:
        super().__init__(config)
        self._sandbox = app

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._sandbox.workspace.ledger.feed.close()
        await super().shutdown(sockets)
