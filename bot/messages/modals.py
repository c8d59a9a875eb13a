"""The modals for logs, rejections and problems, and how what was typed into one is read back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from bot.domain.deployments import Deployment
from bot.domain.requests import Request
from bot.messages import buttons
from bot.messages.blocks import PREFORMATTED, actions, context, preformatted, section, text_input
from bot.messages.message import Block
from bot.messages.mrkdwn import paragraph, person, phrase, truncate
from bot.messages.tails import chunks, shown_of, tail
from bot.messages.views import NOWHERE, Opener, first_input, remembered, typed_in, view
from bot.messages.words import joined, operation, outcome, source

LOG = "qd:log"
REJECT = "qd:reject"
PROBLEM = "qd:problem"
REASON = "reason"
LONGEST_REASON = 300
OTHER_VERSION = "This form comes from another version of me. Nothing was done: please open it again."
_LOG_SIZE = 24_000  # characters of a log in one modal


class Rejection(NamedTuple):
    """A submitted rejection."""

    request_id: str
    reason: str


def log_loading(title: str, opener: Opener = NOWHERE) -> Block:
    """Opened at once, within Slack's 3 seconds; `log` fills it."""
    return view(title, [section("Reading the log…")], callback=LOG, remember=opener.remembered())


def log(
    deployment: Deployment,
    lines: Sequence[str],
    *,
    total: int = 0,
    opener: Opener = NOWHERE,
) -> Block:
    """The end of a log. `total` counts all lines there are, so that what is left out can be said."""
    about = joined(f"*{phrase(deployment.name, 240)}*", operation(deployment.operation), outcome(deployment))
    kept = tail(lines, size=_LOG_SIZE)
    said = shown_of(len(kept), max(total, len(lines))) if kept else "Nothing has been logged yet."
    return view(
        f"Log of {deployment.name}",
        [
            section(about),
            *context(said),
            *(preformatted(text) for text in chunks(kept, size=PREFORMATTED)),
            *(actions(buttons.send_log(deployment)) if opener.channel and kept else []),
        ],
        callback=LOG,
        remember=opener.remembered(),
    )


def reject(request: Request, opener: Opener = NOWHERE) -> Block:
    """Asks for the reason, which the requester and the channel will read."""
    at = source(request.branch, request.commit)
    what = (
        f"{operation(request.operation)} of *{phrase(request.stack.short, 240)}*{f' from {at}' if at else ''}"
    )
    return view(
        "Reject",
        [
            section(f"The {what}, asked for by {person(request.requester)}, will not be started."),
            text_input(
                name=REASON,
                label="Why?",
                placeholder="For example: wait for the migration",
                hint="Everybody in the channel reads this.",
                longest=LONGEST_REASON,
            ),
        ],
        callback=REJECT,
        remember={"r": request.id, **opener.remembered()},
        submit="Reject",
        close="Not now",
    )


def problem(title: str, text: str) -> Block:
    """What went wrong, where a modal was already open."""
    return view(title, [section(paragraph(text))], callback=PROBLEM, remember={})


def told_in(submitted: dict[str, Any], text: str) -> Block:
    """The answer to a submission that could not be taken: under the first input, or in place of a view that has none."""
    name = first_input(submitted)
    if name:
        return {"response_action": "errors", "errors": {name: text}}
    title = (submitted.get("title") or {}).get("text") or "Sorry"
    return {"response_action": "update", "view": problem(title, text)}


def read_rejection(submitted: dict[str, Any]) -> Rejection:
    """What a submitted `reject` modal says; missing parts are empty."""
    reason = typed_in(submitted, REASON)
    return Rejection(remembered(submitted).get("r", ""), truncate(reason, LONGEST_REASON))
