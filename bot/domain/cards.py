"""What a card in a channel is about: a request, the deployment it became, and what is worth knowing."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.deployments import Deployment
from bot.domain.requests import Request


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The few lines of a log that say why: clean, redacted, at most twelve. `omitted` counts the lines left out."""

    lines: tuple[str, ...]
    omitted: int = 0


@dataclass(frozen=True, slots=True)
class Card:
    """The whole state that a card shows; rendering it twice gives the same message.

    Either part may be missing: a request that waits has no deployment yet, a deployment started from the console no request.
    `waiting_for` says what a queued one waits for ("the stack is paused", "web/dev#41 to finish"). `gone`: Pulumi no
    longer knows the deployment. `excerpt` is there once a failure's log was read. `console_url` opens it in Pulumi.
    `board`: its steps are shown on the channel's board, at this address (empty: it is unknown), and not here.
    """

    request: Request | None = None
    deployment: Deployment | None = None
    excerpt: Excerpt | None = None
    waiting_for: str = ""
    canceled_by: str = ""
    gone: bool = False
    console_url: str = ""
    board: str | None = None
