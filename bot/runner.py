"""A Command out of the inbox: act, answer, and say in the audit what came of it."""

from __future__ import annotations

from bot.domain.approvals import Request, RequestState
from bot.domain.audit import Entry
from bot.domain.commands import Command, Refusal, Verb
from bot.domain.stacks import StackRef, resolve
from bot.errors import PulumiError, SlackError
from bot.messages import replies
from bot.verbs import ACTS, Context
from bot.verbs.context import answer, entry

# A request whose creation failed tells so on its own card; a private word would say it twice.
_UNTOLD = frozenset({Verb.HOME})  # looking at one's own page is no act
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
            await self._audit(command, "done")
            return
        await self._refuse(command, refusal)

    async def gave_up(self, command: Command) -> None:
        """It crashed this process more often than is reasonable: tell the person, keep the rest for the operator."""
        await self._audit(command, "buried")
        message = replies.failure("Something is wrong on my side, and I gave up on this.", command.id)
        await answer(self._context, command, message)

    async def _refuse(self, command: Command, refusal: Refusal) -> None:
        told = await self._entry(command, "refused", rule=refusal.rule, reason=refusal.problem)
        await answer(self._context, command, replies.refusal(refusal), entries=[told])

    async def _failed(self, command: Command, error: PulumiError | SlackError) -> None:
        await self._audit(command, "failed", reason=str(error))
        request = await self._context.state.request(command.request_id or command.id)
        if command.verb in _TOLD_ON_CARD and _is_on_card(request):
            return
        await answer(self._context, command, replies.failure(error.for_people, command.id))

    async def _audit(self, command: Command, outcome: str, *, reason: str = "") -> None:
        """One record per command; a verb that changed something has kept it already."""
        if command.verb not in _UNTOLD:
            await self._context.state.record(await self._entry(command, outcome, reason=reason))

    async def _entry(self, command: Command, outcome: str, *, rule: str = "", reason: str = "") -> Entry:
        context = self._context
        known = (
            [stack for org in context.orgs for stack in await context.state.stacks(org)]
            if command.stack
            else []
        )
        found = resolve(command.stack, known, context.orgs) if command.stack else None
        stack = found if isinstance(found, StackRef) else None
        return entry(context, command, outcome, stack=stack, rule=rule, reason=reason)


def _is_on_card(request: Request | None) -> bool:
    """It failed, or the poller found what it became before the answer was given up."""
    return request is not None and request.state in {RequestState.FAILED, RequestState.CREATED}
