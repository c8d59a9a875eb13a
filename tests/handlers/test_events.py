"""What Slack tells by itself."""

from __future__ import annotations

from typing import Any

import pytest
from redis.asyncio import Redis

from bot.messages.message import Message, Say
from bot.store.lanes import RedisLanes
from tests.handlers.office import BEN, DEPLOYS, TEAM, Office

BOT = "U0QDECK"


@pytest.fixture
async def lanes(redis: Redis, office: Office) -> RedisLanes:
    """The bot could not say something in #deploys, as it was not in there."""
    lanes = RedisLanes(redis, TEAM)
    await office.state.say(say=[Say("L", DEPLOYS, root=Message("card"))])
    lane = await lanes.claim(lease=30)
    assert lane is not None
    await lanes.park(lane, reason="not_in_channel", retry_after=60)
    return lanes


async def let(office: Office, user: str, how: str) -> dict[str, Any]:
    return await office.act("members", channel=DEPLOYS, user=user, action=how)


async def test_a_bot_that_is_invited_back_says_what_it_could_not_say(
    office: Office, lanes: RedisLanes
) -> None:
    await let(office, BOT, "kick")
    assert (await let(office, BOT, "invite"))["status"] == 200
    lane = await lanes.claim(lease=30)
    assert lane is not None
    assert lane.root == Message("card")


async def test_others_who_come_change_nothing(office: Office, lanes: RedisLanes) -> None:
    await let(office, BEN, "kick")
    assert (await let(office, BEN, "invite"))["status"] == 200
    assert await lanes.claim(lease=30) is None
