"""Renderings of what surrounds a decision: previews before votes, holds, locks, broken glass, typed names, and who may what."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.domain.cards import Card
from bot.domain.commands import Command, Intent, Origin, Surface, Verb
from bot.domain.locks import Lock
from bot.domain.plan_lines import Change
from bot.domain.policy import Allow, Considered, Deny, NeedsApproval
from bot.domain.quorum import Seat
from bot.domain.requests import (
    Choice,
    Hold,
    Preview,
    Request,
    RequestState,
    Vote,
)
from bot.domain.stacks import StackRef
from bot.messages import approvals, cards, confirmations, locks, permissions
from bot.messages.actions import Press
from bot.messages.message import Message
from bot.messages.views import Opener

AT = 1_772_373_600.0
PROD = StackRef("acme", "web", "prod")
ADA, BEN, CYD = "U0ADA", "U0BEN", "U0CYD"
EVIL = "`now` <!channel> & *go*"
SEATS = (Seat(1, ("@platform",)), Seat(1, ("@sre", "members")))
FOUND = Preview(
    deployment_id="d-7",
    version=7,
    console_url="https://app.pulumi.com/acme/web/prod/deployments/7",
    commit="1f0c9ab4d2e7",
    changes={"create": 2, "replace": 1, "delete": 1, "same": 14},
    risky=(Change("replace", "aws:rds:Instance", "db"), *(Change("delete", "aws:s3:Bucket", f"b{n}") for n in range(10))),
)  # fmt: skip


def asked(state: RequestState = RequestState.AWAITING, **facts: Any) -> Request:
    told: dict[str, Any] = {
        "id": "r-1",
        "stack": PROD,
        "operation": "update",
        "requester": ADA,
        "channel": "C0DEPLOYS",
        "created_at": AT,
        "expires_at": AT + 3600,
        "rule": "production",
        "approvals_needed": 2,
        "seats": SEATS,
        "notify": (BEN, CYD),
        "reason": EVIL,
    }
    return Request(state=state, **{**told, **facts})


VOTES = (Vote(BEN, Choice.APPROVE, AT, seats=(0,)), Vote(CYD, Choice.APPROVE, AT, seats=(1,)))
FROZEN, LOCKED = Hold("frozen", until=AT + 7200), Hold(f"locked ({EVIL})", user=CYD)
LOCK = Lock(PROD, BEN, at=AT, until=AT + 7200, reason=EVIL, channel="C0DEPLOYS")
INTENT = Intent(Verb.DEPLOY, PROD, user=BEN, channel="C0DEPLOYS", surface=Surface.SLASH)
TRAIL = (
    Considered("data", applied=False, why="its stacks are acme/data/*"),
    Considered("production", applied=True, why="so"),
)
COMMAND = Command(
    "c-1", Verb.DESTROY, Origin("T1", "C0DEPLOYS", ADA, Surface.SLASH), stack="web/prod", reason=EVIL
)


def card(of: Request) -> Message:
    return cards.render(Card(request=of))


POLICY_CARDS = {
    "card-previewing": card(asked(RequestState.PREVIEWING)),
    "card-previewing-again": card(
        asked(RequestState.PREVIEWING, round=1, void="the stack's settings changed")
    ),
    "card-awaiting-seats": card(asked(votes=VOTES[:1], preview=FOUND, commit=FOUND.commit, branch="main")),
    "card-awaiting-unread": card(
        asked(preview=Preview("d-7", 7, changes={"same": 3}, named=False), requester_counts=True, seats=())
    ),
    "card-awaiting-anew": card(asked(round=2, void="the stack's settings changed", reason="", notify=())),
    "card-held-frozen": card(asked(RequestState.HELD, votes=VOTES, hold=FROZEN)),
    "card-held-locked": card(asked(RequestState.HELD, hold=LOCKED, approvals_needed=0, seats=())),
    "card-broke": card(asked(RequestState.CREATING, broke="production", approvals_needed=0, seats=())),
}
POLICY_REPLIES = {
    **{
        f"reply-decided-{state.value}": approvals.decided(asked(state, votes=VOTES, hold=FROZEN))
        for state in RequestState
        if state is not RequestState.REJECTED
    },
    "reply-decided-rejected": approvals.decided(
        asked(RequestState.REJECTED, votes=(Vote(BEN, Choice.REJECT, AT, EVIL),))
    ),
    "reply-decided-withdrawn": approvals.decided(
        asked(RequestState.REJECTED, votes=(Vote(ADA, Choice.REJECT, AT),))
    ),
    "reply-decided-unsure": approvals.decided(
        asked(RequestState.FAILED, votes=VOTES, unsure=True, problem="Pulumi Cloud did not answer.")
    ),
    "reply-decided-held-unasked": approvals.decided(asked(RequestState.HELD, hold=LOCKED)),
    "reply-glass-broken": approvals.glass_broken(asked(RequestState.CREATING, broke="production")),
    "reply-reminder": approvals.reminder(asked(votes=VOTES[:1])),
    "reply-votes-void": approvals.votes_void(asked(void="the stack's settings changed")),
    "reply-votes-void-preview": approvals.votes_void(
        asked(RequestState.PREVIEWING, void="the settings changed")
    ),
    "reply-not-counted": approvals.not_counted(asked(void="the stack's settings changed")),
    "reply-locked": locks.locked(LOCK),
    "reply-locked-over": locks.locked(Lock(PROD, ADA, at=AT), LOCK),
    "reply-unlocked": locks.unlocked(PROD, BEN, LOCK),
    "reply-unlocked-by-another": locks.unlocked(PROD, ADA, LOCK),
    "reply-unlocked-why": locks.unlocked(PROD, BEN, LOCK, reason=EVIL),
    "reply-lock-ran-out": locks.over(LOCK, at=AT + 7200),
    "reply-lock-unlocked": locks.over(LOCK, at=AT, user=ADA),
    "reply-lock-taken-over": locks.over(LOCK, at=AT, user=ADA, verb=Verb.LOCK),
    "reply-lock-again": locks.over(LOCK, at=AT, user=LOCK.user, verb=Verb.LOCK),
    "reply-your-lock-ran-out": locks.ran_out(LOCK),
    "reply-take-over": locks.take_over(LOCK, reason="mine", lasts=60.0),
    "reply-unlock-anyway": locks.unlock_anyway(Lock(PROD, BEN, at=AT)),
    "reply-lock-taken": locks.taken(LOCK, ADA, ended=False, reason=EVIL),
    "reply-lock-ended": locks.taken(LOCK, ADA, ended=True),
    "reply-type-name": confirmations.ask_to_type(COMMAND, PROD),
    "reply-type-name-again": confirmations.ask_to_type(replace(COMMAND, typed=EVIL), PROD),
    "reply-can": permissions.explained(INTENT, Allow("production", "So it says.", trail=TRAIL)),
    "reply-can-broke": permissions.explained(
        INTENT, Allow("production", "Past it.", broke=True, trail=TRAIL)
    ),
    "reply-can-held": permissions.explained(
        INTENT, Allow("production", "So it says.", hold=FROZEN, trail=TRAIL)
    ),
    "reply-can-locked": permissions.explained(INTENT, Allow("production", "So.", hold=LOCKED, trail=TRAIL)),
    "reply-can-approvals": permissions.explained(
        INTENT, NeedsApproval("production", "Two.", 2, 60.0, seats=SEATS, preview=True, trail=TRAIL)
    ),
    "reply-can-count": permissions.explained(
        INTENT, NeedsApproval("production", "Two.", 2, 60.0, trail=TRAIL)
    ),
    "reply-can-not": permissions.explained(INTENT, Deny("default", "No.", trail=())),
}
POLICY_VIEWS = {
    "view-type-name": confirmations.modal(
        Press(Verb.DESTROY, stack=str(PROD), reason=EVIL),
        Opener("C0DEPLOYS", "1.2", "https://x.example"),
    ),
    "view-type-name-deploy": confirmations.modal(Press(Verb.DEPLOY, stack=str(PROD))),
}
