"""The rules of a policy file, and whom they are about."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.domain.commands import Intent, Verb
from bot.domain.stacks import Pattern
from bot.domain.subscriptions import Subscription

# What a rule can be about, by the names a policy file may use: the bot's verbs, and Pulumi's own word for deploy.
OPERATIONS = {
    verb.value: verb
    for verb in (
        Verb.DEPLOY,
        Verb.PREVIEW,
        Verb.REFRESH,
        Verb.DESTROY,
        Verb.PAUSE,
        Verb.RESUME,
        Verb.CANCEL,
    )
} | {"update": Verb.DEPLOY}


class Effect(StrEnum):
    """What a rule does with the operations it is about."""

    ALLOW = "allow"
    APPROVE = "approve"
    DENY = "deny"


@dataclass(frozen=True, slots=True)
class Rule:
    """One `[[rules]]` table. Empty `channels` means any.

    `channels` are ids, or `#names` until `Policy.with_channel_ids`. `expires` is in seconds, 0 where nothing expires;
    `approvals` counts people other than the requester. Both are 0 unless the effect is APPROVE.
    """

    name: str
    stacks: tuple[Pattern, ...]
    operations: frozenset[Verb]
    effect: Effect
    channels: tuple[str, ...] = ()
    approvals: int = 0
    expires: float = 0.0
    message: str = ""

    def applies(self, intent: Intent) -> bool:
        """Whether it decides on this intent, unless a rule before it does."""
        return all(holds(self, intent) for holds in _CONDITIONS)


_CONDITIONS: tuple[Callable[[Rule, Intent], bool], ...] = (
    lambda rule, intent: intent.verb in rule.operations,
    lambda rule, intent: any(pattern.matches(intent.stack) for pattern in rule.stacks),
    lambda rule, intent: not rule.channels or intent.channel in rule.channels,
)


@dataclass(frozen=True, slots=True)
class Policy:
    """What a policy file says; an empty one leaves everything to the defaults of `bot.domain.policy`."""

    rules: tuple[Rule, ...] = ()
    subscriptions: tuple[Subscription, ...] = ()

    @property
    def channel_names(self) -> frozenset[str]:
        """The channels named by name (`#prod`): to be looked up, since commands come with ids."""
        used = [channel for rule in self.rules for channel in rule.channels]
        used += [subscription.channel for subscription in self.subscriptions]
        return frozenset(channel for channel in used if channel.startswith("#"))

    def with_channel_ids(self, ids: Mapping[str, str]) -> Policy:
        """The same with names (`#prod`) replaced by ids where known. A name that stays matches no command."""
        return Policy(
            rules=tuple(
                replace(rule, channels=tuple(ids.get(channel, channel) for channel in rule.channels))
                for rule in self.rules
            ),
            subscriptions=tuple(
                replace(subscription, channel=ids.get(subscription.channel, subscription.channel))
                for subscription in self.subscriptions
            ),
        )
