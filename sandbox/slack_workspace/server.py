"""Serving the workspace on the loopback interface."""

import uvicorn

from sandbox.slack_workspace.app import BOT_TOKEN, DEFAULT_APP_URL, DEFAULT_PORT, SIGNING_SECRET, create_app
from sandbox.slack_workspace.manifest import Manifest

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
    uvicorn.run(
        app,
        host="127.0.0.1",
        port=port,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=_GRACE,
    )
