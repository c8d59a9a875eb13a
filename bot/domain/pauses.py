"""Why new deployments wait, where it was asked for here. Pulumi knows that a stack is paused, not by whom nor why."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from bot.domain.refusals import Refusal, shown
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


def org_of(named: str, orgs: Sequence[str], *, example: str) -> str | Refusal:
    """Which of `orgs` is meant: the only one need not be named. `example` is what was asked for, before the organisation's name."""
    if named in orgs:
        return named
    if not named and len(orgs) == 1:
        return orgs[0]
    problem = f'I don\'t work for an organisation "{shown(named)}".' if named else "Which organisation?"
    return Refusal(problem, f"I work for {', '.join(orgs)}: `{example} org={orgs[0]}`.")


def ended(
    pauses: Mapping[str, Pause], *, paused_stacks: Collection[str], organization_paused: bool, seen: float
) -> tuple[str, ...]:
    """Names whose pause was ended elsewhere: Pulumi, looked at at `seen` (Unix seconds), knows nothing of it.

    A pause that is younger than the look says nothing: the look may have come before it.
    """
    held = {*paused_stacks, *([WHOLE] if organization_paused else [])}
    return tuple(name for name, pause in pauses.items() if name not in held and pause.at < seen)
