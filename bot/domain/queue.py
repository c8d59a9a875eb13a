"""Why a queued deployment does not run (facts of Pulumi Deployments: one at a time per stack, pauses hold what is new)."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from bot.domain.deployments import Deployment

STACK_PAUSED = "the stack is paused"


def waiting_for(
    deployment: Deployment,
    *,
    organization_paused: bool,
    paused_stacks: Collection[str],
    under_way: Iterable[Deployment],
) -> str:
    """The reason in a few words, empty when it runs or only waits for a free place.

    `paused_stacks` are `project/stack`; `under_way` are the organisation's unfinished deployments.
    """
    if not deployment.is_queued:
        return ""
    if organization_paused:
        return f"the organisation {deployment.stack.org} is paused"
    if deployment.stack.short in paused_stacks:
        return STACK_PAUSED
    older = [
        other for other in under_way if other.stack == deployment.stack and other.version < deployment.version
    ]
    return f"{min(older, key=lambda other: other.version).name} to finish" if older else ""
