"""A request to run an operation, and the votes on it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from bot.domain.refusals import Refusal
from bot.domain.stacks import StackRef


class RequestState(StrEnum):
    """Where a request stands. Only `AWAITING` takes votes; `CREATING` survives a crash and is looked up before it is tried again."""

    AWAITING = "awaiting"
    CREATING = "creating"
    CREATED = "created"
    REJECTED = "rejected"
    EXPIRED = "expired"
    FAILED = "failed"


class Choice(StrEnum):
    """A vote."""

    APPROVE = "approve"
    REJECT = "reject"


@dataclass(frozen=True, slots=True)
class Vote:
    """One person's decision. `at` is Unix seconds; a rejection says why."""

    user: str
    choice: Choice
    at: float
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    """Somebody wants an operation to run on a stack; the record outlives restarts.

    `id` is the id of the Command, and the name under which the created deployment carries it
    (`QUARTERDECK_REQUEST_<id>`). Times are Unix seconds; `expires_at` is 0 where nothing expires.
    `problem` says why it failed, in words for a person.
    """

    id: str
    stack: StackRef
    operation: str
    requester: str
    channel: str
    created_at: float
    state: RequestState
    branch: str = ""
    commit: str = ""
    approvals_needed: int = 0
    expires_at: float = 0.0
    rule: str = ""
    votes: tuple[Vote, ...] = ()
    problem: str = ""
    deployment_id: str = ""
    version: int = 0
    console_url: str = ""


def cast(request: Request, vote: Vote) -> Request | Refusal:
    """The request with this vote counted, or why it can't be.

    Enough approvals by different people other than the requester make it CREATING; one rejection with a reason makes it
    REJECTED; the requester may withdraw it without one.
    """
    refusal = _closed(request, vote.at) or _not_yours(request, vote)
    return refusal or _counted(request, replace(vote, reason=vote.reason.strip()))


def expire(request: Request, now: float) -> Request:
    """The request as it stands at `now`: EXPIRED when it waited too long, else unchanged."""
    return replace(request, state=RequestState.EXPIRED) if _is_late(request, now) else request


def approvers(request: Request) -> tuple[str, ...]:
    """The people whose approval counts, in the order they gave it."""
    return tuple(
        dict.fromkeys(
            vote.user
            for vote in request.votes
            if vote.choice is Choice.APPROVE and vote.user != request.requester
        )
    )


def missing(request: Request) -> int:
    """How many more approvals it takes."""
    return max(request.approvals_needed - len(approvers(request)), 0)


def rejection(request: Request) -> Vote | None:
    """The vote that ended it, if one did."""
    return next((vote for vote in request.votes if vote.choice is Choice.REJECT), None)


def is_withdrawn(request: Request) -> bool:
    """Whether the one who asked took it back."""
    vote = rejection(request)
    return vote is not None and vote.user == request.requester


def _is_late(request: Request, now: float) -> bool:
    return request.state is RequestState.AWAITING and 0 < request.expires_at <= now


def _closed(request: Request, now: float) -> Refusal | None:
    """No vote counts any more: who decided, without a word on when."""
    ended = rejection(request)
    if request.state is RequestState.EXPIRED or _is_late(request, now):
        return Refusal(
            "This request has expired: not enough people approved it in time.", "Ask for it again."
        )
    if request.state is RequestState.AWAITING:
        return None
    if ended:
        word = "withdrawn by the one who asked" if is_withdrawn(request) else "rejected"
        return Refusal(f"This request was already {word}.", "Ask for it again.", people=(ended.user,))
    if request.state is RequestState.FAILED:
        return Refusal(
            "This request was decided, but could not be started.",
            "Ask for it again.",
            people=approvers(request),
        )
    return Refusal("This request was already approved.", people=approvers(request))


def _not_yours(request: Request, vote: Vote) -> Refusal | None:
    if vote.user == request.requester:
        if vote.choice is Choice.REJECT:
            return None
        return Refusal("You asked for this yourself: somebody else has to approve.")
    if any(earlier.user == vote.user for earlier in request.votes):
        return Refusal(
            "You have already approved this.", f"It takes {_more(missing(request))} by other people."
        )
    if vote.choice is Choice.REJECT and not vote.reason.strip():
        return Refusal("A rejection needs a reason.", "Say in a few words what has to change.")
    return None


def _counted(request: Request, vote: Vote) -> Request:
    voted = replace(request, votes=(*request.votes, vote))
    if vote.choice is Choice.REJECT:
        return replace(voted, state=RequestState.REJECTED)
    return voted if missing(voted) else replace(voted, state=RequestState.CREATING)


def _more(count: int) -> str:
    return "1 more approval" if count == 1 else f"{count} more approvals"
