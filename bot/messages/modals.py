"""Every modal, and how what was typed into one is read back.

A modal remembers where it was opened from in `private_metadata` (at most 3000 characters), so that it works after a restart.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from bot.domain.approvals import Request
from bot.domain.deployments import Deployment
from bot.messages import buttons
from bot.messages.blocks import (
    METADATA,
    PREFORMATTED,
    VIEW_BLOCKS,
    actions,
    context,
    fit,
    plain,
    preformatted,
    section,
    text_input,
)
from bot.messages.message import Block
from bot.messages.mrkdwn import paragraph, person, phrase, truncate
from bot.messages.tails import chunks, shown_of, tail
from bot.messages.words import joined, operation, outcome, source

LOG = "qd:log"
REJECT = "qd:reject"
PROBLEM = "qd:problem"
REASON = "reason"
LONGEST_REASON = 300
_LOG_SIZE = 24_000  # characters of a log in one modal
_VIEW_SIZE = 60_000


class Rejection(NamedTuple):
    """A submitted rejection."""

    request_id: str
    channel: str
    message_ts: str
    response_url: str
    reason: str


def log_loading(title: str, *, channel: str = "", message_ts: str = "") -> Block:
    """Opened at once, within Slack's 3 seconds; `log` fills it."""
    return _view(title, [section("Reading the log…")], callback=LOG, remember=_place(channel, message_ts))


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
    return _view(
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
    return _view(
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
    return _view(title, [section(paragraph(text))], callback=PROBLEM, remember={})


def read_rejection(view: dict[str, Any]) -> Rejection:
    """What a submitted `reject` modal says; missing parts are empty."""
    kept = _remembered(view)
    values = view.get("state", {}).get("values", {})
    reason = values.get(REASON, {}).get(REASON, {}).get("value") or ""
    return Rejection(
        request_id=kept.get("r", ""),
        channel=kept.get("c", ""),
        message_ts=kept.get("t", ""),
        response_url=kept.get("u", ""),
        reason=truncate(reason.strip(), LONGEST_REASON),
    )


def read_place(view: dict[str, Any]) -> tuple[str, str]:
    """The channel and the message that a log modal was opened from; empty where there was none."""
    kept = _remembered(view)
    return kept.get("c", ""), kept.get("t", "")


def _view(
    title: str,
    blocks: list[Block],
    *,
    callback: str,
    remember: dict[str, str],
    submit: str = "",
    close: str = "Close",
) -> Block:
    metadata = json.dumps({key: value for key, value in remember.items() if value})
    return {
        "type": "modal",
        "callback_id": callback,
        "title": plain(title, 24),
        "close": plain(close, 24),
        **({"submit": plain(submit, 24)} if submit else {}),
        "blocks": fit(blocks, most=VIEW_BLOCKS, size=_VIEW_SIZE),
        "private_metadata": metadata if len(metadata) <= METADATA else "{}",
    }


def _place(channel: str, message_ts: str) -> dict[str, str]:
    return {"c": channel, "t": message_ts}


def _remembered(view: dict[str, Any]) -> dict[str, str]:
    try:
        kept = json.loads(view.get("private_metadata") or "{}")
    except ValueError:
        return {}
    return {key: str(value) for key, value in kept.items()} if isinstance(kept, dict) else {}
