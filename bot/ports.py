"""What runner, poller and outbox need of the world, in their own words.

Adapters live in `bot.pulumi`, `bot.store` and `bot.slack`; `bot.wiring` puts them together; tests have one fake each.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from bot.domain.approvals import Request
from bot.domain.audit import Entry
from bot.domain.audit_query import Query
from bot.domain.cards import Excerpt
from bot.domain.commands import Command
from bot.domain.deployment_settings import DeploymentSettings
from bot.domain.deployments import Deployment
from bot.domain.links import Account, Link
from bot.domain.locks import Lock
from bot.domain.options import Options
from bot.domain.overview import Overview as Overview  # noqa: PLC0414 (re-exported: part of what State speaks of)
from bot.domain.pauses import Pause
from bot.domain.stacks import StackRef
from bot.messages.message import Message, Post, Rank, Reply, Say


class Clock(Protocol):
    """The time, so that tests can hold it still."""

    def __call__(self) -> float:
        """Unix seconds."""
        ...


@dataclass(frozen=True, slots=True)
class Created:
    """The answer to a create call."""

    id: str
    version: int
    console_url: str


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list, newest first; `total` counts all pages."""

    deployments: tuple[Deployment, ...]
    total: int


@dataclass(frozen=True, slots=True)
class StackMetadata:
    """Whether new deployments of a stack wait, and by which of the two pauses."""

    paused: bool
    stack_paused: bool
    organization_paused: bool


@dataclass(frozen=True, slots=True)
class OrgMetadata:
    """The same for an organisation. `paused_stacks` is None where the service does not tell; entries are `project/stack`."""

    paused: bool
    concurrency: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    paused_stacks: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class LogLine:
    """One row of a log. A header row names the step that follows and has no text."""

    text: str = ""
    header: str = ""


class Pulumi(Protocol):
    """The Deployments REST API. Every method raises `bot.errors.PulumiError` of the fitting kind."""

    async def create(
        self,
        stack: StackRef,
        *,
        operation: str,
        request_id: str,
        branch: str = "",
        commit: str = "",
        message: str = "",
        requested_by: str = "",
        approved_by: Sequence[str] = (),
        settings: Mapping[str, Any] | None = None,
        inherit: bool = True,
    ) -> Created:
        """Start a deployment that carries `request_id`, and who asked and approved, as names of variables. Not retried unless it surely did not arrive.

        `settings` differ from the stack's, or are all there is where it does not `inherit` them (seed, "Create Deployment").
        Raises AnswerLostError when it may have happened.
        """
        ...

    async def find_request(self, stack: StackRef, request_id: str) -> Deployment | None:
        """The deployment that a request became, or None: asked after a crash or a lost answer, before creating again."""
        ...

    async def get(self, stack: StackRef, deployment_id: str) -> Deployment:
        """One deployment by id, with the names of its environment variables."""
        ...

    async def get_version(self, stack: StackRef, version: int) -> Deployment:
        """One deployment by its number, with the names of its environment variables."""
        ...

    async def list_org(self, org: str, *, page: int = 1, page_size: int = 100) -> Page:
        """Deployments of an organisation, newest first."""
        ...

    async def list_stack(
        self, stack: StackRef, *, page: int = 1, page_size: int = 10, status: str = ""
    ) -> Page:
        """Deployments of a stack, newest first."""
        ...

    async def cancel(self, stack: StackRef, deployment_id: str) -> None:
        """Cancel a running or queued deployment."""
        ...

    async def pause(self, stack: StackRef) -> None:
        """Hold new deployments of a stack. 400 when it has no deployment settings."""
        ...

    async def resume(self, stack: StackRef) -> None:
        """Let them go on."""
        ...

    async def pause_org(self, org: str) -> None:
        """Hold new deployments of a whole organisation. ForbiddenError unless the token is an administrator's."""
        ...

    async def resume_org(self, org: str) -> None:
        """Let them go on. ForbiddenError unless the token is an administrator's."""
        ...

    async def metadata(self, stack: StackRef) -> StackMetadata:
        """Is the stack paused, and by what."""
        ...

    async def org_metadata(self, org: str) -> OrgMetadata:
        """Is the organisation paused, and how much is under way."""
        ...

    async def changes(self, stack: StackRef, deployment_id: str) -> Mapping[str, int]:
        """Resources by what its runs did, or would do, to them (`{"create": 3}`); empty where nothing is said."""
        ...

    def log(self, stack: StackRef, deployment_id: str) -> AsyncIterator[LogLine]:
        """All lines there are now, from the beginning; ends at the present end, does not wait for more."""
        ...

    def step_log(self, stack: StackRef, deployment_id: str, *, job: int, step: int) -> AsyncIterator[LogLine]:
        """The lines of one step; `job` and `step` count from 0 as in `Deployment.jobs[job].steps[step]`."""
        ...

    async def settings(self, stack: StackRef) -> DeploymentSettings:
        """The stack's deployment settings. NotFoundError when it has none, or when there is no such stack."""
        ...

    async def patch_settings(self, stack: StackRef, patch: Mapping[str, Any]) -> DeploymentSettings:
        """Merge `patch` into the settings; what they are afterwards. Idempotent, but sent once: AnswerLostError asks for a look."""
        ...

    async def clear_settings(self, stack: StackRef) -> None:
        """Remove all settings; that there were none is fine."""
        ...

    async def settings_digest(self, stack: StackRef) -> str:
        """A short text that is the same as long as the stack's deployment settings are."""
        ...

    def with_token(self, token: str, *, owner: str = "") -> Pulumi:
        """The same service as somebody else; errors then name the `owner`, and what `console_url` says is the same."""
        ...

    async def whoami(self) -> Account:
        """Whom the token belongs to. UnauthorizedError when the service does not know it."""
        ...

    def console_url(self, stack: StackRef, version: int) -> str:
        """Where a person can look at a deployment in Pulumi's own console."""
        ...


