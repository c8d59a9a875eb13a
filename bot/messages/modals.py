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
from bot.messages.views import first_input, remembered, view
from bot.messages.words import joined, operation, outcome, source

LOG = "qd:log"
REJECT = "qd:reject"
PROBLEM = "qd:problem"
REASON = "reason"
LONGEST_REASON = 300
_LOG_SIZE = 24_000  # characters of a log in one modal


class Rejection(NamedTuple):
    """A submitted rejection."""

    request_id: str
    channel: str
    message_ts: str
    response_url: str
    reason: str


def log_loading(title: str, *, channel: str = "", message_ts: str = "") -> Block:
    """Opened at once, within Slack's 3 seconds; `log` fills it."""
    return view(title, [section("Reading the log…")], callback=LOG, remember=_place(channel, message_ts))


def log(
    deployment: Deployment,
    lines: Sequence[str],
    *,
    total: int = 0,
    channel: str = "",
    message_ts: str = "",
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
            *(actions(buttons.send_log(deployment)) if channel and kept else []),
        ],
        callback=LOG,
        remember=_place(channel, message_ts),
    )


def reject(request: Request, *, channel: str = "", message_ts: str = "", response_url: str = "") -> Block:
    """Asks for the reason, which the requester and the channel will read."""
    at = source(request.branch, request.commit)
    what = (
        f"{operation(request.operation)} of *{phrase(request.stack.short, 240)}*{f' from {at}' if at else ''}"
    )
    remember = {"r": request.id, **_place(channel, message_ts), "u": response_url}
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
        remember=remember,
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
    kept = remembered(submitted)
    values = submitted.get("state", {}).get("values", {})
    reason = values.get(REASON, {}).get(REASON, {}).get("value") or ""
    return Rejection(
        request_id=kept.get("r", ""),
        channel=kept.get("c", ""),
        message_ts=kept.get("t", ""),
        response_url=kept.get("u", ""),
        reason=truncate(reason.strip(), LONGEST_REASON),
    )


def read_place(submitted: dict[str, Any]) -> tuple[str, str]:
    """The channel and the message that a log modal was opened from; empty where there was none."""
    kept = remembered(submitted)
    return kept.get("c", ""), kept.get("t", "")


def _place(channel: str, message_ts: str) -> dict[str, str]:
    return {"c": channel, "t": message_ts}
