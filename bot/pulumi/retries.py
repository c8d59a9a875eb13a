"""Which call is sent again, when, and what its last error means after the tries before it.

What may be sent again:

- a safe call (GET) after a broken connection, a timeout, 429 and 5xx;
- an idempotent one (pause, resume, cancel) as well: twice brings about the same state as once;
- what must happen once (create, settings) only when it surely did not arrive: no connection was made.
"""

from __future__ import annotations

import asyncio
import random

from bot.errors import (
    AnswerLostError,
    ConflictError,
    NotFoundError,
    PulumiError,
    PulumiUnavailableError,
    RateLimitedError,
)
from bot.pulumi.limits import Limits
from bot.pulumi.wire.calls import Call, Safety

# What a second try can be told because the first one, whose answer was lost, already did it.
_SECOND_THOUGHTS = (NotFoundError, ConflictError, RateLimitedError, PulumiUnavailableError)


class Delivery:
    """The tries of one call: how much time is left, and whether one of them may have arrived."""

    def __init__(self, call: Call, limits: Limits) -> None:
        self.call = call
        self.deadline = asyncio.get_running_loop().time() + limits.total
        self._limits = limits
        self._lost = False
        self._arrived = True
        self._told: PulumiError | None = None

    def judged(self, error: PulumiError, *, arrived: bool = True) -> PulumiError:
        """The error as it has to be told, the earlier tries considered.

        After a try whose answer was lost, an ambiguous error says nothing about that try. A try that never `arrived` says nothing at all
        where an earlier one was told something.
        """
        self._arrived = arrived
        if self._told and not arrived:
            return self._told
        if self._lost and isinstance(error, _SECOND_THOUGHTS):
            error = _lost(error)
        self._lost = self._lost or isinstance(error, AnswerLostError)
        self._told = error if arrived else None
        return error

    def may_repeat(self, error: Exception) -> bool | float:
        """Whether to try again, and after how many seconds where the service says so."""
        if not isinstance(error, PulumiError):
            return False
        if isinstance(error, RateLimitedError) and self.call.safety is not Safety.ONCE:
            return self._after(error.retry_after)
        again = not self._arrived or (self.call.safety is not Safety.ONCE and _is_passing(error))
        return again and self._fits(0)

    def _after(self, wait: float) -> bool | float:
        """Not before the service said, and not all at one moment; a service that says "at once" is asked ever less often."""
        if not self._fits(wait):
            return False
        return wait + random.uniform(0, self._limits.first_wait) if wait else True  # noqa: S311  no secret

    def _fits(self, wait: float) -> bool:
        """Whether there is time for another try after `wait` seconds and whatever is waited besides."""
        left = self.deadline - asyncio.get_running_loop().time()
        return wait + self._limits.longest_wait < left


def _is_passing(error: PulumiError) -> bool:
    """A web page with status 200 or a redirect is a wrong address, and will be there the next time too."""
    return isinstance(error, (PulumiUnavailableError, AnswerLostError)) and (
        error.status == 0 or error.status >= 500 or error.status == 408  # noqa: PLR2004  HTTP's own numbers
    )


def _lost(error: PulumiError) -> AnswerLostError:
    return AnswerLostError(
        f"the first answer was lost, then: {error.message}",
        method=error.method,
        path=error.path,
        status=error.status,
        request_id=error.request_id,
    )
