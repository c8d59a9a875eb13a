"""Who is in a user group or a channel, who still works here, and who goes by a name; remembered for a while to spare Slack's budget."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from typing import Any

from bot.errors import SlackError
from bot.slack.api import SlackApi
from bot.slack.budget import SlackBudget
from bot.slack.calls import SlackCalls

# Seconds. How long somebody who was taken out of a group, or left the workspace, may still count.
GROUPS_SECONDS = 60.0
MEMBERS_SECONDS = 60.0
PERSON_SECONDS = 10.0
NAMES_SECONDS = 300.0
# Slack's words for somebody it does not show.
UNKNOWN = frozenset({"user_not_found", "user_not_visible"})
UNSEEN = frozenset({"channel_not_found", "not_in_channel", "fetch_members_failed"})


class SlackPeople:
    """See `bot.ports.People` for the contract. One per process; `clock` is monotonic, in seconds."""

    def __init__(
        self, api: SlackApi, budget: SlackBudget, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._calls = SlackCalls(api, budget)
        self._clock = clock
        self._groups: tuple[float, dict[str, frozenset[str]]] = (0.0, {})
        self._names: tuple[float, dict[str, str]] = (0.0, {})
        self._members: dict[str, tuple[float, frozenset[str]]] = {}
        self._active: dict[str, tuple[float, bool]] = {}

    async def groups(self, handles: Collection[str]) -> dict[str, frozenset[str]]:
        """One call tells all groups with their users (https://docs.slack.dev/reference/methods/usergroups.list)."""
        if not handles:
            return {}
        until, known = self._groups
        if self._clock() >= until:
            answer = await self._calls.read("usergroups.list", include_users="true")
            known = {f"@{group['handle']}": _users(group) for group in answer.get("usergroups", [])}
            self._groups = (self._clock() + GROUPS_SECONDS, known)
        return {handle: known[handle] for handle in handles if handle in known}

    async def members(self, channel: str) -> frozenset[str]:
        until, known = self._members.get(channel, (0.0, frozenset()))
        if self._clock() < until:
            return known
        try:
            found = frozenset(await self._calls.pages("conversations.members", "members", channel=channel))
        except SlackError as error:
            if error.code not in UNSEEN:
                raise
            found = frozenset()
        self._members[channel] = (self._clock() + MEMBERS_SECONDS, found)
        return found

    async def is_active(self, user: str) -> bool:
        until, known = self._active.get(user, (0.0, False))
        if self._clock() < until:
            return known
        try:
            answer = await self._calls.read("users.info", user=user)
            active = not answer.get("user", {}).get("deleted")
        except SlackError as error:
            if error.code not in UNKNOWN:
                raise
            active = False
        self._active[user] = (self._clock() + PERSON_SECONDS, active)
        return active

    async def find(self, handle: str) -> str | None:
        """By the name that a mention shows: the display name, else the account's."""
        until, known = self._names
        if handle not in known and self._clock() >= until:
            people = await self._calls.pages("users.list", "members")
            known = {name: str(person["id"]) for person in reversed(people) for name in _names(person)}
            self._names = (self._clock() + NAMES_SECONDS, known)
        return known.get(handle)


def _users(group: dict[str, Any]) -> frozenset[str]:
    """A group that was switched off has nobody in it."""
    return frozenset() if group.get("date_delete") else frozenset(map(str, group.get("users", [])))


def _names(person: dict[str, Any]) -> list[str]:
    """As mentions are typed, in lower case; nobody who left goes by a name."""
    if person.get("deleted"):
        return []
    shown = str((person.get("profile") or {}).get("display_name", ""))
    return [f"@{name.lower()}" for name in (shown, str(person.get("name", ""))) if name]
