"""Which workspace the token belongs to."""

from __future__ import annotations

import asyncio

from bot.workspace import Workspace


async def test_it_asks_until_slack_answers() -> None:
    asked = 0

    async def ask() -> str:
        nonlocal asked
        asked += 1
        if asked < 3:
            raise ConnectionError("no network yet")
        return "T1"

    workspace = Workspace()
    waiting = asyncio.create_task(workspace.known())
    await workspace.discover(ask, pause=0.001)
    assert await waiting == "T1"
    assert asked == 3


def test_before_slack_has_answered_the_signature_is_enough() -> None:
    assert Workspace().is_ours("T-any")


async def test_afterwards_only_our_own_people_are_served() -> None:
    async def ask() -> str:
        return "T1"

    workspace = Workspace()
    await workspace.discover(ask)
    assert workspace.is_ours("T1")
    assert not workspace.is_ours("T2")
    assert not workspace.is_ours(None)
