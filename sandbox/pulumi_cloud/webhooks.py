"""Signed webhooks of kind `deployment`, as the service sends them when a status changes.

Fire and forget: what cannot be delivered is logged and lost. There is no event for what was canceled or skipped, and
nothing promises an order.
"""

import asyncio
import hashlib
import hmac
import logging
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import msgspec

from sandbox.pulumi_cloud.cloud import Cloud
from sandbox.pulumi_cloud.model import Deployment
from sandbox.pulumi_cloud.wire import account_json, console_url

__all__ = ["StatusWatch", "WebhookTarget", "deliver_forever", "signature", "webhook_body"]

_TOLD = ("not-started", "running", "succeeded", "failed")
_LOOK_EVERY = 0.1
_TIMEOUT = 5.0

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class WebhookTarget:
    """Where webhooks go, and the secret they are signed with."""

    url: str
    secret: str


def signature(body: bytes, secret: str) -> str:
    """`Pulumi-Webhook-Signature`: hex HMAC-SHA256 of the raw body."""
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def webhook_body(deployment: Deployment, status: str, *, public_url: str) -> dict[str, Any]:
    """The body of a `deployment` webhook. It carries no deployment id."""
    user = {k: v for k, v in account_json(deployment.requested_by).items() if k != "email"}
    return {
        "user": user,
        "organization": {
            "name": deployment.ref.org,
            "githubLogin": deployment.ref.org,
            "avatarUrl": f"https://api.pulumi.com/static/avatars/{deployment.ref.org}.png",
        },
        "projectName": deployment.ref.project,
        "stackName": deployment.ref.stack,
        "deploymentUrl": console_url(public_url, deployment),
        "version": deployment.version,
        "operation": deployment.operation,
        "status": status,
    }


class StatusWatch:
    """Notices changes of status; what was over before the watch began is old news."""

    def __init__(self, cloud: Cloud) -> None:
        """Begin to watch."""
        self._cloud = cloud
        self._known = {d.id: d.status(cloud.now()) for d in cloud.engine.deployments.values()}
        self._over = set(self._known)

    def changes(self) -> Iterator[tuple[Deployment, str]]:
        """Deployments whose status is another one since the last look, and worth telling."""
        now = self._cloud.now()
        for deployment in list(self._cloud.engine.deployments.values()):
            if deployment.id in self._over:
                continue
            status = deployment.status(now)
            if deployment.is_over(now):
                self._over.add(deployment.id)
            if self._known.get(deployment.id) != status:
                self._known[deployment.id] = status
                if status in _TOLD and deployment.ended_at is None:
                    yield deployment, status


async def deliver_forever(cloud: Cloud, target: WebhookTarget) -> None:
    """Watch and deliver until canceled."""
    watch = StatusWatch(cloud)
    async with httpx.AsyncClient(timeout=_TIMEOUT) as client, asyncio.TaskGroup() as sending:
        while True:
            for deployment, status in watch.changes():
                body = msgspec.json.encode(webhook_body(deployment, status, public_url=cloud.public_url))
                sending.create_task(_send(client, target, body))
            await asyncio.sleep(_LOOK_EVERY)


async def _send(client: httpx.AsyncClient, target: WebhookTarget, body: bytes) -> None:
    headers = {
        "Content-Type": "application/json",
        "Pulumi-Webhook-ID": str(uuid.uuid4()),
        "Pulumi-Webhook-Kind": "deployment",
        "Pulumi-Webhook-Signature": signature(body, target.secret),
    }
    try:
        answer = await client.post(target.url, content=body, headers=headers)
        answer.raise_for_status()
    except httpx.HTTPError as error:
        _log.warning("delivering a webhook to %s: %s", target.url, error)
