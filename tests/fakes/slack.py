"""Slack's channels and people in memory."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from bot.ports import Channels, People


@dataclass(slots=True)
class FakeChannels(Channels):
    """The bot is in every channel but those in `outside`; the rest is kept to be looked at."""

    outside: set[str] = field(default_factory=set)
    modals: dict[str, dict[str, Any]] = field(default_factory=dict)
    homes: dict[str, dict[str, Any]] = field(default_factory=dict)
    files: dict[str, dict[str, str]] = field(default_factory=dict)
    errors: list[Exception] = field(default_factory=list)

    async def is_member(self, channel: str) -> bool:
        await self._called()
        return channel not in self.outside

    async def permalink(self, channel: str, ts: str) -> str:
        await self._called()
        return f"https://acme.slack.com/archives/{channel}/p{ts.replace('.', '')}"

    async def show_view(self, view_id: str, view: dict[str, object]) -> None:
        await self._called()
        self.modals[view_id] = view

    async def publish_home(self, user: str, view: dict[str, object]) -> None:
        await self._called()
        self.homes[user] = view

    async def upload(
        self, *, channel: str, thread_ts: str, filename: str, title: str, content: str, key: str
    ) -> None:
        await self._called()
        file = {
            "channel": channel,
            "thread_ts": thread_ts,
            "filename": filename,
            "title": title,
            "content": content,
        }
        self.files.setdefault(key, file)

    async def _called(self) -> None:
        await asyncio.sleep(0)
        if self.errors:
            raise self.errors.pop(0)


@dataclass(slots=True)
class FakePeople(People):
    """Everybody works here but those who are `gone`; groups and names are as a test says."""

    teams: dict[str, set[str]] = field(default_factory=dict)
    present: dict[str, set[str]] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    names: dict[str, str] = field(default_factory=dict)
    errors: list[Exception] = field(default_factory=list)

    async def groups(self, handles: Collection[str]) -> dict[str, frozenset[str]]:
        await self._called()
        return {handle: frozenset(self.teams[handle]) for handle in handles if handle in self.teams}

    async def members(self, channel: str) -> frozenset[str]:
        await self._called()
        return frozenset(self.present.get(channel, ()))

    async def is_active(self, user: str) -> bool:
        await self._called()
        return user not in self.gone

    async def find(self, handle: str) -> str | None:
        await self._called()
        return self.names.get(handle)

    async def _called(self) -> None:
        await asyncio.sleep(0)
        if self.errors:
            raise self.errors.pop(0)
