"""What the renderings are tried on: short builders, and one sample per thing that can be said."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.cards import Card, Excerpt
from bot.domain.commands import Invocation, Verb
from bot.domain.deployments import Deployment, Job, Step
from bot.domain.locks import Lock
from bot.domain.options import Options, Variable
from bot.domain.overview import Overview
from bot.domain.pauses import Pause
from bot.domain.refusals import Refusal
from bot.domain.requests import Choice, Request, RequestState, Vote
from bot.domain.stacks import StackRef
from bot.domain.transitions import Kind, Transition
from bot.messages import (
    cards,
    deploy_form,
    histories,
    home,
    modals,
    notes,
    pauses,
    questions,
    replies,
    statuses,
)
from bot.messages.message import Message
from bot.messages.views import Opener
from tests.bot.messages.audit_samples import AUDIT_REPLIES, IDENTITY_REPLIES, IDENTITY_VIEWS
from tests.bot.messages.board_samples import BOARDS
from tests.bot.messages.policy_samples import POLICY_CARDS, POLICY_REPLIES, POLICY_VIEWS
from tests.bot.messages.settings_samples import SETTINGS_REPLIES, SETTINGS_VIEWS

START = datetime(2026, 3, 1, 14, 0, tzinfo=UTC)
NOW = START.timestamp() + 60
DEV = StackRef("acme", "web", "dev")
PROD = StackRef("acme", "web", "prod")
CROWD = tuple(f"U0P{n:02}" for n in range(12))
ADA, BEN, CYD = "U0ADA", "U0BEN", "U0CYD"
DEPLOYS = "C0DEPLOYS"
URL = "https://app.pulumi.com/acme/web/dev/deployments/42"
SHA = "1f0c9ab4d2e7788899aabbccddeeff0011223344"


def step(name: str, status: str, at: int = 0, seconds: int = 3) -> Step:
    if status == "not-started":
        return Step(name, status)
    return Step(name, status, START + timedelta(seconds=at), START + timedelta(seconds=at + seconds))


def deployment(status: str = "running", *steps: Step, seconds: int = 44, **facts: Any) -> Deployment:
    ran = status not in {"not-started", "accepted"}
    job = Job(status, START, START + timedelta(seconds=seconds), steps)
    told: dict[str, Any] = {
        "id": "d-42",
        "stack": DEV,
        "version": 42,
        "operation": "update",
        "created": START - timedelta(seconds=5),
        "modified": START + timedelta(seconds=seconds),
        "initiator": "quarterdeck",
        "requested_by": "deploy-bot",
        "jobs": (job,) if ran else (),
        "commit": SHA if ran else "",
        "branch": "refs/heads/main",
    }
    return Deployment(status=status, **{**told, **facts})


def request(state: RequestState = RequestState.CREATED, **facts: Any) -> Request:
    told: dict[str, Any] = {
        "id": "r-1",
        "stack": DEV,
        "operation": "update",
        "requester": ADA,
        "channel": DEPLOYS,
        "created_at": START.timestamp() - 6,
        "branch": "main",
    }
    return Request(state=state, **{**told, **facts})


def asked(state: RequestState = RequestState.AWAITING, **facts: Any) -> Request:
    """A request for production, which needs an approval."""
    told: dict[str, Any] = {
        "stack": PROD,
        "approvals_needed": 1,
        "expires_at": START.timestamp() + 3600,
        "rule": "production needs a second pair of eyes",
    }
    return request(state, **{**told, **facts})


def approved(user: str = BEN) -> Vote:
    return Vote(user=user, choice=Choice.APPROVE, at=START.timestamp())


def rejected(reason: str, user: str = BEN) -> Vote:
    return Vote(user=user, choice=Choice.REJECT, at=START.timestamp(), reason=reason)


RUNNING = deployment(
    "running",
    step("Get source", "succeeded", 0, 3),
    step("Install dependencies", "succeeded", 3, 12),
    step("pulumi update", "running", 15, 29),
    step("Upload logs", "not-started"),
)
SUCCEEDED = deployment(
    "succeeded",
    step("Get source", "succeeded", 0, 3),
    step("pulumi update", "succeeded", 3, 122),
    seconds=125,
    changes={"create": 3, "update": 1, "same": 12, "read": 2},
)
FAILED = deployment(
    "failed",
    step("Get source", "succeeded", 0, 3),
    step("pulumi update", "failed", 3, 41),
    step("Upload logs", "skipped", 44, 0),
)
QUEUED = deployment("not-started", version=43, id="d-43")
PREVIEWED = replace(SUCCEEDED, operation="preview", changes={"create": 2, "delete": 1})
FROM_CONSOLE = replace(SUCCEEDED, initiator="console", requested_by="Ada Lovelace")
EXCERPT = Excerpt(
    (
        "Diagnostics:",
        "  aws:s3:Bucket (assets):",
        "    error: creating S3 Bucket (assets): BucketAlreadyExists: <bucket> & `name` is taken",
    ),
    omitted=212,
)
LONG = deployment(
    "failed",
    *(step(f"Prepare {n}", "succeeded", n, 2) for n in range(7)),
    *(step(f"Check {n}", "skipped", 20) for n in range(8)),
    step("pulumi update", "failed", 30, 9),
    *(step(f"After {n}", "not-started") for n in range(4)),
)
OVERVIEW = Overview(
    org="acme",
    as_of=NOW - 4,
    active=(RUNNING, QUEUED, replace(QUEUED, stack=PROD, version=7, id="d-7")),
    recent=(FROM_CONSOLE, replace(FAILED, stack=PROD, version=6, id="d-6")),
    paused_stacks=("web/prod",),
)
IDLE = Overview(org="acme", as_of=NOW - 4, recent=(SUCCEEDED,))
STALE = Overview(org="umbrella", as_of=NOW - 600, paused=True, problem="Pulumi Cloud does not answer.")
LOG = [f"line {number}" for number in range(1, 201)]


def _card(deployed: Deployment | None = None, of: Request | None = None, **facts: Any) -> Message:
    return cards.render(Card(request=of, deployment=deployed, console_url=URL if deployed else "", **facts))


def _step(status: str, seconds: int | None = 41) -> Transition:
    took = None if seconds is None else timedelta(seconds=seconds)
    return Transition(f"step:0:1:{status}", Kind.STEP, status, took, "pulumi update", 0, 1)


OPTIONS = Options(
    environment=(
        Variable("REGION", "eu-west-1"),
        Variable("API_TOKEN", "gAAAAA-sealed", is_sealed=True),
        Variable("NOTE", "`a` <b> & c"),
    ),
    inherit=False,
    message="hotfix for the <login> `page`",
)
MANY = Options(environment=tuple(Variable(f"V{n}", "x" * 60) for n in range(9)))
CARDS = {
    **POLICY_CARDS,
    "card-awaiting": _card(of=asked()),
    "card-awaiting-options": _card(of=asked(options=OPTIONS)),
    "card-running-options": _card(RUNNING, request(options=replace(OPTIONS, inherit=True, message=""))),
    "card-again-options": _card(FAILED, request(options=MANY)),
    "card-awaiting-destroy-two": _card(
        of=asked(operation="destroy", approvals_needed=3, votes=(approved(),), rule="", expires_at=0.0)
    ),
    "card-rejected": _card(of=asked(RequestState.REJECTED, votes=(rejected("not on a <!channel> Friday"),))),
    "card-rejected-silently": _card(of=asked(RequestState.REJECTED, votes=(rejected(" "),))),
    "card-withdrawn": _card(of=asked(RequestState.REJECTED, votes=(approved(), rejected("typo", ADA)))),
    "card-rejected-by-nobody": _card(of=asked(RequestState.REJECTED)),
    "card-expired": _card(of=asked(RequestState.EXPIRED)),
    "card-approved-by-many": _card(
        of=asked(RequestState.CREATING, votes=tuple(approved(user) for user in CROWD))
    ),
    "card-creating": _card(of=asked(RequestState.CREATING, votes=(approved(),))),
    "card-created": _card(of=request(version=42, deployment_id="d-42", console_url=URL)),
    "card-not-started": _card(
        of=request(
            RequestState.FAILED, problem="Pulumi Cloud said: no settings & <none>", operation="detect-drift"
        )
    ),
    "card-may-have-started": _card(
        of=request(RequestState.FAILED, unsure=True, problem="Pulumi Cloud did not answer.")
    ),
    "card-could-not-start": _card(of=request(RequestState.FAILED, problem="Pulumi Cloud said: no")),
    "card-queued": _card(QUEUED, request(), waiting_for="web/dev#42 to finish"),
    "card-queued-paused": _card(QUEUED, request(), waiting_for="the stack is paused"),
    "card-queued-unsaid": _card(replace(QUEUED, created=None), None),
    "card-running": _card(RUNNING, request()),
    "card-running-approved": _card(
        replace(RUNNING, stack=PROD), asked(RequestState.CREATED, votes=(approved(), approved(CYD)))
    ),
    "card-running-jobless": _card(replace(RUNNING, jobs=())),
    "card-canceling": _card(RUNNING, request(), canceled_by=BEN),
    "card-canceled": _card(FAILED, request(), canceled_by=BEN),
    "card-canceled-too-late": _card(SUCCEEDED, request(), canceled_by=BEN),
    "card-succeeded": _card(SUCCEEDED, request()),
    "card-succeeded-from-console": _card(FROM_CONSOLE),
    "card-succeeded-unknown-initiator": _card(
        replace(SUCCEEDED, initiator="carrier pigeon", requested_by="", changes={}, branch="", commit="")
    ),
    "card-drift": _card(replace(SUCCEEDED, operation="detect-drift", initiator="", requested_by="ada")),
    "card-previewed": _card(PREVIEWED, request(operation="preview")),
    "card-destroyed": _card(
        replace(SUCCEEDED, operation="destroy", changes={"delete": 12}),
        request(operation="destroy", branch="", commit=SHA),
    ),
    "card-failed": _card(FAILED, request(), excerpt=EXCERPT),
    "card-failed-unread": _card(FAILED, request()),
    "card-failed-stepless": _card(
        deployment("failed", seconds=2), request(), excerpt=Excerpt(("Killed", "out of memory"))
    ),
    "card-destroy-failed": _card(replace(FAILED, operation="destroy"), request(operation="destroy")),
    "card-skipped-midway": _card(deployment("skipped", step("Get source", "succeeded")), request()),
    "card-failed-long": _card(LONG, request()),
    "card-skipped": _card(deployment("skipped", jobs=()), request()),
    "card-unknown-status": _card(deployment("hibernating", step("Nap", "dreaming")), request()),
    "card-gone": _card(RUNNING, request(), gone=True),
    "card-empty": _card(),
}
NOTES = {
    "note-started": notes.transition(Transition("started", Kind.STARTED, "running", timedelta(seconds=5))),
    "note-started-unknown": notes.transition(Transition("started", Kind.STARTED, "running")),
    "note-step-succeeded": notes.transition(_step("succeeded")),
    "note-step-failed": notes.transition(_step("failed")),
    "note-step-unknown": notes.transition(_step("dreaming", None)),
    "note-ended-succeeded": notes.transition(
        Transition("ended:succeeded", Kind.ENDED, "succeeded", timedelta(seconds=3780))
    ),
    "note-ended-failed": notes.transition(
        Transition("ended:failed", Kind.ENDED, "failed", timedelta(seconds=44))
    ),
    "note-ended-canceled": notes.transition(
        Transition("ended:failed", Kind.ENDED, "failed", timedelta(seconds=44)), canceled_by=BEN
    ),
    "note-failure": notes.failure(FAILED, "pulumi update", EXCERPT),
    "note-failure-one-left-out": notes.failure(FAILED, "pulumi update", Excerpt(("error: no",), omitted=1)),
    "note-failure-whole": notes.failure(FAILED, "", Excerpt(("error: no",))),
    "note-failure-unread": notes.failure(FAILED, "pulumi update", None),
}
PAUSES = {
    "*": Pause(BEN, START.timestamp(), "release freeze"),
    "web/prod": Pause(ADA, START.timestamp()),
    "web/gone": Pause(ADA, START.timestamp(), "long over"),
}
PAST = histories.Past(
    stack=DEV,
    deployments=(
        QUEUED,
        RUNNING,
        replace(FAILED, id="d-41", version=41),
        replace(FAILED, id="d-40", version=40),
        replace(FROM_CONSOLE, id="d-39", version=39, created=None),
    ),
    total=23,
    page=2,
    urls={"d-42": URL},
    requesters={"d-42": ADA, "d-41": ADA},
    canceled_by={"d-41": BEN},
)
REPLIES = {
    "reply-refusal": replies.refusal(
        Refusal("The request was decided already.", "Ask for the operation again.", people=(BEN,))
    ),
    "reply-refusal-bare": replies.refusal(Refusal('"<!channel>" is no stack.')),
    "reply-failure": replies.failure("Pulumi Cloud said: <b>no</b>", "cmd-7f3a"),
    "reply-failure-nameless": replies.failure("Something went wrong on my side.", ""),
    "reply-help": replies.help_text("/pulumi"),
    "reply-status": statuses.status([OVERVIEW], now=NOW),
    "reply-status-idle": statuses.status([IDLE], now=NOW),
    "reply-status-canceled": statuses.status(
        [replace(IDLE, recent=(FAILED,), canceled={FAILED.id: "U0BEN"})], now=NOW
    ),
    "reply-status-empty": statuses.status([], now=NOW),
    "reply-status-many": statuses.status(
        [
            replace(OVERVIEW, active=(RUNNING,) * 12, paused_stacks=tuple(f"web/s{n}" for n in range(11))),
            STALE,
        ],
        now=NOW,
    ),
    "reply-status-stack": statuses.status([OVERVIEW, STALE], stack=PROD, now=NOW),
    "reply-status-stack-running": statuses.status([OVERVIEW], stack=DEV, now=NOW),
    "reply-status-stack-never": statuses.status([IDLE], stack=PROD, now=NOW),
    "reply-status-stack-held": statuses.status(
        [replace(OVERVIEW, paused=True, paused_stacks=())], stack=PROD, now=NOW
    ),
    "reply-confirm-cancel": replies.confirm_cancel(RUNNING),
    "reply-confirm-cancel-queued": replies.confirm_cancel(QUEUED),
    "reply-confirm-destroy": replies.confirm_destroy(DEV),
    "reply-decided-destroy": questions.decided(Verb.DESTROY, "web/dev"),
    "reply-confirm-destroy-branch": replies.confirm_destroy(DEV, branch="main"),
    "reply-paused": pauses.paused(DEV, ADA),
    "reply-resumed": pauses.resumed(DEV, ADA),
    "reply-paused-why": pauses.paused(DEV, ADA, "migration <runs> until `five`"),
    "reply-paused-org": pauses.paused_org("acme", ADA, "release freeze"),
    "reply-resumed-org": pauses.resumed_org("acme", ADA),
    "reply-confirm-pause-org": pauses.confirm_org(
        Verb.PAUSE_ORG, "acme", stacks=12, under_way=2, waiting=0, reason="release freeze"
    ),
    "reply-confirm-pause-org-idle": pauses.confirm_org(
        Verb.PAUSE_ORG, "acme", stacks=0, under_way=0, waiting=0
    ),
    "reply-confirm-pause-org-one": pauses.confirm_org(
        Verb.PAUSE_ORG, "acme", stacks=1, under_way=1, waiting=0
    ),
    "reply-confirm-resume-org": pauses.confirm_org(
        Verb.RESUME_ORG, "acme", stacks=12, under_way=0, waiting=1
    ),
    "reply-status-paused-why": statuses.status(
        [replace(OVERVIEW, paused=True, paused_stacks=("web/prod", "api/dev"), pauses=PAUSES)], now=NOW
    ),
    "reply-history": histories.history(PAST),
    "reply-history-failed": histories.history(
        replace(PAST, deployments=(FAILED,), total=1, status="failed", page=1)
    ),
    "reply-history-last": histories.history(replace(PAST, deployments=(SUCCEEDED,), page=3)),
    "reply-history-beyond": histories.history(replace(PAST, deployments=(), page=9)),
    "reply-history-never": histories.history(replace(PAST, deployments=(), total=0, page=1)),
    "reply-history-none": histories.history(replace(PAST, deployments=(), total=0, status="failed", page=1)),
    "reply-history-none-waits": histories.history(
        replace(PAST, deployments=(), total=0, status="not-started", page=1)
    ),
    "reply-one": histories.one(FAILED, url=URL, requester=ADA),
    "reply-one-queued": histories.one(QUEUED, url=""),
    "reply-canceling": replies.canceling(RUNNING),
    "reply-vote-approved": replies.vote_recorded(
        asked(RequestState.CREATING, votes=(approved(),)), approved()
    ),
    "reply-vote-counted": replies.vote_recorded(asked(approvals_needed=2, votes=(approved(),)), approved()),
    "reply-vote-withdrawn": replies.vote_recorded(asked(RequestState.REJECTED), rejected("typo", ADA)),
    "reply-vote-rejected": replies.vote_recorded(asked(RequestState.REJECTED), rejected("no")),
    "reply-not-in-channel": replies.refusal(replies.not_in_channel(DEPLOYS)),
    "reply-not-in-conversation": replies.refusal(replies.not_in_channel("D0ADA")),
    "reply-log": replies.log(FAILED, LOG, total=2431),
    "reply-log-short": replies.log(FAILED, ["only one"]),
    "reply-log-empty": replies.log(RUNNING, []),
}
VIEWS = {
    "view-log-loading": modals.log_loading("Log of web/dev", Opener(DEPLOYS, "1.2")),
    "view-log": modals.log(FAILED, LOG, total=2431, opener=Opener(DEPLOYS, "1.2")),
    "view-log-nowhere": modals.log(FAILED, ["a", "b"]),
    "view-log-empty": modals.log(RUNNING, [], opener=Opener(DEPLOYS)),
    "view-reject": modals.reject(asked(), Opener(DEPLOYS, "1.2", "https://hooks.slack.com/actions/T0/1/x")),
    "view-reject-sourceless": modals.reject(asked(branch="")),
    "view-form": deploy_form.form(),
    "view-form-given": deploy_form.form(
        Invocation(Verb.PREVIEW, branch="main", options=OPTIONS),
        Opener(DEPLOYS, response_url="https://hooks.slack.com/commands/T0/1/x"),
    ),
    "view-form-in-a-dm": deploy_form.form(Invocation(Verb.DEPLOY, commit=SHA), Opener("D0ADA")),
    "view-problem": modals.problem("Log", "web/dev#42 does not exist at <Pulumi>."),
    "view-home": home.home([OVERVIEW], [asked(), asked(id="r-2", requester=BEN)], user=BEN, now=NOW),
    "view-home-locked": home.home(
        [OVERVIEW],
        [],
        [Lock(PROD, ADA, at=NOW, until=NOW + 3600, reason="migration"), Lock(DEV, BEN, at=NOW)],
        user=BEN,
        now=NOW,
    ),
    "view-home-first": home.home([], [], user=ADA, now=NOW),
    "view-home-many": home.home([IDLE, STALE], [asked(id=f"r-{n}") for n in range(13)], user=BEN, now=NOW),
}
VIEWS |= SETTINGS_VIEWS | IDENTITY_VIEWS | POLICY_VIEWS
MESSAGES: dict[str, Message] = {
    **BOARDS,
    **CARDS,
    **NOTES,
    **REPLIES,
    **SETTINGS_REPLIES,
    **POLICY_REPLIES,
    **AUDIT_REPLIES,
    **IDENTITY_REPLIES,
}
