"""What waits, looked after: reminders, expiry, and what goes on by itself when a freeze, a lock or a preview ends.

It is no part of the looks at Pulumi: to let a request go takes as long as a create call does, and no look waits for that.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

import structlog

from bot.domain.audit import of_request
from bot.domain.requests import Request, RequestState, expire, needs_reminder
from bot.errors import PulumiError, SlackError, StoreUnavailableError
from bot.signs_of_life import signs_of_life
from bot.telling import cards_of, reminders
from bot.verbs.context import Context
from bot.verbs.decided import go_on, let_go
from bot.verbs.locks import end_locks
from bot.verbs.previews import check_preview

log = structlog.get_logger(__name__)

# Seconds that a claim lasts without a sign of life, and that what failed is left alone.
LEASE = 30.0
SIGN_OF_LIFE = 5.0


class Waiting:
    """Any number of workers may look: a request is claimed in Redis, and a dead worker's claim runs out."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def due(self, count: int) -> tuple[Request, ...]:
        """Up to `count` requests whose time has come, claimed: each is to be looked after now. Locks that ran out end before that."""
        try:
            await end_locks(self._context)
        except StoreUnavailableError:
            raise
        except Exception:
            log.exception("locks could not be ended")
        return await self._context.state.claim_waiting(self._context.clock(), lease=LEASE, count=count)

    async def look_after(self, request: Request) -> None:
        """Do what its time has come for. Raises nothing: one that fails stays claimed, and is due again when that is over."""
        try:
            async with signs_of_life(lambda: self._keep(request), every=SIGN_OF_LIFE):
                if request.is_watched:  # else it was decided before it could be claimed
                    await _LOOKS[request.state](self._context, request)
            await self._context.state.release_waiting(request.id)
        except (PulumiError, SlackError, StoreUnavailableError) as error:
            log.warning("a request waits for another look", request=request.id, error=str(error))
        except Exception:
            log.exception("a request could not be looked after", request=request.id)

    async def _keep(self, request: Request) -> None:
        await self._context.state.keep_waiting(request.id, until=self._context.clock() + LEASE)


async def _votes(context: Context, request: Request) -> None:
    now = context.clock()
    late = expire(request, now)
    if late != request:
        told = of_request(late, "expired", at=now)
        await context.state.change_request(request, late, say=cards_of(late), audit=[told])
    elif needs_reminder(request):
        reminded = replace(request, reminded=True)
        await context.state.change_request(request, reminded, say=reminders(reminded))


_LOOKS: dict[RequestState, Callable[[Context, Request], Awaitable[None]]] = {
    RequestState.AWAITING: _votes,
    RequestState.PREVIEWING: check_preview,
    RequestState.HELD: let_go,
    RequestState.CREATING: go_on,
}
