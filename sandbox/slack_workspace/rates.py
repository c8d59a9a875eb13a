"""Rate limits per method (https://docs.slack.dev/apis/web-api/rate-limits): a sliding minute, and one post a second per channel."""

import math
from collections import deque
from collections.abc import Callable

_MINUTE = 60.0
_POST_INTERVAL = 1.0
_TOLERANCE = 0.05
_TIER_2, _TIER_3, _TIER_4, _SPECIAL = 20, 50, 100, 300

_PER_MINUTE = {
    "apps.connections.open": _TIER_2,  # Slack's pages name tier 1 and tier 3
    "auth.test": _SPECIAL,
    "chat.delete": _TIER_3,
    "chat.getPermalink": _SPECIAL,
    "chat.postEphemeral": _TIER_4,
    "chat.postMessage": _SPECIAL,
    "chat.update": _TIER_3,
    "conversations.history": _TIER_3,
    "conversations.info": _TIER_3,
    "conversations.list": _TIER_2,
    "conversations.members": _TIER_4,
    "conversations.open": _TIER_3,
    "conversations.replies": _TIER_3,
    "files.completeUploadExternal": _TIER_4,
    "files.getUploadURLExternal": _TIER_4,
    "usergroups.list": _TIER_2,
    "usergroups.users.list": _TIER_2,
    "users.conversations": _TIER_3,
    "users.info": _TIER_4,
    "users.list": _TIER_2,
    "views.open": _TIER_4,
    "views.publish": _TIER_4,
    "views.push": _TIER_4,
    "views.update": _TIER_4,
}


class RateLimits:
    """Counts admitted calls. A refused call costs nothing, as it did nothing."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._calls: dict[str, deque[float]] = {}
        self._posted: dict[str, float] = {}

    def admit(self, method: str, *, channel: str | None = None) -> int:
        """0 when the call may go on (it is counted), else whole seconds for Retry-After."""
        now = self._clock()
        wait = max(self._minute_wait(method, now), self._post_wait(method, channel, now))
        if wait > 0:
            return max(1, math.ceil(wait))
        self._calls[method].append(now)
        if method == "chat.postMessage" and channel:
            self._posted[channel] = now
        return 0

    def _minute_wait(self, method: str, now: float) -> float:
        calls = self._calls.setdefault(method, deque())
        while calls and calls[0] <= now - _MINUTE:
            calls.popleft()
        return calls[0] + _MINUTE - now if len(calls) >= _PER_MINUTE[method] else 0.0

    def _post_wait(self, method: str, channel: str | None, now: float) -> float:
        if method != "chat.postMessage" or channel is None or channel not in self._posted:
            return 0.0
        left = self._posted[channel] + _POST_INTERVAL - now
        return left if left > _TOLERANCE else 0.0
