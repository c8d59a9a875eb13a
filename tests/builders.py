"""Domain objects for tests: each builder gives a sound one, and a test names only what it is about."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.commands import Command, Origin, Surface, Verb
from bot.domain.deployments import Deployment, Job, Step
from bot.domain.requests import Request, RequestState
from bot.domain.rules import Effect, Policy, Rule
from bot.domain.stacks import Pattern, StackRef
from bot.domain.subscriptions import Subscription

START = datetime(2026, 3, 1, 14, 0, tzinfo=UTC)
DEV = StackRef("acme", "web", "dev")
PROD = StackRef("acme", "web", "prod")
ADA, BEN, CYD = "U0ADA", "U0BEN", "U0CYD"
DEPLOYS, PRODS = "C0DEPLOYS", "C0PROD"
TEAM = "T1"


def at(seconds: float) -> datetime:
    """So many seconds after the start of a test."""
    return START + timedelta(seconds=seconds)


def create_step(name: str, status: str = "succeeded", *, begun: float = 0, took: float = 3) -> Step:
    """A step; one that was not reached has no times."""
    if status == "not-started":
        return Step(name, status)
    return Step(name, status, at(begun), at(begun + took))


def create_deployment(
    version: int = 1, status: str = "running", *steps: Step, stack: StackRef = DEV, **facts: Any
) -> Deployment:
    """A deployment, from the console unless said otherwise; queued ones have no jobs."""
    queued = status in {"not-started", "accepted"}
    told: dict[str, Any] = {
        "id": f"{stack.stack}-{version}",
        "operation": "update",
        "created": at(version),
        "modified": at(version + 1),
        "initiator": "console",
        "jobs": () if queued else (Job(status, at(version), at(version + 1), steps),),
    }
    return Deployment(stack=stack, version=version, status=status, **{**told, **facts})


def evolved(before: Deployment, status: str, *steps: Step, **facts: Any) -> Deployment:
    """The same deployment later."""
    jobs = (Job(status, before.created, at(before.version + 9), steps),)
    return replace(before, **{"status": status, "jobs": jobs, **facts})


def create_request(state: RequestState = RequestState.AWAITING, **facts: Any) -> Request:
    """Ada wants to update production, and one other person has to approve."""
    told: dict[str, Any] = {
        "id": "r-1",
        "stack": PROD,
        "operation": "update",
        "requester": ADA,
        "channel": DEPLOYS,
        "created_at": START.timestamp(),
        "approvals_needed": 1,
        "expires_at": START.timestamp() + 3600,
        "rule": "production",
    }
    return Request(state=state, **{**told, **facts})


def create_origin(user: str = ADA, **facts: Any) -> Origin:
    """A typed command in #deploys."""
    told: dict[str, Any] = {"team": TEAM, "channel": DEPLOYS, "surface": Surface.SLASH}
    return Origin(user=user, **{**told, **facts})


def create_command(
    verb: Verb = Verb.DEPLOY, stack: str = "web/dev", *, user: str = ADA, **facts: Any
) -> Command:
    """What Ada typed; `view_id`, `channel` and the like go to its origin."""
    where = {
        name: facts.pop(name)
        for name in ("channel", "view_id", "message_ts", "response_url")
        if name in facts
    }
    told: dict[str, Any] = {"id": f"{verb.value}-by-{user}", "at": START.timestamp()}
    return Command(verb=verb, stack=stack, origin=create_origin(user, **where), **{**told, **facts})


def create_rule(effect: Effect, *verbs: Verb, stacks: str = "*/*/prod", **facts: Any) -> Rule:
    """A rule about some operations on some stacks."""
    pattern = Pattern.read(stacks)
    assert pattern
    told: dict[str, Any] = {"name": f"{effect.value} it", "approvals": 1 if effect is Effect.APPROVE else 0}
    return Rule(stacks=(pattern,), operations=frozenset(verbs), effect=effect, **{**told, **facts})


def create_policy(*rules: Rule, hears: str = "", quiet: str = "") -> Policy:
    """Rules, and channels that hear of every stack (`quiet`: of outcomes only)."""
    anything = Pattern("*", "*", "*")
    subscriptions = [
        Subscription(channel, (anything,), outcomes_only=channel == quiet)
        for channel in (hears, quiet)
        if channel
    ]
    return Policy(rules=rules, subscriptions=tuple(subscriptions))