@dataclass(frozen=True, slots=True)
class Tracked:
    """A deployment as it was last seen, and the lanes that hear of it.

    `lanes` are (lane, channel) pairs. `revision` counts saves; a save with an old revision is refused.
    `log_attempts` counts failed tries to read the log of a failure. `request_id` is empty when it was not started here.
    """

    deployment: Deployment
    lanes: tuple[tuple[str, str], ...] = ()
    request_id: str = ""
    console_url: str = ""
    excerpt: Excerpt | None = None
    log_attempts: int = 0
    canceled_by: str = ""
    gone: bool = False
    waiting_for: str = ""
    revision: int = 0


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Records, newest first. `older` and `newer` name where to go on, empty where there is nothing (for `newer`: on the first page)."""

    entries: tuple[Entry, ...] = ()
    older: str = ""
    newer: str = ""


class Audit(Protocol):
    """Who did what: appended to, never changed. Raises `bot.errors.StoreUnavailableError`."""

    async def record(self, entry: Entry) -> None:
        """Keep it in the stream and as a log line, unless one with its id is kept already (a redelivered command)."""
        ...

    async def audited(self, query: Query, *, before: str = "", after: str = "", count: int = 10) -> AuditPage:
        """The newest records that fit, or the ones next `before` or `after` a place that a page named."""
        ...


class Links(Protocol):
    """Who linked which Pulumi login; a login belongs to one person of one workspace. Raises `bot.errors.StoreUnavailableError`."""

    async def link_of(self, user: str) -> Link | None:
        """What somebody linked; its token is sealed."""
        ...

    async def add_link(
        self, link: Link, *, replies: Sequence[Reply] = (), audit: Sequence[Entry] = ()
    ) -> bool:
        """Link a login, or renew its token; False, and nothing saved or said, when somebody else holds the login.

        The person must have no other login linked: that is False as well.
        """
        ...

    async def remove_link(
        self, user: str, *, replies: Sequence[Reply] = (), audit: Sequence[Entry] = ()
    ) -> Link | None:
        """Forget the token at once, then the rest; what was linked. None, and nothing said, when nothing was."""
        ...


class State(Audit, Links, Protocol):
    """What is remembered. Everything passed to one call is saved together or not at all; records of the `audit` once for ever.

    Raises `bot.errors.StoreUnavailableError` when Redis does not answer.
    """

    async def request(self, request_id: str) -> Request | None:
        """A request by its id."""
        ...

    async def add_request(
        self,
        request: Request,
        *,
        say: Sequence[Say] = (),
        replies: Sequence[Reply] = (),
        audit: Sequence[Entry] = (),
    ) -> Request:
        """Record a request unless one with its id exists; answers the one that is recorded (so a redelivered command sees its first try)."""
        ...

    async def change_request(
        self,
        before: Request,
        after: Request,
        *,
        say: Sequence[Say] = (),
        replies: Sequence[Reply] = (),
        audit: Sequence[Entry] = (),
    ) -> bool:
        """Replace `before` by `after`; False, and nothing saved or said, when the record is no longer `before` (ten clicks count once)."""
        ...

    async def awaiting(self, *, until: float | None = None) -> tuple[Request, ...]:
        """Open requests: previewed, waiting for votes, or held; with `until`, those to be looked at by then (Unix seconds)."""
        ...

    async def tracked(self, org: str, deployment_ids: Sequence[str]) -> dict[str, Tracked]:
        """What is known of these deployments; unknown ones are absent."""
        ...

    async def active(self, org: str) -> frozenset[str]:
        """Ids of tracked deployments that are not over."""
        ...

    async def track(
        self,
        tracked: Tracked,
        *,
        say: Sequence[Say] = (),
        replies: Sequence[Reply] = (),
        audit: Sequence[Entry] = (),
    ) -> bool:
        """Save what was seen and what is to be said of it, together.

        `tracked.revision` must be the saved one (0 for new): False, and nothing saved or said, when somebody else was faster.
        The saved revision is one higher.
        """
        ...

    async def say(
        self, *, say: Sequence[Say] = (), replies: Sequence[Reply] = (), audit: Sequence[Entry] = ()
    ) -> None:
        """Something to say that changes no state. Posts and replies whose key was already said are dropped."""
        ...

    async def ts_of(self, lane: str) -> str | None:
        """The `ts` of a lane's card, to put something into its thread; None before it was posted."""
        ...

    async def stacks(self, org: str) -> frozenset[StackRef]:
        """Known stacks of an organisation."""
        ...

    async def add_stacks(self, org: str, stacks: Sequence[StackRef]) -> None:
        """Remember stacks that were seen."""
        ...

    async def lock(self, stack: StackRef) -> Lock | None:
        """The lock of a stack, one that ran out as well."""
        ...

    async def locks(self, org: str) -> tuple[Lock, ...]:
        """All of an organisation's, by the stack's name."""
        ...

    async def change_lock(
        self,
        stack: StackRef,
        before: Lock | None,
        after: Lock | None,
        *,
        say: Sequence[Say] = (),
        replies: Sequence[Reply] = (),
        audit: Sequence[Entry] = (),
    ) -> bool:
        """Replace `before` by `after` (None: not locked); False, and nothing saved or said, when it is no longer `before`."""
        ...

    async def pauses(self, org: str) -> dict[str, Pause]:
        """Who paused what here, by `project/stack`, and `*` for the whole organisation."""
        ...

    async def put_pause(
        self,
        org: str,
        name: str,
        pause: Pause | None,
        *,
        say: Sequence[Say] = (),
        replies: Sequence[Reply] = (),
        audit: Sequence[Entry] = (),
    ) -> None:
        """Remember a pause, or forget it."""
        ...

    async def kept_options(self, command_id: str) -> Options:
        """Options that were kept for the answer to "are you sure"; none where there are none."""
        ...

    async def keep_options(self, command_id: str, options: Options) -> None:
        """Keep them for a day."""
        ...

    async def kept_form(self, form_id: str) -> str:
        """What was filled in and waits to be saved; empty after half an hour, and when nothing was kept."""
        ...

    async def keep_form(self, form_id: str, body: str) -> None:
        """Keep `body`, which is sealed where there is a key, for half an hour."""
        ...

    async def overview(self, org: str) -> Overview | None:
        """The last look, or None before the first."""
        ...

    async def save_overview(self, overview: Overview) -> None:
        """Keep a look."""
        ...

    async def horizon(self, org: str) -> float | None:
        """Deployments created before this (Unix seconds) were there before the bot: they are not announced. None before the first look."""
        ...

    async def set_horizon(self, org: str, at: float) -> None:
        """Move it forward; an earlier time than the one kept changes nothing."""
        ...

    async def claim_due(self, now: float, *, lease: float) -> str | None:
        """An organisation whose look is due, claimed for `lease` seconds; None when there is none."""
        ...

    async def schedule(self, org: str, at: float, *, release: bool = False) -> None:
        """Look at `org` at `at`, or sooner if it was already due sooner.

        With `release`, give the claim back and set exactly `at`, unless somebody asked for an earlier look meanwhile.
        """
        ...


