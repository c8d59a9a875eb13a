"""What runner, poller and outbox need of the world, in their own words.

Adapters live in `bot.pulumi`, `bot.store` and `bot.slack`; `bot.wiring` puts them together; tests have one fake each.
"""

from bot.domain.overview import Overview
from bot.ports.clock import Clock
from bot.ports.inbox import Delivery, Inbox
from bot.ports.outbox import Budget, Lane, Lanes, Once, QueuedReply, Replies
from bot.ports.pulumi import Created, LogLine, OrgMetadata, Page, Pulumi, StackMetadata
from bot.ports.slack import Channels, People
from bot.ports.state import Audit, AuditPage, Links, Lookup, State, Tracked

__all__ = [
    "Audit",
    "AuditPage",
    "Budget",
    "Channels",
    "Clock",
    "Created",
    "Delivery",
    "Inbox",
    "Lane",
    "Lanes",
    "Links",
    "LogLine",
    "Lookup",
    "Once",
    "OrgMetadata",
    "Overview",
    "Page",
    "People",
    "Pulumi",
    "QueuedReply",
    "Replies",
    "StackMetadata",
    "State",
    "Tracked",
]
