"""A pause is noted before Pulumi is asked for it: whoever goes on after a crash knows whose it is, and tells it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.domain.commands import Command, Verb
from bot.domain.pauses import Pause
from bot.errors import PulumiError
from bot.verbs.context import Context

_PAUSES = frozenset({Verb.PAUSE, Verb.PAUSE_ORG})


def pause_of(context: Context, command: Command) -> Pause | None:
    """What is on record once the command is done; None for one that ends a pause."""
    if command.verb not in _PAUSES:
        return None
    return Pause(command.origin.user, context.clock(), command.reason, command=command.id)


async def is_begun(context: Context, command: Command, org: str, name: str) -> bool:
    """Whether it was delivered before and not finished: its pause is noted, or the one that it ends is noted still."""
    found = (await context.state.pauses(org)).get(name)
    return found is not None and (command.verb not in _PAUSES or found.command == command.id)


@asynccontextmanager
async def noted(context: Context, command: Command, org: str, name: str) -> AsyncIterator[None]:
    """Around the call to Pulumi; what Pulumi surely refused is not on record, and what did not happen goes with the next look."""
    pause = pause_of(context, command)
    if pause is None:
        yield
        return
    await context.state.put_pause(org, name, pause)
    try:
        yield
    except PulumiError as error:
        if not error.is_unsure:
            await context.state.put_pause(org, name, None)
        raise
