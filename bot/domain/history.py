"""A stack's past deployments: how many make a page, and which status is meant by a word."""

from __future__ import annotations

from bot.domain.deployments import ACCEPTED, FAILED, NOT_STARTED, RUNNING, SKIPPED, SUCCEEDED

PAGE_SIZE = 10
LAST_PAGE = 10_000
# The service filters by one status of its own; people have other words for some.
STATUSES = {
    "succeeded": SUCCEEDED,
    "failed": FAILED,
    "running": RUNNING,
    "queued": NOT_STARTED,
    "skipped": SKIPPED,
}
_ALSO = {
    "success": SUCCEEDED,
    "successful": SUCCEEDED,
    "failure": FAILED,
    "waiting": NOT_STARTED,
    "not-started": NOT_STARTED,
    "accepted": ACCEPTED,
}


def status_of(word: str) -> str | None:
    """The service's status that a word means; None for one that is none."""
    return (STATUSES | _ALSO).get(word.casefold())


def pages(total: int) -> int:
    """How many pages `total` deployments fill; an empty history has one."""
    return max(-(-total // PAGE_SIZE), 1)
