"""What an organisation looks like at one moment."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.domain.deployments import Deployment
from bot.domain.pauses import Pause


@dataclass(frozen=True, slots=True)
class Overview:
    """What an organisation looked like at the last look; what `status` answers from.

    `as_of` is Unix seconds. `active` are unfinished deployments, `recent` the newest finished one per stack.
    `paused_stacks` are `project/stack`. `canceled` tells who canceled a recent one here, by its id (Pulumi only calls it failed).
    `pauses` tell who paused what here, by `project/stack`, and `*` for the whole organisation.
    `problem` says, in words for a person, why there was no newer look.
    """

    org: str
    as_of: float
    active: tuple[Deployment, ...] = ()
    recent: tuple[Deployment, ...] = ()
    paused: bool = False
    paused_stacks: tuple[str, ...] = ()
    problem: str = ""
    canceled: dict[str, str] = field(default_factory=dict)
    pauses: dict[str, Pause] = field(default_factory=dict)
