"""Production takes one approval: what tests of requests that wait do and see."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.commands import Command, Verb
from bot.domain.deployments import Deployment
from bot.domain.freezes import Window
from bot.domain.requests import Request, RequestState
from bot.domain.rules import Effect
from bot.ports import LogLine
from bot.verbs.context import Context
from bot.waiting import Waiting
from tests.bot.crew import Crew
from tests.builders import BEN, PROD, START, create_command, create_policy, create_rule

TO_PROD = create_command(Verb.DEPLOY, "web/prod")
HOUR = 3600.0
UTC = ZoneInfo("UTC")
FROZEN = Window(datetime(2026, 3, 1, 14, 30), datetime(2026, 3, 1, 18, 0), UTC)  # noqa: DTZ001  a wall-clock time


def produce(crew: Crew) -> None:
    """There is a production stack, with its rule."""
    crew.pulumi.stacks.add(PROD)
    rules(crew)


def rules(crew: Crew, **facts: Any) -> None:
    rule = create_rule(Effect.APPROVE, Verb.DEPLOY, name="production", expires=4 * HOUR, **facts)
    crew.policy = create_policy(rule)


def approval(user: str = BEN, *, request: Request | None = None, number: int = 0) -> Command:
    return create_command(
        Verb.APPROVE,
        "acme/web/prod",
        user=user,
        id=f"approve-{number}-by-{user}",
        request_id=TO_PROD.id,
        version=request.round or None if request else None,
        at=START.timestamp() + number,
    )


async def tick(crew: Crew, *, after: float = 0.0) -> None:
    """Some time goes by, and what waits is looked after."""
    crew.clock.now += after
    await look_after(crew.context)


async def look_after(context: Context) -> None:
    """What a worker does with everything that is due."""
    waiting = Waiting(context)
    while due := await waiting.due(count=8):
        await asyncio.gather(*(waiting.look_after(request) for request in due))


async def ended(crew: Crew, *, status: str = "succeeded") -> Deployment:
    """The preview is over, and a look has seen it."""
    (preview,) = [each for each in crew.pulumi.of(PROD) if each.operation == "preview"]
    over = replace(preview, status=status, commit="4bea899c0ffee")
    crew.pulumi.put(over)
    crew.pulumi.logs[preview.id] = [
        LogLine(" - aws:s3:Bucket logs delete"),
        LogLine(" +- aws:rds:Instance db replace"),
    ]
    crew.pulumi.changed[preview.id] = {"delete": 1, "replace": 1, "same": 4}
    await crew.look()
    return over


def updates(crew: Crew) -> int:
    return sum(each.operation == "update" for each in crew.pulumi.of(PROD))


async def state(crew: Crew) -> RequestState:
    return (await crew.request(TO_PROD.id)).state
