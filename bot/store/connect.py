"""A Redis client that notices dead connections, gives up in time, and tries again briefly."""

from __future__ import annotations

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialWithJitterBackoff

ANSWER_TIMEOUT = 5.0
CONNECT_TIMEOUT = 2.0
HEALTH_CHECK_INTERVAL = 30
RETRIES = 3


def connect(url: str) -> Redis:
    """A client for `redis://`, `rediss://` or `unix://`; connects with the first command.

    A command whose answer was lost is sent again, up to three times within a second: every script here recognises its own
    repetition, or claims what is given back by itself when its lease is over. Slack waits three seconds for an ack, hence the
    short timeouts.
    """
    return Redis.from_url(
        url,
        socket_timeout=ANSWER_TIMEOUT,
        socket_connect_timeout=CONNECT_TIMEOUT,
        socket_keepalive=True,
        health_check_interval=HEALTH_CHECK_INTERVAL,
        client_name="quarterdeck",
        retry=Retry(ExponentialWithJitterBackoff(base=0.02, cap=0.3), RETRIES),
    )
