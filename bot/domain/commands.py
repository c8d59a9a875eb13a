"""What a person asked for: a slash command, a button or a modal becomes one Command. How text is read: `bot.domain.grammar`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.options import NONE, Options
from bot.domain.stacks import StackRef


class Verb(StrEnum):
    """What can be asked. Those up to `HELP` are typed; the others come from buttons and pages, or are meant by a typed one's words."""

    DEPLOY = "deploy"
    PREVIEW = "preview"
    REFRESH = "refresh"
    DESTROY = "destroy"
    STATUS = "status"
    LOGS = "logs"
    PAUSE = "pause"
    RESUME = "resume"
    CANCEL = "cancel"
    HISTORY = "history"
    LOCK = "lock"
    UNLOCK = "unlock"
    CAN = "can"
    LINK = "link"
    UNLINK = "unlink"
    WHOAMI = "whoami"
    AUDIT = "audit"
    SETTINGS = "settings"
    HELP = "help"
    APPROVE = "approve"
    REJECT = "reject"
    WITHDRAW = "withdraw"
    SEND_LOG = "send_log"
    HOME = "home"
    PAUSE_ORG = "pause-org"
    RESUME_ORG = "resume-org"
    EDIT_SETTINGS = "edit-settings"
    REVIEW_SETTINGS = "review-settings"
    SAVE_SETTINGS = "save-settings"
    CLEAR_SETTINGS = "clear-settings"


# What is asked about in private before it is done.
ASKED_ABOUT = frozenset({Verb.CANCEL, Verb.DESTROY, Verb.LOCK, Verb.UNLOCK, Verb.PAUSE_ORG, Verb.RESUME_ORG})
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
    `message_ts` is the message a button was on, `is_private` whether only this person saw it; `view_id` the modal that waits for content.
    """

    team: str
    channel: str
    user: str
    surface: Surface
    response_url: str = ""
    message_ts: str = ""
    view_id: str = ""
    is_private: bool = False


@dataclass(frozen=True, slots=True)
class Invocation:
    """A well-formed text: what to do, not yet who asked.

    `stack` is as typed (`dev`, `web/dev`, `acme/web/dev`): which one is meant is decided against the known stacks. It is an
    organisation for PAUSE_ORG and RESUME_ORG, empty for the only one there is. `status` and `page` (from 1, 0 where none was named)
    choose from a history. `lasts` is a lock's time in seconds, 0 without an end. `person` and `about` are what `can` asks: may
    `person` do `about`? `typed` is a stack's name typed once more.
    """

    verb: Verb
    stack: str = ""
    version: int | None = None
    branch: str = ""
    commit: str = ""
    options: Options = NONE
    reason: str = ""
    status: str = ""
    page: int = 0
    break_glass: bool = False
    typed: str = ""
    lasts: float = 0.0
    person: str = ""
    about: Verb | None = None


@dataclass(frozen=True, slots=True)
class Command:
    """A request to act, durable from the moment it was acknowledged.

    `id` is the idempotency key: a retry or a double click carries the same one. Buttons name what they act on by
    `deployment_id` or `request_id` as well as by `stack`, so that they never act on something newer than what was seen.
    `confirmed`: the person has already been asked "are you sure". `at` is Unix seconds. A command that starts something "again"
    names by `request_id` whose options it takes over. `sealed` is what only `bot.vault` opens: a token to be linked.
    `place` names a page of the audit; there, `lasts` is how far back it goes.
    `form` is what was filled in, sealed as well where there is a key.
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
    break_glass: bool = False
    typed: str = ""
    lasts: float = 0.0
    person: str = ""
    about: Verb | None = None
    at: float = 0.0
    options: Options = NONE
    status: str = ""
    page: int = 0
    sealed: str = ""
    place: str = ""
    form: str = ""

    @property
    def answers_a_question(self) -> bool:
        """It was pressed on a private "are you sure", or typed into its modal: what comes of it takes the question's place."""
        answered = bool(self.typed) or (self.confirmed and self.verb in ASKED_ABOUT)
        return answered and self.origin.is_private


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
    reason: str = ""
    break_glass: bool = False
    typed: str = ""  # the stack's name, where a rule wants it typed

    @property
    def what(self) -> str:
        """`deploy web/dev`, `change the settings of web/dev`, `pause everything of acme`."""
        if self.verb in (Verb.PAUSE_ORG, Verb.RESUME_ORG):
            return f"{self.verb.removesuffix('-org')} everything of {self.stack.org}"
        if self.verb is Verb.SETTINGS:
            return f"change the settings of {self.stack.short}"
        if self.verb is Verb.UNLINK:
            return "unlink somebody else"
        return f"{self.verb} {self.stack.short}"
