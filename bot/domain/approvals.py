"""The votes on a request: who may cast one, what it counts for, and what it decides."""

from __future__ import annotations

from dataclasses import replace

from bot.domain import quorum
from bot.domain.audience import NO_FACTS, Facts, includes
from bot.domain.refusals import Refusal
from bot.domain.requests import Choice, Request, RequestState, Vote


def cast(request: Request, vote: Vote, facts: Facts = NO_FACTS) -> Request | Refusal:
    """The request with this vote counted, or why it can't be.

    Enough approvals of the right people make it CREATING; one rejection with a reason, by somebody who may approve, makes it
    REJECTED; the requester may withdraw it without one. `facts` tell who is in which group, and whose earlier votes no longer count.
    """
    refusal = _closed(request, vote.at) or _not_yours(request, vote, facts) or _unreasoned(request, vote)
    if refusal:
        return refusal
    return _counted(
        prune(request, facts),
        replace(vote, reason=vote.reason.strip(), seats=_seats(request, vote.user, facts)),
    )


def may_vote(request: Request, user: str, facts: Facts) -> bool:
    """Whether the approval of this person could count, had they not voted yet."""
    own = user == request.requester and not request.requester_counts
    return not own and bool(_seats(request, user, facts))


def prune(request: Request, facts: Facts) -> Request:
    """Without the approvals of people who left, or are no longer among those who may approve."""
    kept = [replace(vote, seats=_seats(request, vote.user, facts)) for vote in request.votes]
    return replace(request, votes=tuple(vote for vote in kept if vote.seats or vote.choice is Choice.REJECT))


def withdraw(request: Request, user: str, now: float) -> Request | Refusal:
    """Taken back by the one who asked, also while it is previewed or held."""
    if user != request.requester:
        return Refusal("Only the one who asked can withdraw this.", "You can reject it, with a reason.")
    if request.state in (RequestState.PREVIEWING, RequestState.HELD):
        return _counted(request, Vote(user, Choice.REJECT, now))
    return cast(request, Vote(user, Choice.REJECT, now))


def approvers(request: Request) -> tuple[str, ...]:
    """The people whose approval counts, in the order they gave it."""
    return tuple(dict.fromkeys(vote.user for vote in _approvals(request)))


def missing(request: Request) -> int:
    """How many more approvals it takes."""
    ballots = {vote.user: vote.seats for vote in _approvals(request)}
    seats = request.quorum
    return quorum.wanted(seats) - quorum.filled(seats, tuple(ballots.values()), shared=request.shared)


def rejection(request: Request) -> Vote | None:
    """The vote that ended it, if one did."""
    return next((vote for vote in request.votes if vote.choice is Choice.REJECT), None)


def is_withdrawn(request: Request) -> bool:
    """Whether the one who asked took it back."""
    vote = rejection(request)
    return vote is not None and vote.user == request.requester


def _approvals(request: Request) -> list[Vote]:
    return [
        vote
        for vote in request.votes
        if vote.choice is Choice.APPROVE and (vote.user != request.requester or request.requester_counts)
    ]


def _seats(request: Request, user: str, facts: Facts) -> tuple[int, ...]:
    return tuple(place for place, seat in enumerate(request.quorum) if includes(seat.who, user, facts))


def _closed(request: Request, now: float) -> Refusal | None:
    """No vote counts any more, or none yet: who decided, without a word on when."""
    ended = rejection(request)
    if request.state is RequestState.EXPIRED or request.is_late(now):
        return Refusal(
            "This request has expired: not enough people approved it in time.", "Ask for it again."
        )
    if request.state is RequestState.AWAITING:
        return None
    if request.state is RequestState.PREVIEWING:
        return Refusal("This is being previewed.", "Vote when its card shows what would change.")
    if ended:
        word = "withdrawn by the one who asked" if is_withdrawn(request) else "rejected"
        return Refusal(f"This request was already {word}.", "Ask for it again.", people=(ended.user,))
    if request.state is RequestState.FAILED:
        return _failed(request)
    return Refusal("This request was already approved.", people=approvers(request))


def _failed(request: Request) -> Refusal:
    if request.unsure:
        return Refusal(
            "This request was decided, and nobody knows yet whether it started.",
            "Look at the stack's status before you ask for it again.",
            people=approvers(request),
        )
    return Refusal(
        "This request was decided, but could not be started.",
        "Ask for it again.",
        people=approvers(request),
    )


def _not_yours(request: Request, vote: Vote, facts: Facts) -> Refusal | None:
    own = vote.user == request.requester
    if own and vote.choice is Choice.REJECT:
        return None
    if own and not request.requester_counts:
        return Refusal("You asked for this yourself: somebody else has to approve.")
    if any(earlier.user == vote.user for earlier in request.votes):
        return Refusal(
            "You have already approved this.", f"It takes {_more(missing(request))} by other people."
        )
    if not _seats(request, vote.user, facts):
        what = "approve" if vote.choice is Choice.APPROVE else "reject"
        return Refusal(
            f"You can't {what} this: it takes {quorum.described(request.quorum)}.",
            f'That is what the rule "{request.rule}" says.' if request.rule else "",
        )
    return None


def _unreasoned(request: Request, vote: Vote) -> Refusal | None:
    if vote.choice is Choice.APPROVE or vote.user == request.requester or vote.reason.strip():
        return None
    return Refusal("A rejection needs a reason.", "Say in a few words what has to change.")


def _counted(request: Request, vote: Vote) -> Request:
    voted = replace(request, votes=(*request.votes, vote))
    if vote.choice is Choice.REJECT:
        return replace(voted, state=RequestState.REJECTED, hold=None)
    return voted if missing(voted) else replace(voted, state=RequestState.CREATING)


def _more(count: int) -> str:
    return "1 more approval" if count == 1 else f"{count} more approvals"
