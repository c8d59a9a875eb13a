"""The approval part of a card: who may decide, how it stands, what was decided."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.approvals import approvers, is_withdrawn, rejection
from bot.domain.quorum import described
from bot.domain.requests import Request, RequestState
from bot.messages.buttons import approve, reject, withdraw
from bot.messages.message import Block
from bot.messages.mrkdwn import date, person, phrase

_PASSED = frozenset({RequestState.HELD, RequestState.CREATING, RequestState.CREATED, RequestState.FAILED})
_NAMES = 10


def standing(request: Request) -> str:
    """While it waits: who may decide, the votes so far, until when."""
    who = _who(request)
    rule = f" (rule: {phrase(request.rule, 200)})." if request.rule.strip() else "."
    yes = approvers(request)
    votes = f"{len(yes)} of {request.approvals_needed} so far: {_names(yes)}." if yes else ""
    until = f"Expires {date(request.expires_at)}." if request.expires_at else ""
    named = f"May approve: {_names(request.notify)}." if request.notify else ""
    return "\n".join(part for part in (who + rule, named, " ".join(p for p in (votes, until) if p)) if part)


def _who(request: Request) -> str:
    """Whose approval it takes."""
    others = "" if request.requester_counts else f" other than {person(request.requester)}"
    if request.seats:
        return f"It takes approvals of people{others}: {phrase(described(request.seats), 300)}"
    if request.approvals_needed > 1:
        return f"{request.approvals_needed} people{others} have to approve"
    return f"Somebody{others} has to approve"


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


def ballot(request: Request, *, suffix: str = "", own: bool | None = None) -> tuple[Block | None, ...]:
    """The buttons while votes count; what is previewed or held can only be taken back.

    `own`: whether the reader is the one who asked, None where anybody reads it.
    """
    back = None if own is False else withdraw(request, suffix=suffix)
    if request.state in (RequestState.PREVIEWING, RequestState.HELD):
        return (back,)
    if request.state is not RequestState.AWAITING:
        return ()
    votes = own is not True or request.requester_counts
    return (*((approve(request, suffix=suffix), reject(request, suffix=suffix)) if votes else ()), back)


def _names(users: Sequence[str]) -> str:
    names = [person(user) for user in users[:_NAMES]]
    more = len(users) - len(names)
    *firsts, last = [*names, *([f"{more} more"] if more else [])]
    return f"{', '.join(firsts)} and {last}" if firsts else last
