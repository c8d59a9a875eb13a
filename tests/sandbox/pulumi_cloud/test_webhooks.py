"""Signed webhooks on a change of status."""

import asyncio
import hashlib
import hmac
import json
from queue import Queue
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.faults import Faults
from sandbox.pulumi_cloud import WebhookTarget
from sandbox.pulumi_cloud.cloud import ACCOUNTS, Cloud
from sandbox.pulumi_cloud.engine import Engine
from sandbox.pulumi_cloud.model import Deployment, StackRef
from sandbox.pulumi_cloud.scenario import load_scenarios
from sandbox.pulumi_cloud.times import ManualClock
from sandbox.pulumi_cloud.webhooks import StatusWatch, deliver_forever, signature


def make_cloud(clock: ManualClock) -> Cloud:
    engine = Engine(seed=1, scenarios=load_scenarios())
    engine.put_stack(StackRef("acme", "web", "dev"), scenario="quick-success", settings={})
    return Cloud(engine=engine, faults=Faults(1), public_url="http://cloud", clock=clock, seed=1)


def deploy(cloud: Cloud) -> Deployment:
    settings = {"gitHub": {"repository": "acme/web"}}
    return cloud.engine.create(
        next(cloud.engine.stacks()),
        operation="update",
        settings=settings,
        requested_by=ACCOUNTS["pul-sandbox"],
        initiator="api",
        now=cloud.now(),
    )


def told(watch: StatusWatch) -> list[tuple[int, str]]:
    return [(deployment.version, status) for deployment, status in watch.changes()]


def test_each_change_is_told_once(clock: ManualClock) -> None:
    cloud = make_cloud(clock)
    deploy(cloud)
    clock.advance(60)
    watch = StatusWatch(cloud)
    deploy(cloud)
    deploy(cloud)
    assert told(watch) == [(3, "not-started")]
    clock.advance(1)
    assert told(watch) == [(2, "running")]
    assert told(watch) == []
    clock.advance(60)
    assert told(watch) == [(2, "succeeded"), (3, "succeeded")]
    assert told(watch) == []


def test_nothing_is_told_of_what_was_canceled(clock: ManualClock) -> None:
    cloud = make_cloud(clock)
    watch = StatusWatch(cloud)
    running, queued = deploy(cloud), deploy(cloud)
    told(watch)
    for deployment in (queued, running):
        cloud.engine.cancel(deployment, now=cloud.now())
    assert told(watch) == []


async def test_a_delivery_is_signed_and_a_failing_receiver_is_survived(
    switch: Any, clock: ManualClock
) -> None:
    got: Queue[tuple[str, str, bytes]] = Queue()

    async def hook(request: Request) -> Response:
        headers = request.headers
        got.put((headers["Pulumi-Webhook-Kind"], headers["Pulumi-Webhook-Signature"], await request.body()))
        return Response(status_code=500)

    switch.app = Starlette(routes=[Route("/hook", hook, methods=["POST"])])
    cloud = make_cloud(clock)
    delivering = asyncio.create_task(deliver_forever(cloud, WebhookTarget(f"{switch.url}/hook", "s3cret")))
    await asyncio.sleep(0)
    deploy(cloud)
    clock.advance(1)
    kind, signed, body = await asyncio.to_thread(got.get, timeout=5)
    clock.advance(60)
    _, _, last = await asyncio.to_thread(got.get, timeout=5)
    delivering.cancel()
    await asyncio.gather(delivering, return_exceptions=True)

    assert kind == "deployment"
    assert signed == hmac.new(b"s3cret", body, hashlib.sha256).hexdigest() == signature(body, "s3cret")
    assert json.loads(body)["status"] == "running"
    assert json.loads(body)["deploymentUrl"] == "http://cloud/acme/web/dev/deployments/1"
    assert json.loads(last)["status"] == "succeeded"
    assert "id" not in json.loads(body)
