"""What a person asked for: a slash command, a button or a modal becomes one Command."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.stacks import StackRef


class Verb(StrEnum):
    """What can be asked. The first ten are typed; the others come from buttons and pages only."""

    DEPLOY = "deploy"
    PREVIEW = "preview"
    REFRESH = "refresh"
    DESTROY = "destroy"
    STATUS = "status"
    LOGS = "logs"
    PAUSE = "pause"
    RESUME = "resume"
    CANCEL = "cancel"
    HELP = "help"
    APPROVE = "approve"
    REJECT = "reject"
    SEND_LOG = "send_log"
    HOME = "home"


# A verb that starts a deployment, and the Pulumi operation it stands for.
OPERATION_OF = {
    Verb.DEPLOY: "update",
    Verb.PREVIEW: "preview",
    Verb.REFRESH: "refresh",
    Verb.DESTROY: "destroy",
}


class Surface(StrEnum):
    """Where in Slack a command was given."""

    SLASH = "slash"
    BUTTON = "button"
    MODAL = "modal"
    HOME = "home"


@dataclass(frozen=True, slots=True)
class Origin:
    """Who asked, where, and where a private answer can go.

    `response_url` takes five posts in thirty minutes (Slack, "Handling user interaction").
    `message_ts` is the message a button was on; `view_id` the modal that waits for content.
    """

    team: str
    channel: str
    user: str
    surface: Surface
    response_url: str = ""
    message_ts: str = ""
    view_id: str = ""


@dataclass(frozen=True, slots=True)
class Invocation:
    """A well-formed text: what to do, not yet who asked.

    `stack` is as typed (`dev`, `web/dev`, `acme/web/dev`): which one is meant is decided against the known stacks.
    """

    verb: Verb
    stack: str = ""
    version: int | None = None
    branch: str = ""
    commit: str = ""


@dataclass(frozen=True, slots=True)
class Command:
    """A request to act, durable from the moment it was acknowledged.

    `id` is the idempotency key: a retry or a double click carries the same one. Buttons name what they act on by
    `deployment_id` or `request_id` as well as by `stack`, so that they never act on something newer than what was seen.
    `confirmed`: the person has already been asked "are you sure". `at` is Unix seconds.
    """

    id: str
    verb: Verb
    origin: Origin
    stack: str = ""
    version: int | None = None
    deployment_id: str = ""
    request_id: str = ""
    branch: str = ""
    commit: str = ""
    reason: str = ""
    confirmed: bool = False
    at: float = 0.0


@dataclass(frozen=True, slots=True)
class Refusal:
    """An honest no, to the one who asked: what is wrong, and what would be right (both plain text)."""

    problem: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Intent:
    """A command whose stack is known: what policy decides upon."""

    verb: Verb
    stack: StackRef
    user: str
    channel: str
    surface: Surface
    branch: str = ""
    commit: str = ""
    started_by_user: bool = False  # for cancel: the deployment is this person's own
