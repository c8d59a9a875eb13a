"""Which channels hear of a stack's deployments, however those were started."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.domain.stacks import Pattern, StackRef


@dataclass(frozen=True, slots=True)
class Subscription:
    """A channel wants to hear of some stacks; with `outcomes_only`, how each ended and nothing before."""

    channel: str
    stacks: tuple[Pattern, ...]
    outcomes_only: bool = False

    def covers(self, stack: StackRef) -> bool:
        """Whether it is about this stack."""
        return any(pattern.matches(stack) for pattern in self.stacks)


@dataclass(frozen=True, slots=True)
class Listener:
    """A channel that hears of a deployment, and how much."""

    channel: str
    outcomes_only: bool = False


def channels_for(subscriptions: Iterable[Subscription], stack: StackRef) -> tuple[Listener, ...]:
    """Who hears of `stack`, each channel once, in the order of the file; of two subscriptions the one that tells more counts."""
    quiet: dict[str, bool] = {}
    for subscription in subscriptions:
        if subscription.covers(stack):
            quiet[subscription.channel] = subscription.outcomes_only and quiet.get(subscription.channel, True)
    return tuple(Listener(channel, outcomes_only) for channel, outcomes_only in quiet.items())
