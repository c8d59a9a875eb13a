"""An outbox on a real Redis before a Slack in memory: what is said, and until when it is brought."""

from __future__ import annotations

from collections.abc import Sequence

from redis.asyncio import Redis

from bot.messages.message import Message, Post, Rank, Reply, Say
from bot.slack.budget import SlackBudget
from bot.slack.outbox import Outbox
from bot.slack.setbacks import Patience
from bot.store.keys import Keys
from bot.store.lanes import RedisLanes
from bot.store.replies import RedisReplies
from tests.bot.slack.fakes import FakeSlack, Plenty, end_leases

TEAM = "T1"
KEYS = Keys(TEAM)
PATIENCE = Patience(lease=20.0, settle=0.0)


def new_outbox(
    redis: Redis, slack: FakeSlack, budget: Plenty | None = None, *, patience: Patience = PATIENCE
) -> Outbox:
    """As another worker has it."""
    return Outbox(
        lanes=RedisLanes(redis, TEAM),
        replies=RedisReplies(redis, TEAM),
        slack=slack,
        budget=SlackBudget(budget or Plenty()),
        patience=patience,
    )


def post(key: str, *, joinable: bool = False, rank: Rank = Rank.PROGRESS) -> Post:
    """A line in a thread."""
    return Post(key, Message(f"line {key}"), rank=rank, joinable=joinable)


def say(
    lane: str, root: str = "", posts: Sequence[Post] = (), *, rank: Rank = Rank.PROGRESS, channel: str = "C1"
) -> Say:
    """A card and its thread."""
    card = Message(root, [{"type": "divider"}]) if root else None
    return Say(lane=lane, channel=channel, root=card, rank=rank, posts=tuple(posts), on_refused="U1")


def reply(key: str, *, response_url: str = "", replace: bool = False) -> Reply:
    """A private answer."""
    message = Message(f"psst {key}")
    return Reply(
        key=key, channel="C1", user="U1", message=message, response_url=response_url, replace=replace
    )


async def drain(outbox: Outbox) -> None:
    """Until nothing is due any more."""
    while await outbox.deliver_due():
        pass


async def later(redis: Redis, outbox: Outbox) -> None:
    """All waits pass, and what became due is done, until nothing is left."""
    for _ in range(20):
        await end_leases(redis, KEYS)
        await drain(outbox)
