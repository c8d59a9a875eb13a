"""Which buttons a card has in which state: what fits comes first, what is dangerous last."""

from __future__ import annotations

from bot.domain.cards import Card
from bot.domain.commands import Verb
from bot.domain.deployments import SKIPPED, SUCCEEDED, Deployment
from bot.domain.queue import STACK_PAUSED
from bot.domain.requests import Request, RequestState
from bot.messages import buttons
from bot.messages.message import Block
from bot.messages.votes import ballot
from bot.messages.words import operation, verb_of

_OVER = frozenset({RequestState.REJECTED, RequestState.EXPIRED, RequestState.FAILED})


def controls(card: Card, console_url: str) -> tuple[Block | None, ...]:
    """The row of buttons for this state."""
    deployment, request = card.deployment, card.request
    if deployment is None:
        return _of_request(request) if request else ()
    if card.gone:
        return (_again(deployment, request),)
    look = (
        buttons.logs(deployment) if _may_have_logs(deployment) else None,
        buttons.open_in_pulumi(console_url),
    )
    if deployment.is_final:
        return (*_next(deployment, request), *look, buttons.pause(deployment.stack))
    flow = buttons.resume if held_by_pause(card) else buttons.pause
    return (*look, flow(deployment.stack), None if card.canceled_by else buttons.cancel(deployment))


def held_by_pause(card: Card) -> bool:
    """Whether it waits because the stack is paused, which a person can end here."""
    return card.waiting_for == STACK_PAUSED


def _may_have_logs(deployment: Deployment) -> bool:
    """One that never left the queue has none."""
    return not deployment.is_queued and (bool(deployment.jobs) or deployment.status != SKIPPED)


def _of_request(request: Request) -> tuple[Block | None, ...]:
    voting = ballot(request)
    if voting:
        return voting
    opened = buttons.open_in_pulumi(request.console_url)
    verb = verb_of(request.operation)
    if request.state not in _OVER or verb is None:
        return (opened,)
    label = f"{operation(request.operation).capitalize()} again"
    again = buttons.start(
        label, verb, request.stack, branch=request.branch, commit=request.commit, like=request
    )
    return again, opened


def _next(deployment: Deployment, request: Request | None) -> tuple[Block | None, ...]:
    return _deploy_previewed(deployment, request), _again(deployment, request)


def _deploy_previewed(deployment: Deployment, request: Request | None) -> Block | None:
    """Deploy what was previewed: the commit that ran, where it is known."""
    if deployment.operation != "preview" or deployment.status != SUCCEEDED:
        return None
    branch, commit = deployment.branch, deployment.commit
    return buttons.start(
        "Deploy",
        Verb.DEPLOY,
        deployment.stack,
        branch=branch,
        commit=commit,
        like=request,
        style="primary",
    )


def _again(deployment: Deployment, request: Request | None) -> Block | None:
    """The same operation, as it was asked for: a branch may have moved on since, a commit has not."""
    verb = verb_of(deployment.operation)
    if verb is None or (verb is Verb.DESTROY and deployment.status == SUCCEEDED):
        return None
    branch = request.branch if request else deployment.branch
    commit = request.commit if request else ""
    label = f"{operation(deployment.operation).capitalize()} again"
    return buttons.start(label, verb, deployment.stack, branch=branch, commit=commit, like=request)
