"""A request to run an operation, and the votes on it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

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
