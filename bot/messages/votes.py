"""The approval part of a card: who may decide, how it stands, what was decided."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.approvals import Request, RequestState, approvers, is_withdrawn, rejection
from bot.messages.buttons import approve, reject
from bot.messages.message import Block
from bot.messages.mrkdwn import date, person, phrase

_PASSED = frozenset({RequestState.CREATING, RequestState.CREATED, RequestState.FAILED})
_NAMES = 10


def standing(request: Request) -> str:
    """While it waits: who may decide, the votes so far, until when."""
    who = f"Somebody other than {person(request.requester)} has to approve"
    if request.approvals_needed > 1:
        who = f"{request.approvals_needed} people other than {person(request.requester)} have to approve"
    rule = f" (rule: {phrase(request.rule, 200)})." if request.rule.strip() else "."
    yes = approvers(request)
    votes = f"{len(yes)} of {request.approvals_needed} so far: {_names(yes)}." if yes else ""
    until = f"Expires {date(request.expires_at)}." if request.expires_at else ""
    return "\n".join(part for part in (who + rule, " ".join(p for p in (votes, until) if p)) if part)


def approval(request: Request) -> str:
    """Who approved what then was started; empty where nobody had to."""
    yes = approvers(request) if request.state in _PASSED else ()
    return f"Approved by {_names(yes)}" if yes else ""


def refused(request: Request) -> str:
    """Who rejected it and why, or that the one who asked took it back."""
    vote = rejection(request)
    if vote is None:
        return ""
    reason = phrase(vote.reason, 300)
    word = "Withdrawn" if is_withdrawn(request) else "Rejected"
    return f"{word} by {person(vote.user)}{f': {reason}' if reason else ''}"


def ballot(request: Request, *, suffix: str = "") -> tuple[Block | None, ...]:
    """The two buttons, while votes count."""
    if request.state is not RequestState.AWAITING:
        return ()
    return approve(request, suffix=suffix), reject(request, suffix=suffix)


def _names(users: Sequence[str]) -> str:
    names = [person(user) for user in users[:_NAMES]]
    more = len(users) - len(names)
    *firsts, last = [*names, *([f"{more} more"] if more else [])]
    return f"{', '.join(firsts)} and {last}" if firsts else last
