"""The card of a request and of the deployment it became: the stack and how it stands first, what can be done last."""

from __future__ import annotations

from bot.domain.approvals import is_withdrawn
from bot.domain.cards import Card
from bot.domain.deployments import FAILED, RUNNING, SKIPPED, SUCCEEDED, Deployment
from bot.domain.options import NONE
from bot.domain.requests import RequestState
from bot.domain.stacks import StackRef
from bot.messages import approvals
from bot.messages.blocks import actions, context, message, paragraphs, section
from bot.messages.controls import controls, held_by_pause
from bot.messages.message import Message
from bot.messages.mrkdwn import code, date, link, person, phrase, sentence
from bot.messages.options import differs, why
from bot.messages.steps import progress, step_list
from bot.messages.votes import approval, refused
from bot.messages.words import (
    BROKEN,
    BUSY,
    HELD,
    LOCKED,
    as_owner,
    canceled,
    changes,
    icon,
    joined,
    operation,
    outcome,
    source,
    started_by,
    status,
)

_REQUESTS = {
    RequestState.PREVIEWING: (BUSY, "being previewed"),
    RequestState.HELD: (HELD, "on hold"),
    RequestState.AWAITING: (LOCKED, "waiting for approval"),
    RequestState.CREATING: (BUSY, "starting…"),
    RequestState.CREATED: (BUSY, "starting…"),
    RequestState.REJECTED: (BROKEN, "rejected"),
    RequestState.EXPIRED: ("", "expired"),
    RequestState.FAILED: (BROKEN, "could not be started"),
}
_UNSURE = ("❓", "may have started")


def render(card: Card) -> Message:
    """The message that shows this state; the same state gives the same message."""
    mark, how = stands(card)
    what, about, by, board = operation(_operation(card)), _about(card), _context(card), _on_board(card)
    steps = card.deployment.steps if card.deployment and not (card.gone or board) else ()
    options = card.request.options if card.request else NONE
    about = [part for part in (why(options), *about) if part]
    title = joined(f"{mark} *{link(_console_url(card), name_of(card), 240)}*".strip(), what, how)
    voted, differing = _voted(card), differs(options)
    said = (
        f"{phrase(name_of(card), 240)}: {what} {how}",
        *about,
        _capital(by) if _who(card) else by,
        _capital(differing),
        voted,
        board or progress(steps),
    )
    return message(
        " ".join(sentence(part) for part in said if part),
        [
            *paragraphs([title, *about]),
            *context(by, _capital(differing), voted, board),
            *([section(step_list(steps))] if steps else []),
            *actions(*controls(card, _console_url(card))),
        ],
    )


def stands(card: Card) -> tuple[str, str]:
    """Its mark, and how it stands in a few words."""
    if card.gone:
        return "", "no longer known to Pulumi"
    if card.deployment is not None:
        return _deployment_state(card.deployment, card)
    if card.request is None:
        return "", "unknown"
    if card.request.state is RequestState.FAILED and card.request.unsure:
        return _UNSURE
    return ("", "withdrawn") if is_withdrawn(card.request) else _REQUESTS[card.request.state]


def _deployment_state(deployment: Deployment, card: Card) -> tuple[str, str]:
    if deployment.is_final:
        mark = "" if canceled(deployment, card.canceled_by) else icon(deployment.status)
        return mark, outcome(deployment, card.canceled_by)
    if card.canceled_by:
        return BUSY, f"being canceled by {person(card.canceled_by)}"
    if deployment.is_queued and held_by_pause(card):
        return HELD, "queued"
    return icon(deployment.status), status(deployment.status)


def _about(card: Card) -> list[str]:
    """The sentences under the title: what it waits for, why it ended so, what it changed."""
    if card.gone:
        return ["It may have been deleted there, so I can't follow it any more."]
    told = _of_deployment(card.deployment, card) if card.deployment else _of_request(card)
    return [sentence for sentence in told if sentence]


def _of_request(card: Card) -> list[str]:
    request = card.request
    if request is None:
        return []
    if request.is_open:
        return approvals.about(request)
    if request.state is RequestState.REJECTED:
        return [refused(request), "Nothing was started."]
    if request.state is RequestState.EXPIRED:
        return ["Nobody decided in time, so nothing was started."]
    return [phrase(request.problem, 600)] if request.state is RequestState.FAILED else []


def _of_deployment(deployment: Deployment, card: Card) -> list[str]:
    if deployment.is_queued:
        why = waiting(card.waiting_for)
        return [f"{_capital(why)}." if why else ""]
    if deployment.status == FAILED and not canceled(deployment, card.canceled_by):
        return [_why(deployment, card), changes(deployment)]
    if deployment.status == SKIPPED and not card.canceled_by:
        return ["Pulumi skipped it: a newer one took its place, or it waited in the queue for too long."]
    if deployment.status == SUCCEEDED and card.canceled_by:
        return [f"{person(card.canceled_by)} asked to cancel it, but it finished first.", changes(deployment)]
    return [changes(deployment)]


def waiting(reason: str) -> str:
    """`waiting for web/dev#41 to finish`, `waiting: the stack is paused`; empty where there is no reason."""
    why = phrase(reason, 200)
    if not why:
        return ""
    return f"waiting for {why}" if why.endswith("to finish") else f"waiting: {why}"


def _why(deployment: Deployment, card: Card) -> str:
    step = deployment.failed_step
    where = f"Failed in *{phrase(step.name, 100)}*" if step else "Failed"
    lines = [line for line in card.excerpt.lines if line.strip()] if card.excerpt else []
    if not lines:
        return f"{where}."
    telling = next((line for line in lines if "error" in line.lower()), lines[-1])
    return f"{where}: {code(telling, 160)} (more in the thread)"


def _context(card: Card) -> str:
    """By whom, from what, since when."""
    request, deployment = card.request, card.deployment
    branch = (deployment.branch if deployment else "") or (request.branch if request else "")
    commit = (deployment.commit if deployment else "") or (request.commit if request else "")
    return joined(_who(card), source(branch, commit), _when(card))


def _who(card: Card) -> str:
    if card.request:
        return f"by {person(card.request.requester)}{as_owner(card.request.identity)}"
    return started_by(card.deployment) if card.deployment else ""


def _voted(card: Card) -> str:
    """Who approved it, or that nobody had to; a rejection is told under the title."""
    return approval(card.request) or approvals.broke(card.request) if card.request else ""


def _when(card: Card) -> str:
    deployment = card.deployment
    if deployment is None:
        return f"asked {date(card.request.created_at)}" if card.request else ""
    if deployment.started:
        return f"started {date(deployment.started)}"
    queued = deployment.status != RUNNING and deployment.created
    return f"queued {date(queued)}" if queued else ""


def _on_board(card: Card) -> str:
    """Where its steps are shown while it runs, when that is not here."""
    deployment = card.deployment
    if card.board is None or deployment is None or deployment.is_queued or deployment.is_final or card.gone:
        return ""
    return f"Its steps are on {link(card.board, 'the board of this channel')}."


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _stack(card: Card) -> StackRef | None:
    part = card.deployment or card.request
    return part.stack if part else None


def _operation(card: Card) -> str:
    return (card.deployment.operation if card.deployment else "") or (
        card.request.operation if card.request else ""
    )


def name_of(card: Card) -> str:
    """`web/dev#42`, and `web/dev` before it has a number."""
    part, stack = card.deployment or card.request, _stack(card)
    if part is None or stack is None:
        return "deployment"
    return f"{stack.short}#{part.version}" if part.version else stack.short


def _console_url(card: Card) -> str:
    return card.console_url or (card.request.console_url if card.request else "")