@dataclass(frozen=True, slots=True)
class Delivery:
    """A Command out of the inbox. `entry` names it for `done` and `bury`; `attempt` counts deliveries from 1."""

    entry: str
    command: Command
    attempt: int


class Inbox(Protocol):
    """Commands between the ack and the work: at least once, in order of arrival, surviving every process."""

    async def put(self, command: Command, *, dedupe: str, window: float) -> bool:
        """Record a command durably, in one round trip, before the ack.

        False, and nothing recorded, when `dedupe` was already recorded within the last `window` seconds (a double click), or the
        command's own id within ten minutes (a Slack retry, a replayed request).
        """
        ...

    async def take(self, consumer: str, *, count: int, block: float) -> list[Delivery]:
        """Up to `count` commands for this consumer, waiting at most `block` seconds; first those that a dead consumer left."""
        ...

    async def keep(self, delivery: Delivery, consumer: str) -> None:
        """Still at work on it: do not take it for abandoned."""
        ...

    async def done(self, delivery: Delivery) -> None:
        """The work is finished and its effects are saved."""
        ...

    async def bury(self, delivery: Delivery, reason: str) -> None:
        """It will never succeed: keep it aside, with the reason, for an operator."""
        ...


class Channels(Protocol):
    """What the bot may know of Slack's channels and modals beyond posting."""

    async def is_member(self, channel: str) -> bool:
        """Whether the bot can post there (cached for a minute)."""
        ...

    async def show_view(self, view_id: str, view: dict[str, object]) -> None:
        """Fill a modal that was opened as "loading". A modal that was closed meanwhile is fine.

        `view_id` is Slack's own, or the `external_id` that the answer to a submission gives the modal: which appears a moment later.
        """
        ...

    async def publish_home(self, user: str, view: dict[str, object]) -> None:
        """Publish somebody's App Home."""
        ...

    async def upload(
        self, *, channel: str, thread_ts: str, filename: str, title: str, content: str, key: str
    ) -> None:
        """Put a text file into a thread, once per `key`."""
        ...


