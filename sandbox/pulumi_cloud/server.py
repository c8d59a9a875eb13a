"""The process: the application behind uvicorn."""

from pathlib import Path

import uvicorn

from sandbox.pulumi_cloud.app import create_app
from sandbox.pulumi_cloud.webhooks import WebhookTarget

__all__ = ["DEFAULT_PORT", "serve"]

DEFAULT_PORT = 8181
DEFAULT_WEBHOOK_SECRET = "sandbox-webhook-secret"

_GRACE = 2
"""Seconds that open requests have on shutdown."""


def serve(
    *,
    port: int = DEFAULT_PORT,
    speed: float = 1.0,
    seed: int = 1,
    host: str = "127.0.0.1",
    public_url: str | None = None,
    webhook_url: str | None = None,
    webhook_secret: str = DEFAULT_WEBHOOK_SECRET,
    log_level: str = "warning",
    check_answers: Path | None = None,
) -> None:
    """Serve until interrupted. `public_url` is where browsers find this server, by default its own address."""
    app = create_app(
        seed=seed,
        speed=speed,
        public_url=public_url or f"http://{host}:{port}",
        check_answers=check_answers,
        webhook=WebhookTarget(webhook_url, webhook_secret) if webhook_url else None,
    )
    uvicorn.run(
        app, host=host, port=port, log_level=log_level, timeout_graceful_shutdown=_GRACE, access_log=False
    )
