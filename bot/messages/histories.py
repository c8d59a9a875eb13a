"""A page of a stack's past deployments, and the way to the pages beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.domain.deployments import NOT_STARTED, Deployment
from bot.domain.history import PAGE_SIZE, pages
from bot.domain.stacks import StackRef
from bot.messages import buttons
from bot.messages.blocks import actions, context, message, section
from bot.messages.message import Block, Message
from bot.messages.mrkdwn import date, link, person, phrase, plainly
from bot.messages.words import canceled, counted, icon, joined, operation, outcome, since, source, started_by
from bot.messages.words import status as called


@dataclass(frozen=True, slots=True)
class Past:
    """One page, newest first. `total` counts the deployments of all pages, `page` from 1; `status` is the service's, empty for any.

    `urls` lead to Pulumi by a deployment's id; `requesters` and `canceled_by` are Slack users, where it was done here.
    """

    stack: StackRef
    deployments: Sequence[Deployment]
    total: int
    page: int = 1
    status: str = ""
    urls: Mapping[str, str] = field(default_factory=dict)
    requesters: Mapping[str, str] = field(default_factory=dict)
    canceled_by: Mapping[str, str] = field(default_factory=dict)

    @property
    def last(self) -> int:
        """The number of the last page."""
        return pages(self.total)


def history(past: Past) -> Message:
    """The rows with their logs, and both ways on."""
    name = phrase(past.stack.short, 240)
    if not past.deployments:
        return _empty(past, name)
    title = joined(f"*History of {name}*", _filtered(past), _counted(past))
    rows = [_row(past, deployment) for deployment in past.deployments[:PAGE_SIZE]]
    said = f"History of {name}, {_counted(past)}: {'; '.join(_plainly(text) for text, _ in rows)}."
    return message(
        said,
        [section(title), *(section(text, log) for text, log in rows), *context(_hint(past)), *_turns(past)],
    )


def one(deployment: Deployment, *, url: str, requester: str = "", canceled_by: str = "") -> Message:
    """A deployment by itself, whenever it was."""
    past = Past(
        stack=deployment.stack,
        deployments=(deployment,),
        total=1,
        urls={deployment.id: url},
        requesters={deployment.id: requester},
        canceled_by={deployment.id: canceled_by},
    )
    text, _ = _row(past, deployment)
    row = actions(buttons.logs(deployment), buttons.open_in_pulumi(url), buttons.history(deployment.stack))
    return message(f"{_plainly(text)}.", [section(text), *row])


def _plainly(row: str) -> str:
    return plainly(row.replace("\n", " · "))


def _empty(past: Past, name: str) -> Message:
    if past.page > 1:
        said = f"The history of *{name}* ends before page {past.page}."
        return message(plainly(said), [section(said), *_turns(past)])
    said = (
        f"No deployment of *{name}* {_state(past.status)}."
        if past.status
        else f"*{name}* has never been deployed."
    )
    return message(plainly(said), [section(said)])


def _state(status: str) -> str:
    return "waits" if status == NOT_STARTED else f"is {called(status)}"


def _filtered(past: Past) -> str:
    return f"{called(past.status)} only" if past.status else ""


def _counted(past: Past) -> str:
    found = counted(max(past.total, len(past.deployments)), "deployment")
    return f"page {past.page} of {past.last}, {found}" if past.last > 1 or past.page > 1 else found


def _hint(past: Past) -> str:
    if past.status:
        return f"`history {phrase(past.stack.short, 240)}` shows all of them."
    return (
        f"`history {phrase(past.stack.short, 240)} failed` shows only those that failed."
        if past.last > 1
        else ""
    )


def _row(past: Past, deployment: Deployment) -> tuple[str, Block | None]:
    who = past.canceled_by.get(deployment.id, "")
    mark = "" if canceled(deployment, who) else icon(deployment.status)
    title = f"{mark} *{link(past.urls.get(deployment.id, ''), deployment.name, 240)}*".strip()
    line = joined(title, operation(deployment.operation), _outcome(deployment, who))
    about = joined(_by(past, deployment), _when(deployment), source(deployment.branch, deployment.commit))
    log = None if deployment.is_queued else buttons.logs(deployment, suffix=str(deployment.version))
    return "\n".join(part for part in (line, about) if part), log


def _outcome(deployment: Deployment, canceled_by: str) -> str:
    if deployment.is_final:
        return outcome(deployment, canceled_by)
    return f"{called(deployment.status)} {since(deployment.started or deployment.created)}".strip()


def _by(past: Past, deployment: Deployment) -> str:
    requester = past.requesters.get(deployment.id, "")
    return f"by {person(requester)}" if requester else started_by(deployment)


def _when(deployment: Deployment) -> str:
    return date(deployment.created) if deployment.created else ""


def _turns(past: Past) -> list[Block]:
    newer, older = min(past.page, past.last + 1) - 1, past.page + 1
    return actions(
        buttons.turn("← Newer", past.stack, page=newer, status=past.status, suffix="newer")
        if newer
        else None,
        buttons.turn("Older →", past.stack, page=older, status=past.status, suffix="older")
        if past.page < past.last
        else None,
    )