class People(Protocol):
    """Who the people are that a policy speaks of; answers may be a minute old. Raises `bot.errors.SlackError`."""

    async def groups(self, handles: Collection[str]) -> dict[str, frozenset[str]]:
        """The users of groups, by `@handle`; one that does not exist is absent."""
        ...

    async def members(self, channel: str) -> frozenset[str]:
        """Who is in a channel; nobody where the bot can't see."""
        ...

    async def is_active(self, user: str) -> bool:
        """False for somebody who left the workspace, or was never in it; at most ten seconds old."""
        ...

    async def find(self, handle: str) -> str | None:
        """The id of the person who goes by `@name`."""
        ...


@dataclass(frozen=True, slots=True)
class Lane:
    """A lane that a worker claimed: what Slack shows of it, and what is still to be said.

    `claim` proves the claim. `ts` is the card's, empty before it was posted. `root` is the card as it should look, None when
    Slack shows it already; `digest` names that look. `posts` are the first of what is to follow in the thread, oldest first.
    `sending` are the keys that were about to be posted at `since` (Unix seconds, the store's clock) when a worker died or an
    answer was lost: they may stand in Slack already. `failures` counts tries in a row that failed.
    """

    name: str
    channel: str
    claim: str
    ts: str = ""
    root: Message | None = None
    digest: str = ""
    rank: Rank = Rank.PROGRESS
    posts: tuple[Post, ...] = ()
    sending: tuple[str, ...] = ()
    since: float = 0.0
    failures: int = 0
    on_refused: str = ""


