"""What waits, looked after in every tick: reminders, expiry, and what goes on by itself when a freeze, a lock or a preview ends."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

import structlog

from bot.domain.audit import of_request
from bot.domain.requests import Request, RequestState, expire, needs_reminder
from bot.errors import PulumiError, SlackError, StoreUnavailableError
from bot.telling import cards_of, reminders
from bot.verbs.context import Context
from bot.verbs.decided import RECHECK, go_on, let_go
from bot.verbs.locks import end_locks
from bot.verbs.previews import check_preview

log = structlog.get_logger(__name__)


async def look_after(context: Context) -> None:
    """Everything whose time has come, each once however many workers look; one that breaks stops nobody else's."""
    await end_locks(context)
    now = context.clock()
    for request in await context.state.awaiting(until=now):
        if not request.is_watched:
            continue
        try:
            await _LOOKS[request.state](context, request)
        except StoreUnavailableError:
            raise
        except (PulumiError, SlackError) as error:
            log.warning("a request waits for another look", request=request.id, error=str(error))
            await _later(context, request)
        except Exception:
            log.exception("a request could not be looked after", request=request.id)
            await _later(context, request)


async def _votes(context: Context, request: Request) -> None:
    now = context.clock()
    late = expire(request, now)
    if late != request:
        told = of_request(late, "expired", at=now)
        await context.state.change_request(request, late, say=cards_of(late), audit=[told])
    elif needs_reminder(request):
        reminded = replace(request, reminded=True)
        await context.state.change_request(request, reminded, say=reminders(reminded))


async def _later(context: Context, request: Request) -> None:
    """Nothing is lost by waiting; one that failed meanwhile is no longer the same and stays as it is."""
    if request.state is not RequestState.AWAITING:
        await context.state.change_request(request, replace(request, look_at=context.clock() + RECHECK))


_LOOKS: dict[RequestState, Callable[[Context, Request], Awaitable[None]]] = {
    RequestState.AWAITING: _votes,
    RequestState.PREVIEWING: check_preview,
    RequestState.HELD: let_go,
    RequestState.CREATING: go_on,
}
