"""approve, reject, withdraw: count a vote once, and go on with what has been approved."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.approvals import cast, withdraw
from bot.domain.commands import Command, Verb
from bot.domain.refusals import OUR_BUTTONS, Refusal
from bot.domain.requests import Choice, Request, RequestState, Vote
from bot.messages import approvals as words
from bot.messages import replies
from bot.telling import cards_of
from bot.verbs.context import Context, entry, reply
from bot.verbs.creation import create
from bot.verbs.decided import ready, told_of_change
from bot.verbs.facts import facts_of_votes
from bot.verbs.previews import begin_preview

# Votes on the same request may race; each retry means that somebody else's vote was counted in between.
RACES = 60


async def vote(context: Context, command: Command) -> Refusal | None:
    """One vote of one person; the request is compared and swapped, so that ten clicks at once count once."""
    for _ in range(RACES):
        request = await context.state.request(command.request_id)
        refusal = _misdirected(command, request)
        if request is None or refusal is not None:
            return refusal
        if _is_in(request, command):  # delivered before: it was counted, its effect may be missing
            await _finish(context, command, request)
            return None
        voted = _unseen(command, request) or await _voted(context, command, request)
        if isinstance(voted, Refusal):
            return replace(voted, rule=voted.rule or request.rule)
        after = await ready(context, voted) if voted.state is RequestState.CREATING else voted
        if await _save(context, command, request, after):
            await _follow(context, after)
            return None
    return Refusal("Too many votes at once.", "Press the button again.")


def _misdirected(command: Command, request: Request | None) -> Refusal | None:
    """There is no such request, or the button is not as it was made."""
    if request is None or request.for_request:
        return Refusal("This request is no longer on record.", "Ask for the operation again.")
    if command.stack in {"", str(request.stack)}:
        return None
    return Refusal("This button belongs to another request. Nothing was counted.", rule=OUR_BUTTONS)


def _unseen(command: Command, request: Request) -> Refusal | None:
    """An approval is for what its card showed, and counts for no later round."""
    if command.verb is not Verb.APPROVE or (command.version or 0) == request.round:
        return None
    return Refusal(
        "What is asked for has changed since that card was shown. Nothing was counted.",
        "Please look at its card again.",
    )


async def _voted(context: Context, command: Command, request: Request) -> Request | Refusal:
    user = command.origin.user
    if command.verb is Verb.WITHDRAW:
        return withdraw(request, user, command.at)
    choice = Choice.APPROVE if command.verb is Verb.APPROVE else Choice.REJECT
    facts = await facts_of_votes(context, request, user)
    return cast(request, Vote(user, choice, command.at, command.reason.strip()), facts)


async def _save(context: Context, command: Command, request: Request, after: Request) -> bool:
    """The vote, the cards and the answer to the voter, together or not at all; void votes are told to those who cast them."""
    anew = after.round != request.round
    mine = after.votes[-1] if after.votes else None
    if anew or mine is None:
        answers = [reply(command, words.not_counted(after)), *told_of_change(request, after)]
        outcome, reason = "void", after.void
    else:
        answers = [reply(command, replies.vote_recorded(after, mine))]
        outcome, reason = _word(after, mine), mine.reason
    told = entry(context, command, outcome, stack=request.stack, rule=request.rule, reason=reason)
    return await context.state.change_request(
        request, after, say=cards_of(after), replies=answers, audit=[told]
    )


def _is_in(request: Request, command: Command) -> bool:
    return any((vote.user, vote.at) == (command.origin.user, command.at) for vote in request.votes)


async def _finish(context: Context, command: Command, request: Request) -> None:
    """The last vote decides, and whoever cast it sees to the rest."""
    last = request.votes[-1]
    if (last.user, last.at) == (command.origin.user, command.at) and not request.look_at:
        await _follow(context, request)


def _word(request: Request, vote: Vote) -> str:
    """What a counted vote is called in the audit."""
    if vote.choice is Choice.APPROVE:
        return "approved"
    return "withdrawn" if vote.user == request.requester else "rejected"


async def _follow(context: Context, request: Request) -> None:
    if request.state is RequestState.CREATING:
        await create(context, request, looked=False)
    elif request.state is RequestState.PREVIEWING:
        await begin_preview(context, request)
