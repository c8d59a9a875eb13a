"""Requests that Slack or Pulumi did not sign are not even read; what they did sign, sent again and again, happens once."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Callable
from dataclasses import replace

import httpx
import pytest

from bot.domain.refusals import SIGNED
from tests.scenarios.attacks.attacker import Attacker, attack, changes, request_of
from tests.scenarios.attacks.requests import Signed, command, press, signed, submit
from tests.scenarios.scene import Json, Scene

pytestmark = [
    pytest.mark.scenario,
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.usefixtures("forged_triggers"),
]

WEBHOOK_SECRET = "sandbox-webhook-secret"
EVENT = {
    "organization": {"githubLogin": "acme"},
    "projectName": "web",
    "stackName": "dev",
    "version": 1,
    "status": "succeeded",
}
KINDS: dict[str, Callable[[], Json]] = {
    "command": lambda: command("deploy web/dev"),
    "button": lambda: press("qd:deploy", "s=acme/web/dev&y=1"),
    "modal": lambda: submit("qd:reject", {"reason": "no"}, remember={"r": "r-1"}),
}


def _altered(request: Signed) -> Signed:
    return replace(request, body=request.body.replace(b"U0ANA", b"U0BEN"))


def _without(name: str, request: Signed) -> Signed:
    return replace(request, headers={key: text for key, text in request.headers.items() if key != name})


def _with(name: str, text: str, request: Signed) -> Signed:
    return replace(request, headers={**request.headers, name: text})


def webhook(secret: str = WEBHOOK_SECRET, event: Json = EVENT) -> Signed:
    """As Pulumi signs it."""
    body = json.dumps(event).encode()
    signature = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return Signed(body, {"Pulumi-Webhook-Signature": signature, "Pulumi-Webhook-Kind": "deployment"})


STAMP, SIGNATURE = "X-Slack-Request-Timestamp", "X-Slack-Signature"
# For each kind, and why it is refused.
FORGERIES: dict[str, tuple[Callable[[Json], Signed], str]] = {
    "another's secret": (lambda fields: signed(fields, secret="guessed-secret"), "Slack, wrong signature"),
    "stale": (lambda fields: signed(fields, shift=-301), "Slack, stale"),
    "from the future": (lambda fields: signed(fields, shift=600), "Slack, stale"),
    "another body": (lambda fields: _altered(signed(fields)), "Slack, wrong signature"),
    "no signature": (lambda fields: _without(SIGNATURE, signed(fields)), "Slack, no signature"),
    "no timestamp": (lambda fields: _without(STAMP, signed(fields)), "Slack, no timestamp"),
    "a fresh timestamp on an old signature": (
        lambda fields: _with(STAMP, str(int(time.time())), signed(fields, shift=-600)),
        "Slack, wrong signature",
    ),
    "an empty signature": (lambda fields: _with(SIGNATURE, "v0=", signed(fields)), "Slack, wrong signature"),
    "a timestamp in words": (lambda fields: _with(STAMP, "now", signed(fields)), "Slack, no timestamp"),
}
FORGED_WEBHOOKS: dict[str, tuple[Signed, str]] = {
    "another's secret": (webhook("guessed-secret"), "Pulumi, wrong signature"),
    "no signature": (_without("Pulumi-Webhook-Signature", webhook()), "Pulumi, no signature"),
    "another body": (
        replace(webhook(), body=b'{"organization":{"githubLogin":"acme"},"status":"failed"}'),
        "Pulumi, wrong signature",
    ),
}
# They are Pulumi's, and say what is of no use.
WEBHOOKS: dict[str, Signed] = {
    "somebody else's organisation": webhook(event={**EVENT, "organization": {"githubLogin": "globex"}}),
    "a kind of its own": _with("Pulumi-Webhook-Kind", "drop_table", webhook()),
    "what never happened": webhook(event={**EVENT, "status": "<!channel> failed"}),
    "the same ten times": webhook(),
}


async def post(scene: Scene, path: str, request: Signed) -> int:
    async with httpx.AsyncClient(base_url=scene.world.web) as http:
        return (await http.post(path, content=request.body, headers=request.headers)).status_code


async def test_what_nobody_signed_is_not_even_read_and_every_one_is_counted_in_the_audit(
    scene: Scene,
) -> None:
    attacker = await Attacker(scene, "").begin()
    reasons = []
    for kind, fields in KINDS.items():
        for how, (forge, why) in FORGERIES.items():
            assert await post(scene, "/slack/events", forge(fields())) == 401, (kind, how)
            reasons.append(why)
    for how, (request, why) in FORGED_WEBHOOKS.items():
        assert await post(scene, "/pulumi/webhook", request) == 401, how
        reasons.append(why)
    await scene.world.fleet.stop("web")  # it tells in the end what it has not told yet
    await scene.world.start_web()
    await scene.quiet()
    told = await attacker.left()
    assert {(each.outcome, each.rule) for each in told} == {("refused", SIGNED)}
    assert sum(int(each.reason.split()[0]) for each in told) == len(reasons) == 30
    assert len(told) < len(reasons)  # the first at once, the others together
    assert all(why in " ".join(each.reason for each in told) for why in reasons)
    assert await changes(scene) == attacker.changed


async def test_a_webhook_makes_nothing_happen_and_nothing_believed(scene: Scene) -> None:
    attacker = await Attacker(scene, "").begin()
    said = json.dumps((await scene.slack.channel("deploys"))["messages"])
    for name, request in WEBHOOKS.items():
        for _ in range(10 if "ten" in name else 1):
            assert await post(scene, "/pulumi/webhook", request) == 204, name
    await scene.quiet()
    assert await attacker.left() == []
    assert await changes(scene) == attacker.changed
    assert json.dumps((await scene.slack.channel("deploys"))["messages"]) == said


async def outcomes(attacker: Attacker) -> list[str]:
    """What is on record in the end."""
    await attacker.scene.quiet()
    return [each.outcome for each in await attacker.left()]


async def test_a_replayed_command_runs_once(scene: Scene) -> None:
    await scene.pulumi.put_stack("again/dev", "quick-success")
    async with attack(scene, "ana", answer=None, outcome="started", rule="default", runs=1) as attacker:
        assert (await attacker.send(signed(command("deploy again/dev")), times=5)).status_code == 200
    await scene.deployed("again/dev")
    assert await outcomes(attacker) == ["allowed", "started"]
    assert len(await scene.pulumi.deployments("again/dev")) == 1


async def test_a_replayed_vote_counts_once(scene: Scene) -> None:
    request = await request_of(scene, "again/prod")
    vote = press("qd:approve", f"s={request.stack}&r={request.id}", user="U0BEN", channel="C0PROD")
    async with attack(scene, "ben", answer="approv", outcome="approved", runs=1) as attacker:
        await attacker.send(signed(vote), times=5)
        await scene.deployed("again/prod")
    assert await outcomes(attacker) == ["approved", "started"]
    assert len(await scene.pulumi.deployments("again/prod")) == 1


async def test_a_replayed_modal_counts_once(scene: Scene) -> None:
    request = await request_of(scene, "modal/prod")
    no = submit("qd:reject", {"reason": "no"}, remember={"r": request.id}, user="U0BEN")
    async with attack(scene, "ben", answer="reject", outcome="rejected") as attacker:
        await attacker.send(signed(no), times=5)
    assert await outcomes(attacker) == ["rejected"]
    assert await scene.pulumi.deployments("modal/prod") == []
