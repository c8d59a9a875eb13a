"""A Command out of the inbox: act, answer, and say in the audit what came of it."""

from __future__ import annotations

import contextlib
from dataclasses import replace

from bot.domain.audit import Entry, id_of
from bot.domain.commands import OPERATION_OF, Command, Verb
from bot.domain.refusals import DEFAULT, MEMBERS_ONLY, OUR_BUTTONS, Refusal
from bot.domain.requests import Request, RequestState
from bot.domain.stacks import StackRef, resolve
from bot.errors import PulumiError, SlackError, UnauthorizedError
from bot.messages import modals, replies
from bot.messages.failures import failed
from bot.verbs import ACTS, Context
from bot.verbs.context import Ruling, answer, entry, settle
from bot.verbs.creation import fail
from bot.verbs.home import home
from bot.verbs.identity import acting

GONE = Refusal("You are no longer a member of this workspace, so I do nothing for you.", rule=MEMBERS_ONLY)
GAVE_UP = "Something is wrong on my side, and I gave up on this."
_UNTOLD = frozenset({Verb.HOME})  # looking at one's own page is no act
# Their record is kept with the change, and nothing that could fail comes after it.
_DONE_WITH_ITS_RECORD = frozenset(
    {
        Verb.PAUSE,
        Verb.RESUME,
        Verb.PAUSE_ORG,
        Verb.RESUME_ORG,
        Verb.CANCEL,
        Verb.LOCK,
        Verb.UNLOCK,
        Verb.LINK,
        Verb.UNLINK,
    }
)
# Slack is asked after the change is made: its error does not say that nothing was done.
_SHOWN_AFTERWARDS = frozenset({Verb.SAVE_SETTINGS, Verb.CLEAR_SETTINGS, Verb.SEND_LOG})
# A request whose creation failed tells so on its own card; a private word would say it twice.
_TOLD_ON_CARD = frozenset({Verb.DEPLOY, Verb.PREVIEW, Verb.REFRESH, Verb.DESTROY, Verb.APPROVE})


class Runner:
    """Carries commands out. Redelivery is safe: every verb looks at what it has already done."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def run(self, command: Command) -> None:
        """Raises StoreUnavailableError when Redis is away: the command stays in the inbox, and nothing was lost."""
        await self._carry_out(replace(self._context, ruling=Ruling()), command)
        if not command.origin.channel and command.verb is not Verb.HOME:  # asked for on the Home tab
            with contextlib.suppress(SlackError):  # it is done, and the next look at the page shows it
                await home(self._context, command)

    async def _carry_out(self, context: Context, command: Command) -> None:
        try:
            acted = await self._as_whom(context, command)
            context = context if isinstance(acted, Refusal) else acted
            refusal = (
                acted
                if isinstance(acted, Refusal)
                else await ACTS.get(command.verb, _unknown)(context, command)
            )
        except (PulumiError, SlackError) as error:
            await self._went_wrong(context, command, error)
            return
        # delivered again after it was done, it is no refusal
        if refusal is None or await context.state.is_recorded(id_of(command)):
            await settle(context, command)
            await self._audit(context, command, "done", rule=context.ruling.rule or DEFAULT)
        else:
            await self._refuse(context, command, refusal)

    async def gave_up(self, command: Command) -> None:
        """It crashed this process more often than is reasonable: tell the person, keep the rest for the operator."""
        await self._audit(self._context, command, "buried")
        request = await self._context.state.request(_own_request(command))
        unsure = command.verb not in OPERATION_OF or request is not None
        text = failed(command.verb, GAVE_UP, unsure=unsure, stack=command.stack)
        await answer(self._context, command, replies.failure(text, command.id))
        await _end_loading(self._context, command, text)
        if request is not None and request.state is RequestState.CREATING:
            await fail(self._context, request, failed(Verb.DEPLOY, GAVE_UP, unsure=True), unsure=True)

    async def _as_whom(self, context: Context, command: Command) -> Context | Refusal:
        """Whoever the person is at Pulumi; somebody who left the workspace is nobody."""
        if not await context.people.is_active(command.origin.user):
            return GONE
        return await acting(context, command)

    async def _refuse(self, context: Context, command: Command, refusal: Refusal) -> None:
        told = await self._entry(context, command, "refused", rule=refusal.rule, reason=refusal.problem)
        await answer(
            context,
            command,
            replies.refusal(refusal),
            replace_message=command.answers_a_question,
            entries=[told],
        )
        await _end_loading(context, command, f"{refusal.problem}\n{refusal.remedy}".strip())

    async def _went_wrong(self, context: Context, command: Command, error: PulumiError | SlackError) -> None:
        """A personal token that Pulumi no longer takes has a way out; anything else is a failure."""
        if command.verb in _DONE_WITH_ITS_RECORD and await context.state.is_recorded(id_of(command)):
            return  # delivered again
        if isinstance(error, UnauthorizedError) and error.owner:
            await self._refuse(context, command, Refusal(error.for_people))
            return
        request = await context.state.request(_own_request(command))
        if command.verb in _TOLD_ON_CARD and _is_on_card(request):
            await self._audit(context, command, "failed", reason=str(error))
            return
        told = await self._entry(context, command, "failed", reason=str(error))
        entries = [] if command.verb in _UNTOLD else [told]
        unsure = error.is_unsure if isinstance(error, PulumiError) else command.verb in _SHOWN_AFTERWARDS
        text = failed(command.verb, error.for_people, unsure=unsure, stack=command.stack)
        await answer(context, command, replies.failure(text, command.id), entries=entries)

    async def _audit(
        self, context: Context, command: Command, outcome: str, *, rule: str = "", reason: str = ""
    ) -> None:
        """One record per command; a verb that changed something has kept it already."""
        if command.verb not in _UNTOLD:
            await context.state.record(await self._entry(context, command, outcome, rule=rule, reason=reason))

    async def _entry(
        self, context: Context, command: Command, outcome: str, *, rule: str = "", reason: str = ""
    ) -> Entry:
        known = (
            [stack for org in context.orgs for stack in await context.state.stacks(org)]
            if command.stack
            else []
        )
        found = resolve(command.stack, known, context.orgs) if command.stack else None
        stack = found if isinstance(found, StackRef) else None
        return entry(context, command, outcome, stack=stack, rule=rule, reason=reason)


async def _unknown(_: Context, command: Command) -> Refusal:
    """No button or form of ours asks for it."""
    return Refusal(f"{command.verb} is nothing that a button does. Nothing was done.", rule=OUR_BUTTONS)


async def _end_loading(context: Context, command: Command, text: str) -> None:
    """A modal that nobody fills any more says why; the answer stands elsewhere too, so that it need not succeed."""
    if command.origin.view_id:
        with contextlib.suppress(SlackError):
            await context.channels.show_view(command.origin.view_id, modals.problem("Sorry", text))


def _own_request(command: Command) -> str:
    """The request that a command is about: a start makes its own, and only borrows from the one that it does again."""
    return command.id if command.verb in OPERATION_OF else command.request_id or command.id


def _is_on_card(request: Request | None) -> bool:
    """It failed, or the poller found what it became before the answer was given up."""
    return request is not None and request.state in {RequestState.FAILED, RequestState.CREATED}
