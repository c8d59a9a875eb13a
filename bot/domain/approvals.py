"""A request to run an operation, and the votes on it.

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

from bot.domain import quorum
from bot.domain.audience import NO_FACTS, Facts, includes
from bot.domain.options import NONE, Options
from bot.domain.plan_lines import Change
from bot.domain.quorum import Seat
from bot.domain.refusals import Refusal
from bot.domain.stacks import StackRef


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


REMIND_BEFORE = 0.25  # of its time
SHORTEST_REMINDED = 60.0  # seconds
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
    `round` counts how often the votes began anew, `void` says why they last did. `pinned`: the commit is the one that the preview ran. `look_at` is when to look at it again
    (0: never), `asked_at` since when votes are asked for.
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


def withdraw(request: Request, user: str, now: float) -> Request | Refusal:
    """Taken back by the one who asked, also while it is previewed or held."""
    if user != request.requester:
        return Refusal("Only the one who asked can withdraw this.", "You can reject it, with a reason.")
    if request.state in (RequestState.PREVIEWING, RequestState.HELD):
        return _counted(request, Vote(user, Choice.REJECT, now))
    return cast(request, Vote(user, Choice.REJECT, now))


def expire(request: Request, now: float) -> Request:
    """The request as it stands at `now`: EXPIRED when it waited too long, else unchanged."""
    return replace(request, state=RequestState.EXPIRED) if _is_late(request, now) else request


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


def _is_late(request: Request, now: float) -> bool:
    return request.state is RequestState.AWAITING and 0 < request.expires_at <= now


def _closed(request: Request, now: float) -> Refusal | None:
    """No vote counts any more, or none yet: who decided, without a word on when."""
    ended = rejection(request)
    if request.state is RequestState.EXPIRED or _is_late(request, now):
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
