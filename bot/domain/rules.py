"""The rules of a policy file, and whom they are about."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from bot.domain.audience import EVERYONE, MEMBERS, Audience, handles
from bot.domain.commands import Intent, Surface, Verb
from bot.domain.freezes import Window
from bot.domain.quorum import Seat
from bot.domain.stacks import Pattern, StackRef
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
        Verb.PAUSE_ORG,
        Verb.RESUME_ORG,
        Verb.CANCEL,
        Verb.LOCK,
        Verb.UNLOCK,
        Verb.SETTINGS,
        Verb.UNLINK,
    )
} | {"update": Verb.DEPLOY}


class Effect(StrEnum):
    """What a rule does with the operations it is about."""

    ALLOW = "allow"
    APPROVE = "approve"
    DENY = "deny"


@dataclass(frozen=True, slots=True)
class Rule:
    """One `[[rules]]` table. Empty `channels` and `surfaces` mean any.

    `channels` are ids, or `#names` until `Policy.with_channel_ids`; people are ids, or `@names` until `Policy.with_people`. `who` may
    ask; `seats` say who must approve, and `shared` whether one person may fill several of them. `expires` is in seconds, 0 where
    nothing expires; `approvals` counts all seats. Both are 0 unless the effect is APPROVE. `freeze` are times in which it lets nothing
    run; what is asked then, or while the stack is locked, waits if it `holds` and is refused otherwise. `break_glass` may pass it.
    `lines` are where its keys stand in the file.
    """

    name: str
    stacks: tuple[Pattern, ...]
    operations: frozenset[Verb]
    effect: Effect
    channels: tuple[str, ...] = ()
    approvals: int = 0
    expires: float = 0.0
    message: str = ""
    surfaces: frozenset[Surface] = frozenset()
    who: Audience = (EVERYONE,)
    seats: tuple[Seat, ...] = ()
    shared: bool = False
    requester_counts: bool = False
    preview: bool = False
    confirm: bool = False
    freeze: tuple[Window, ...] = ()
    holds: bool = False
    break_glass: Audience = ()
    lines: Mapping[str, int] = field(default_factory=dict, compare=False, repr=False)

    def applies(self, intent: Intent) -> bool:
        """Whether it decides on this intent, unless a rule before it does."""
        return not self.why_not(intent)

    def why_not(self, intent: Intent) -> str:
        """Why it does not apply, in words; empty when it does."""
        if intent.verb not in self.operations:
            return f"it is not about {intent.verb}"
        if not any(pattern.matches(intent.stack) for pattern in self.stacks):
            return f"its stacks are {', '.join(map(str, self.stacks))}"
        if self.channels and intent.channel not in self.channels:
            return "it is about other channels"
        if self.surfaces and intent.surface not in self.surfaces:
            return f"it is about {', '.join(sorted(self.surfaces))}, and this came by {intent.surface}"
        return ""

    @property
    def audiences(self) -> tuple[Audience, ...]:
        """Everybody it speaks of."""
        return self.who, self.break_glass, *(seat.who for seat in self.seats)

    def with_people(self, ids: Mapping[str, str]) -> Rule:
        """The same with people's `@names` replaced by ids where known; groups keep their names."""

        def known(audience: Audience) -> Audience:
            return tuple(ids.get(term, term) for term in audience)

        return replace(
            self,
            who=known(self.who),
            break_glass=known(self.break_glass),
            seats=tuple(replace(seat, who=known(seat.who)) for seat in self.seats),
        )


@dataclass(frozen=True, slots=True)
class Policy:
    """What a policy file says; an empty one leaves everything to the defaults of `bot.domain.policy`.

    `readers` may read the whole audit; everybody reads what they did themselves.
    """

    rules: tuple[Rule, ...] = ()
    subscriptions: tuple[Subscription, ...] = ()
    readers: Audience = ()

    @property
    def channel_names(self) -> frozenset[str]:
        """The channels named by name (`#prod`): to be looked up, since commands come with ids."""
        used = [channel for rule in self.rules for channel in rule.channels]
        used += [subscription.channel for subscription in self.subscriptions]
        return frozenset(channel for channel in used if channel.startswith("#"))

    def with_channel_ids(self, ids: Mapping[str, str]) -> Policy:
        """The same with names (`#prod`) replaced by ids where known. A name that stays matches no command."""
        return replace(
            self,
            rules=tuple(
                replace(rule, channels=tuple(ids.get(channel, channel) for channel in rule.channels))
                for rule in self.rules
            ),
            subscriptions=tuple(
                replace(subscription, channel=ids.get(subscription.channel, subscription.channel))
                for subscription in self.subscriptions
            ),
        )

    @property
    def handles(self) -> frozenset[str]:
        """Every `@name` in it."""
        return handles((self.readers, *(audience for rule in self.rules for audience in rule.audiences)))

    @property
    def asks_members(self) -> bool:
        """Whether a rule wants to know who is in a channel."""
        return any(MEMBERS in audience for rule in self.rules for audience in rule.audiences)

    def with_people(self, ids: Mapping[str, str]) -> Policy:
        """The same with people's `@names` replaced by their ids."""
        readers = tuple(ids.get(term, term) for term in self.readers)
        return replace(self, rules=tuple(rule.with_people(ids) for rule in self.rules), readers=readers)

    def stray(self, known: Collection[StackRef]) -> tuple[tuple[Rule, Pattern], ...]:
        """Patterns that match no known stack: a slip, or a stack that is yet to come."""
        return tuple(
            (rule, pattern)
            for rule in self.rules
            for pattern in rule.stacks
            if not any(pattern.matches(stack) for stack in known)
        )
