"""A Command out of the inbox: act, answer, and say in the audit log what came of it."""

from __future__ import annotations

import structlog

from bot.domain.approvals import Request, RequestState
from bot.domain.commands import Command, Refusal, Verb
from bot.errors import PulumiError, SlackError
from bot.messages import replies
from bot.verbs import ACTS, Context
from bot.verbs.context import answer

log = structlog.get_logger("audit")

# A request whose creation failed tells so on its own card; a private word would say it twice.
_TOLD_ON_CARD = frozenset({Verb.DEPLOY, Verb.PREVIEW, Verb.REFRESH, Verb.DESTROY, Verb.APPROVE})


class Runner:
    """Carries commands out. Redelivery is safe: every verb looks at what it has already done."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def run(self, command: Command) -> None:
        """Raises StoreUnavailableError when Redis is away: the command stays in the inbox, and nothing was lost."""
        try:
            refusal = await ACTS[command.verb](self._context, command)
        except (PulumiError, SlackError) as error:
            await self._failed(command, error)
            return
        if refusal is None:
            _audit(command, "done")
            return
        _audit(command, "refused", problem=refusal.problem)
        await self._refuse(command, refusal)

    async def gave_up(self, command: Command) -> None:
        """It crashed this process more often than is reasonable: tell the person, keep the rest for the operator."""
        _audit(command, "buried")
        message = replies.failure("Something is wrong on my side, and I gave up on this.", command.id)
        await answer(self._context, command, message)

    async def _refuse(self, command: Command, refusal: Refusal) -> None:
        await answer(self._context, command, replies.refusal(refusal))

    async def _failed(self, command: Command, error: PulumiError | SlackError) -> None:
        _audit(command, "failed", error=str(error))
        request = await self._context.state.request(command.request_id or command.id)
        if command.verb in _TOLD_ON_CARD and _is_on_card(request):
            return
        await answer(self._context, command, replies.failure(error.for_people, command.id))


def _is_on_card(request: Request | None) -> bool:
    """It failed, or the poller found what it became before the answer was given up."""
    return request is not None and request.state in {RequestState.FAILED, RequestState.CREATED}


def _audit(command: Command, outcome: str, **facts: str) -> None:
    """One line per command: who asked for what, where, and what came of it."""
    log.info(
        "command",
        outcome=outcome,
        id=command.id,
        verb=command.verb.value,
        stack=command.stack,
        user=command.origin.user,
        channel=command.origin.channel,
        surface=command.origin.surface.value,
        team=command.origin.team,
        **facts,
    )
