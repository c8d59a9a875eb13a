"""What an operator watches: requests by route and status, seconds to the ack, commands waiting for a worker."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from bot.errors import StoreUnavailableError

CONTENT_TYPE = CONTENT_TYPE_LATEST
# Seconds. Slack gives up after 3.
_ACK_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0)


class Metrics:
    """One registry per app, so that two apps in one process never share a counter."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self.requests = Counter(
            "quarterdeck_http_requests",
            "Requests answered, by route and status.",
            ("route", "status"),
            registry=self._registry,
        )
        self.ack_seconds = Histogram(
            "quarterdeck_slack_ack_seconds",
            "From a Slack request's last byte to its answer.",
            ("surface",),
            buckets=_ACK_BUCKETS,
            registry=self._registry,
        )
        self._waiting = Gauge(
            "quarterdeck_inbox_commands", "Commands recorded and not finished.", registry=self._registry
        )

    async def render(self, waiting: Callable[[], Awaitable[int]]) -> bytes:
        """The text format, with the inbox's depth as `waiting` tells it now; NaN while Redis is away."""
        try:
            self._waiting.set(await waiting())
        except StoreUnavailableError:
            self._waiting.set(math.nan)
        return generate_latest(self._registry)
