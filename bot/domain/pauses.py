"""Why new deployments wait, where it was asked for here. Pulumi knows that a stack is paused, not by whom nor why."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from bot.domain.stacks import StackRef

WHOLE = "*"  # in the place of `project/stack`: the whole organisation


@dataclass(frozen=True, slots=True)
class Pause:
    """Somebody paused something here. `at` is Unix seconds; `reason` may be empty. `command` is the id of the one that did it."""

    user: str
    at: float
    reason: str = ""
    command: str = ""


def everything_of(org: str) -> StackRef:
    """What policy decides upon where no stack is meant but all of them: `acme/*/*`."""
    return StackRef(org, WHOLE, WHOLE)


def ended(
    pauses: Mapping[str, Pause], *, paused_stacks: Collection[str], organization_paused: bool, seen: float
) -> tuple[str, ...]:
    """Names whose pause was ended elsewhere: Pulumi, looked at at `seen` (Unix seconds), knows nothing of it.

    A pause that is younger than the look says nothing: the look may have come before it.
    """
    held = {*paused_stacks, *([WHOLE] if organization_paused else [])}
    return tuple(name for name, pause in pauses.items() if name not in held and pause.at < seen)
