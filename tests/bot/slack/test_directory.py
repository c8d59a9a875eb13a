"""Names, direct messages and membership, asked of Slack as rarely as may be."""

from __future__ import annotations

import pytest

from bot.errors import SlackError
from bot.slack.api import SlackApi
from bot.slack.budget import SlackBudget
from bot.slack.directory import Directory
from tests.bot.slack.conftest import SlackServer


class HandClock:
    """Seconds that a test moves."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


async def test_a_channel_is_found_by_its_name(directory: Directory, server: SlackServer) -> None:
    assert await directory.resolve_channel("#deploys") == "C0DEPLOYS"
    assert await directory.resolve_channel("prod") == "C0PROD"
    assert await directory.resolve_channel("C0ANYTHING") == "C0ANYTHING"
    assert await directory.address("#oncall") == "C0ONCALL"
    assert await server.calls("conversations.list") == 1


async def test_an_unknown_name_is_told_and_asked_for_once_a_minute(
    api: SlackApi, budget: SlackBudget, server: SlackServer
) -> None:
    clock = HandClock()
    directory = Directory(api, budget, clock=clock)
    for _ in range(3):
        with pytest.raises(SlackError, match="channel_not_found"):
            await directory.resolve_channel("#nowhere")
    assert await server.calls("conversations.list") == 1
    clock.now = 61.0
    with pytest.raises(SlackError):
        await directory.resolve_channel("#nowhere")
    assert await server.calls("conversations.list") == 2


async def test_a_person_is_reached_in_their_direct_messages(
    directory: Directory, server: SlackServer
) -> None:
    first = await directory.address("U0ANA")
    assert first.startswith("D")
    assert await directory.address("U0ANA") == first
    assert await server.calls("conversations.open") == 1


async def test_membership_is_remembered_for_a_minute_and_that_there_is_none_for_five_seconds(
    api: SlackApi, budget: SlackBudget, server: SlackServer
) -> None:
    clock = HandClock()
    directory = Directory(api, budget, clock=clock)
    assert not await directory.is_member("C0RANDOM")
    await server.control("members", channel="C0RANDOM", user="U0QDECK", action="invite")
    assert not await directory.is_member("C0RANDOM")
    clock.now = 6.0
    assert await directory.is_member("C0RANDOM")
    await server.control("members", channel="C0RANDOM", user="U0QDECK", action="kick")
    clock.now = 65.0
    assert await directory.is_member("C0RANDOM")
    clock.now = 67.0
    assert not await directory.is_member("C0RANDOM")


async def test_where_the_bot_cannot_post_it_is_no_member(directory: Directory) -> None:
    assert await directory.is_member("C0DEPLOYS")
    assert not await directory.is_member("C0ARCHIVE")
    assert not await directory.is_member("C0UNKNOWN")
    assert await directory.is_member("D0ANY")
