"""Who is where in the workspace: names to ids, direct messages, membership; remembered for a while to spare Slack's budget."""

from __future__ import annotations

import time
from collections.abc import Callable

from bot.errors import SlackError
from bot.slack.api import SlackApi
from bot.slack.budget import SlackBudget
from bot.slack.calls import SlackCalls

MEMBERSHIP_SECONDS = 60.0
ABSENCE_SECONDS = 5.0  # shorter: whoever was refused invites the bot, and tries again
NAMES_SECONDS = 60.0
# Slack's words for "the bot cannot even see it".
UNSEEN = frozenset({"channel_not_found", "not_in_channel", "is_archived", "team_access_not_granted"})


class Directory:
    """One per process. `clock` is monotonic, in seconds."""

    def __init__(
        self, api: SlackApi, budget: SlackBudget, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._calls = SlackCalls(api, budget)
        self._clock = clock
        self._names: dict[str, str] = {}
        self._names_until = 0.0
        self._dms: dict[str, str] = {}
        self._members: dict[str, tuple[float, bool]] = {}

    async def address(self, place: str) -> str:
        """The id of a channel given as id, `#name` or a user's id (their direct messages). Raises SlackError."""
        if place.startswith("#"):
            return await self.resolve_channel(place)
        return await self._dm(place) if place.startswith(("U", "W")) else place

    async def resolve_channel(self, name_or_id: str) -> str:
        """The id behind `#deploys` or `deploys`; an id is answered as it is. Raises SlackError `channel_not_found`."""
        name = name_or_id.removeprefix("#")
        if name_or_id.startswith(("C", "G", "D")) and name_or_id.isupper():
            return name_or_id
        if name not in self._names and self._clock() >= self._names_until:
            self._names = await self._channels()
            self._names_until = self._clock() + NAMES_SECONDS
        if name not in self._names:
            raise SlackError("conversations.list", "channel_not_found")
        return self._names[name]

    async def is_member(self, channel: str) -> bool:
        """Whether the bot is in a channel; in a direct message it always is."""
        if channel.startswith("D"):
            return True
        until, known = self._members.get(channel, (0.0, False))
        if self._clock() < until:
            return known
        member = await self._ask_member(channel)
        remembered = MEMBERSHIP_SECONDS if member else ABSENCE_SECONDS
        self._members[channel] = (self._clock() + remembered, member)
        return member

    async def _ask_member(self, channel: str) -> bool:
        try:
            answer = await self._calls.read("conversations.info", channel=channel)
        except SlackError as error:
            if error.code in UNSEEN:
                return False
            raise
        found = answer.get("channel", {})
        return bool(found.get("is_member")) and not found.get("is_archived")

    async def _dm(self, user: str) -> str:
        if user not in self._dms:
            answer = await self._calls.write("conversations.open", users=user)
            self._dms[user] = str(answer["channel"]["id"])
        return self._dms[user]

    async def _channels(self) -> dict[str, str]:
        found = await self._calls.pages(
            "conversations.list",
            "channels",
            types="public_channel,private_channel",
            exclude_archived="true",
        )
        return {each["name"]: each["id"] for each in found}
