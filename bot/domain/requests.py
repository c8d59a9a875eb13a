"""A request to run an operation: what it is about, where it stands, and when it is looked at again. Its votes: `bot.domain.approvals`.

```
            ┌─ PREVIEWING ─┐                                   ┌─▶ HELD ─┐
asked ──────┤              ├─▶ AWAITING ──(enough approvals)───┤         ├─▶ CREATING ─▶ CREATED | FAILED
            └──────────────┘      │ ▲                          └─────────┘
                                  │ └─(what was approved has changed: the votes are void)
                                  └─▶ REJECTED | EXPIRED
```
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from math import inf

from bot.domain.options import NONE, Options
from bot.domain.plan_lines import Change
from bot.domain.quorum import Seat
from bot.domain.stacks import StackRef

REMIND_BEFORE = 0.25  # of its time
SHORTEST_REMINDED = 60.0  # seconds


class RequestState(StrEnum):
    """Where a request stands. Only `AWAITING` takes votes; `CREATING` survives a crash and is looked up before it is tried again."""

    PREVIEWING = "previewing"
    AWAITING = "awaiting"
    HELD = "held"
    CREATING = "creating"
    CREATED = "created"
    REJECTED = "rejected"
    EXPIRED = "expired"
    FAILED = "failed"


OPEN = frozenset({RequestState.PREVIEWING, RequestState.AWAITING, RequestState.HELD})


class Choice(StrEnum):
    """A vote."""

    APPROVE = "approve"
    REJECT = "reject"


@dataclass(frozen=True, slots=True)
class Vote:
    """One person's decision. `at` is Unix seconds; a rejection says why. `seats` are the places of the seats that it can fill."""

    user: str
    choice: Choice
    at: float
    reason: str = ""
    seats: tuple[int, ...] = (0,)


@dataclass(frozen=True, slots=True)
class Preview:
    """What a preview found: the commit that it ran, counts by operation, and what would go, by name.

    `named` is False where its log could not be read, so that nobody takes silence for "nothing is deleted".
    """

    deployment_id: str
    version: int
    console_url: str = ""
    commit: str = ""
    changes: dict[str, int] = field(default_factory=dict)
    risky: tuple[Change, ...] = ()
    named: bool = True


@dataclass(frozen=True, slots=True)
class Hold:
    """Why a decided request does not run yet: until when (Unix seconds, 0: until somebody unlocks), in words, and by whom."""

    why: str
    until: float = 0.0
    user: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    """Somebody wants an operation to run on a stack; the record outlives restarts.

    `id` is the id of the Command, and the name under which the created deployment carries it
    (`QUARTERDECK_REQUEST_<id>`). Times are Unix seconds; `expires_at` is 0 where nothing expires.
    `problem` says why it failed, in words for a person; `unsure`: nobody knows whether it was started all the same.

    What approvals bind: operation, stack, `branch` or `commit`, `options`, and `settings`, a digest of the stack's own.
    `seats` are who must approve (empty: `approvals_needed` of everyone), `shared` whether one person may fill several.
    `round` counts how often the votes began anew, `void` says why they last did. `pinned`: the commit is the one that the
    preview ran. `look_at` is when to look at it again (0: never), `asked_at` since when votes are asked for.
    `notify` hear of it in direct messages. `for_request` is the request that this one is the preview of. `broke` names the rule
    that it was let past. `identity` is the Pulumi login as which the requester asked, empty for the bot's own.
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
    unsure: bool = False
    deployment_id: str = ""
    version: int = 0
    console_url: str = ""
    options: Options = NONE
    reason: str = ""
    surface: str = ""
    seats: tuple[Seat, ...] = ()
    shared: bool = False
    requester_counts: bool = False
    previews: bool = False
    preview: Preview | None = None
    pinned: bool = False
    settings: str = ""
    round: int = 0
    void: str = ""
    hold: Hold | None = None
    look_at: float = 0.0
    asked_at: float = 0.0
    reminded: bool = False
    notify: tuple[str, ...] = ()
    for_request: str = ""
    broke: str = ""
    identity: str = ""

    @property
    def is_open(self) -> bool:
        """Not decided, or not yet let go."""
        return self.state in OPEN

    @property
    def is_watched(self) -> bool:
        """Open, or let go by a worker that may have died since."""
        return self.is_open or (self.state is RequestState.CREATING and self.look_at > 0)

    @property
    def quorum(self) -> tuple[Seat, ...]:
        """The seats that approvals fill."""
        return self.seats or (Seat(self.approvals_needed),)

    def is_late(self, now: float) -> bool:
        """Whether it waits for votes although its time is over."""
        return self.state is RequestState.AWAITING and 0 < self.expires_at <= now


def expire(request: Request, now: float) -> Request:
    """The request as it stands at `now`: EXPIRED when it waited too long, else unchanged."""
    return replace(request, state=RequestState.EXPIRED) if request.is_late(now) else request


def due(request: Request) -> float:
    """When it is to be looked at again (Unix seconds): to remind, to expire, or to go on; infinity for never."""
    if request.state is not RequestState.AWAITING:
        return request.look_at or inf
    if not request.expires_at:
        return inf
    return remind_at(request) if needs_reminder(request) else request.expires_at


def needs_reminder(request: Request) -> bool:
    """Once, and not where the request is as good as new when it expires."""
    asked = request.asked_at or request.created_at
    return not request.reminded and request.expires_at - asked >= SHORTEST_REMINDED


def remind_at(request: Request) -> float:
    """When three quarters of its time are over."""
    asked = request.asked_at or request.created_at
    return request.expires_at - (request.expires_at - asked) * REMIND_BEFORE


def asked_anew(request: Request, now: float) -> Request:
    """Votes are asked for from now on, with as much time as there was before."""
    lasts = request.expires_at - (request.asked_at or request.created_at) if request.expires_at else 0.0
    return replace(
        request, asked_at=now, expires_at=now + lasts if lasts else 0.0, look_at=0.0, reminded=False
    )


def begin_anew(request: Request, *, why: str, settings: str) -> Request:
    """The votes are void, because what they were for has changed; where a preview is asked for, it comes first again."""
    return replace(
        request,
        state=RequestState.PREVIEWING if request.previews else RequestState.AWAITING,
        votes=(),
        settings=settings,
        preview=None,
        commit="" if request.pinned else request.commit,
        pinned=False,
        round=request.round + 1,
        void=why,
        hold=None,
    )
