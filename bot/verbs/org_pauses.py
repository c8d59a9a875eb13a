"""pause org, resume org: hold every stack's new deployments, and let them go. Asks first, since it reaches everybody."""

from __future__ import annotations

from bot.domain.audit import ASKED
from bot.domain.commands import Command, Verb
from bot.domain.pauses import WHOLE, everything_of, org_of
from bot.domain.policy import Deny
from bot.domain.refusals import Refusal
from bot.errors import ForbiddenError
from bot.messages import pauses as words
from bot.messages.message import Rank, Say
from bot.verbs.context import Context, answer, can_speak, entry, may
from bot.verbs.pausing import is_begun, noted, pause_of


async def pause_org(context: Context, command: Command) -> Refusal | None:
    """What policy lets through is still up to Pulumi: it wants an administrator's token."""
    org = org_of(command.stack, context.orgs, example=_word(command))
    if isinstance(org, Refusal):
        return org
    decision = await may(context, command, everything_of(org))
    if isinstance(decision, Deny):
        return decision.refusal
    begun = await is_begun(context, command, org, WHOLE)
    refusal = await can_speak(context, command) or (None if begun else await _already(context, command, org))
    if refusal is not None:
        return refusal
    if not command.confirmed:
        await _ask(context, command, org)
        return None
    try:
        async with noted(context, command, org, WHOLE):
            await _set(context, command, org)
    except ForbiddenError as error:
        return _not_an_administrator(command, org, error)
    await _tell(context, command, org)
    return None


def _word(command: Command) -> str:
    return "pause" if command.verb is Verb.PAUSE_ORG else "resume"


async def _already(context: Context, command: Command, org: str) -> Refusal | None:
    paused = (await context.pulumi.org_metadata(org)).paused
    if command.verb is Verb.PAUSE_ORG and paused:
        return Refusal(f"The whole organisation {org} is paused already.", "`resume org` ends it.")
    if command.verb is Verb.RESUME_ORG and not paused:
        return Refusal(
            f"The organisation {org} is not paused.", "A single stack may be: `status` shows which ones."
        )
    return None


async def _ask(context: Context, command: Command, org: str) -> None:
    overview = await context.state.overview(org)
    active = overview.active if overview else ()
    waiting = sum(deployment.is_queued for deployment in active)
    question = words.confirm_org(
        command.verb,
        org,
        stacks=len(await context.state.stacks(org)),
        under_way=len(active) - waiting,
        waiting=waiting,
        reason=command.reason,
    )
    told = entry(context, command, ASKED)
    await answer(context, command, question, entries=[told])


async def _set(context: Context, command: Command, org: str) -> None:
    if command.verb is Verb.PAUSE_ORG:
        await context.pulumi.pause_org(org)
    else:
        await context.pulumi.resume_org(org)


def _not_an_administrator(command: Command, org: str, error: ForbiddenError) -> Refusal:
    return Refusal(
        f"Pulumi Cloud lets only administrators of {org} {_word(command)} everything, and the token that I use is "
        f"not one's (403: {error.message}).",
        "An administrator can do it in Pulumi Cloud, or whoever runs me can give me an administrator's token.",
    )


async def _tell(context: Context, command: Command, org: str) -> None:
    pauses = command.verb is Verb.PAUSE_ORG
    user = command.origin.user
    say = Say(
        lane=command.id,
        channel=command.origin.channel,
        root=(words.paused_org if pauses else words.resumed_org)(org, user, command.reason),
        rank=Rank.OUTCOME,
        on_refused=user,
    )
    told = entry(context, command, "done")
    await context.state.put_pause(org, WHOLE, pause_of(context, command), say=[say], audit=[told])
    await context.state.schedule(org, context.clock())
