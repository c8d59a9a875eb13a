"""The approval part of a card: who may decide, how it stands, what was decided."""

from __future__ import annotations

from bot.domain.approvals import Choice, Request, RequestState, Vote
from bot.messages.buttons import approve, reject
from bot.messages.message import Block
from bot.messages.mrkdwn import date, person, phrase

_PASSED = frozenset({RequestState.CREATING, RequestState.CREATED, RequestState.FAILED})


def standing(request: Request) -> str:
    """While it waits: who may decide, the votes so far, until when."""
    who = f"Somebody other than {person(request.requester)} has to approve"
    if request.approvals_needed > 1:
        who = f"{request.approvals_needed} people other than {person(request.requester)} have to approve"
    rule = f" (rule: {phrase(request.rule, 200)})." if request.rule.strip() else "."
    yes = _voters(request, Choice.APPROVE)
    votes = f"{len(yes)} of {request.approvals_needed} so far: {_names(yes)}." if yes else ""
    until = f"Expires {date(request.expires_at)}." if request.expires_at else ""
    return "\n".join(part for part in (who + rule, " ".join(p for p in (votes, until) if p)) if part)


def decided(request: Request) -> str:
    """Once it is decided: by whom, and for a rejection why. Empty where nobody had to decide."""
    no = _voters(request, Choice.REJECT)
    if request.state is RequestState.REJECTED and no:
        reason = phrase(no[-1].reason, 300)
        return f"Rejected by {person(no[-1].user)}{f': {reason}' if reason else ''}"
    yes = _voters(request, Choice.APPROVE) if request.state in _PASSED else []
    return f"Approved by {_names(yes)}" if yes else ""


def ballot(request: Request, *, suffix: str = "") -> tuple[Block | None, ...]:
    """The two buttons, while votes count."""
    if request.state is not RequestState.AWAITING:
        return ()
    return approve(request, suffix=suffix), reject(request, suffix=suffix)


def _voters(request: Request, choice: Choice) -> list[Vote]:
    return [vote for vote in request.votes if vote.choice is choice]


def _names(votes: list[Vote]) -> str:
    names = [person(vote.user) for vote in votes[:10]]
    more = len(votes) - len(names)
    tail = [f"{more} more"] if more else []
    *firsts, last = [*names, *tail]
    return f"{', '.join(firsts)} and {last}" if firsts else last
