"""approve, reject: count a vote once, and start what has been approved."""

from __future__ import annotations

from bot.domain.approvals import Choice, Request, RequestState, Vote, cast
from bot.domain.commands import Command, Refusal, Verb
from bot.messages import replies
from bot.telling import tell_request
from bot.verbs.context import Context, entry, reply
from bot.verbs.creation import create

# Votes on the same request may race; each retry means that somebody else's vote was counted in between.
RACES = 20


async def vote(context: Context, command: Command) -> Refusal | None:
    """One vote of one person; the request is compared and swapped, so that ten clicks at once count once."""
    mine = Vote(
        user=command.origin.user,
        choice=Choice.APPROVE if command.verb is Verb.APPROVE else Choice.REJECT,
        at=command.at,
        reason=command.reason.strip(),
    )
    for _ in range(RACES):
        request = await context.state.request(command.request_id)
        if request is None:
            return Refusal("This request is no longer on record.", "Ask for the operation again.")
        if mine in request.votes:  # delivered before: the vote was counted, its effect may be missing
            if request.votes[-1] == mine:  # the last vote decides, and whoever cast it sees to the rest
                await _follow(context, request, looked=False)
            return None
        after = cast(request, mine)
        if isinstance(after, Refusal):
            return after
        heard = reply(command, replies.vote_recorded(after, mine))
        told = entry(
            context, command, _word(after, mine), stack=request.stack, rule=request.rule, reason=mine.reason
        )
        if await context.state.change_request(
            request, after, say=[tell_request(after)], replies=[heard], audit=[told]
        ):
            await _follow(context, after, looked=True)
            return None
    return Refusal("Too many votes at once.", "Press the button again.")


def _word(request: Request, vote: Vote) -> str:
    """What a counted vote is called in the audit."""
    if vote.choice is Choice.APPROVE:
        return "approved"
    return "withdrawn" if vote.user == request.requester else "rejected"


async def _follow(context: Context, request: Request, *, looked: bool) -> None:
    if request.state is RequestState.CREATING:
        await create(context, request, looked=looked)
