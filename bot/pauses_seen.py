"""Whose pauses still hold, now that Pulumi was looked at: it knows what is paused, the store by whom and why."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.pauses import WHOLE, Pause, ended
from bot.ports import OrgMetadata
from bot.verbs.context import Context


async def pauses_seen(
    context: Context, org: str, metadata: OrgMetadata, *, asked_at: float
) -> dict[str, Pause]:
    """What was resumed elsewhere is forgotten, where the service tells it. `asked_at` (Unix seconds) is before it was asked."""
    pauses = await context.state.pauses(org)
    if metadata.paused_stacks is None:
        return pauses
    over = ended(
        pauses, paused_stacks=metadata.paused_stacks, organization_paused=metadata.paused, seen=asked_at
    )
    for name in over:
        await context.state.put_pause(org, name, None)
    return {name: pause for name, pause in pauses.items() if name not in over}


def paused_stacks(metadata: OrgMetadata, pauses: Mapping[str, Pause]) -> tuple[str, ...]:
    """As `project/stack`. Where the service does not tell, what was paused here is all that is known."""
    if metadata.paused_stacks is not None:
        return metadata.paused_stacks
    return tuple(sorted(name for name in pauses if name != WHOLE))