class Lanes(Protocol):
    """What is to be said in channels, for any number of workers: each lane belongs to one worker at a time.

    All durations are seconds, by the store's own clock. Raises `bot.errors.StoreUnavailableError` when Redis does not answer.
    """

    async def claim(self, *, lease: float) -> Lane | None:
        """The due lane of the best rank, the oldest first, for `lease` seconds; None when nothing is due."""
        ...

    async def begin(self, lane: Lane, keys: Sequence[str], *, lease: float) -> bool:
        """Note that `keys` are about to be posted (the card's key is the lane's name), and renew the lease.

        False when the lane went to another worker meanwhile: then nothing may be sent.
        """
        ...

    async def posted(self, lane: Lane, keys: Sequence[str], *, ts: str) -> Lane | None:
        """They stand in Slack as message `ts`. Answers the lane as it is now, None when it went to another worker."""
        ...

    async def updated(self, lane: Lane) -> Lane | None:
        """Slack shows `lane.digest` now."""
        ...

    async def release(
        self, lane: Lane, *, after: float = 0.0, failed: bool = False, unsure: bool = False
    ) -> None:
        """Give the claim back; what is left is due `after` seconds from now. `unsure` keeps the note of what was being posted."""
        ...

    async def park(self, lane: Lane, *, reason: str, retry_after: float, tell: Reply | None = None) -> None:
        """Slack refuses. Keep what is left until something new is said, at least `retry_after` seconds from now; `tell` somebody."""
        ...

    async def mute(self, lane: Lane) -> None:
        """Somebody deleted the card: drop what is left, and all that will be said."""
        ...

    async def ts_of(self, lane: str) -> str | None:
        """The card's ts, to link to it; None before it was posted."""
        ...


@dataclass(frozen=True, slots=True)
class QueuedReply:
    """A private answer that a worker claimed. `begun`: a worker died or lost an answer while sending it."""

    reply: Reply
    claim: str
    begun: bool = False
    failures: int = 0


class Replies(Protocol):
    """Private answers that wait to be sent, each at most once. Durations in seconds, errors as in `Lanes`."""

    async def claim(self, *, lease: float) -> QueuedReply | None:
        """The oldest due answer, for `lease` seconds; None when nothing is due."""
        ...

    async def begin(self, queued: QueuedReply) -> bool:
        """Note that it is about to be sent. False when it went to another worker."""
        ...

    async def retry(self, queued: QueuedReply, *, after: float, failed: bool = True) -> None:
        """It surely was not sent: again `after` seconds from now. Without `failed` it only waited for its turn."""
        ...

    async def finish(self, queued: QueuedReply) -> None:
        """Sent, or given up; its key stays taken."""
        ...


class Budget(Protocol):
    """Slack's rate limits, counted once for all workers. `bucket` names a limit; durations in seconds."""

    async def take(self, bucket: str, *, interval: float, burst: float, hold: float = 0.0) -> float:
        """0 when one call may start now, and it is counted; else how long to wait, and nothing is counted.

        With `hold`, nobody else gets a turn until `free`, or until `hold` has passed (a worker died).
        """
        ...

    async def free(self, bucket: str, *, pause: float) -> None:
        """The held call has its answer: the next turn is `pause` seconds from now."""
        ...

    async def block(self, bucket: str, *, seconds: float) -> None:
        """Slack said 429 with this Retry-After."""
        ...


class Once(Protocol):
    """Marks for what may be done only once outside."""

    async def begin(self, key: str) -> str:
        """`new`: go on. `begun`: somebody began and did not finish, look first. `done`: leave it."""
        ...

    async def finish(self, key: str) -> None:
        """It is done."""
        ...
