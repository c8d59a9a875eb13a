"""Options for a select while one types: Slack asks with every few letters, and waits three seconds at most."""

from __future__ import annotations

import asyncio
from typing import Any

import structlog
from slack_bolt.context.ack.async_ack import AsyncAck

from bot.domain.search import search
from bot.domain.stacks import StackRef, Unknown, resolve
from bot.errors import StoreUnavailableError
from bot.messages import deploy_form
from handlers.desk import LOOK_WITHIN, Desk

log = structlog.get_logger("handlers")


async def on_suggestion(desk: Desk, body: dict[str, Any], ack: AsyncAck) -> None:
    """Slack, "block_suggestion payload": the known stacks whose names hold what was typed."""
    try:
        async with asyncio.timeout(LOOK_WITHIN):
            found = await _stacks(desk, body["team"]["id"], body.get("value", ""))
    except (StoreUnavailableError, TimeoutError) as error:
        log.warning("stacks not read", reason=str(error) or "no answer in time")
        await ack(options=deploy_form.unreachable())
        return
    await ack(options=deploy_form.stack_options(found, several=len(desk.orgs) > 1))


async def _stacks(desk: Desk, team: str, typed: str) -> tuple[StackRef, ...]:
    """One that nobody has deployed yet can be named in full: whether it exists is seen when it is asked for."""
    state = desk.state(team)
    each = await asyncio.gather(*(state.stacks(org) for org in desk.orgs))
    known = frozenset[StackRef]().union(*each)
    found = search(typed, known, desk.orgs)
    meant = resolve(typed.strip(), known, desk.orgs)
    if isinstance(meant, Unknown) and meant.ref is not None:
        return (*found, meant.ref)
    return found
