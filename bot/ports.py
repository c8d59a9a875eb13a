"""What runner, poller and outbox need of the world, in their own words.

Adapters live in `bot.pulumi`, `bot.store` and `bot.slack`; `bot.wiring` puts them together; tests have one fake each.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from bot.domain.approvals import Request
from bot.domain.cards import Excerpt
from bot.domain.commands import Command
from bot.domain.deployments import Deployment
from bot.domain.overview import Overview as Overview  # noqa: PLC0414 (re-exported: part of what State speaks of)
from bot.domain.stacks import StackRef
from bot.messages.message import Reply, Say


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
    ) -> Created:
        """Start a deployment that carries `request_id` as the name of a variable. Not retried unless it surely did not arrive.

        Raises AnswerLostError when it may have happened.
        """
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

    async def metadata(self, stack: StackRef) -> StackMetadata:
        """Is the stack paused, and by what."""
        ...

    async def org_metadata(self, org: str) -> OrgMetadata:
        """Is the organisation paused, and how much is under way."""
        ...

    def log(self, stack: StackRef, deployment_id: str) -> AsyncIterator[LogLine]:
        """All lines there are now, from the beginning; ends at the present end, does not wait for more."""
        ...

    def step_log(self, stack: StackRef, deployment_id: str, *, job: int, step: int) -> AsyncIterator[LogLine]:
        """The lines of one step; `job` and `step` count from 0 as in `Deployment.jobs[job].steps[step]`."""
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


class State(Protocol):
    """What is remembered. Everything passed to one call is saved together or not at all.

    Raises `bot.errors.StoreUnavailableError` when Redis does not answer.
    """

    async def request(self, request_id: str) -> Request | None:
        """A request by its id."""
        ...

    async def add_request(
        self, request: Request, *, say: Sequence[Say] = (), replies: Sequence[Reply] = ()
    ) -> Request:
        """Record a request unless one with its id exists; answers the one that is recorded (so a redelivered command sees its first try)."""
        ...

    async def change_request(
        self, before: Request, after: Request, *, say: Sequence[Say] = (), replies: Sequence[Reply] = ()
    ) -> bool:
        """Replace `before` by `after`; False, and nothing saved or said, when the record is no longer `before` (ten clicks count once)."""
        ...

    async def awaiting(self, *, until: float | None = None) -> tuple[Request, ...]:
        """Requests that wait for votes; with `until`, those that expire at or before it (Unix seconds)."""
        ...

    async def tracked(self, org: str, deployment_ids: Sequence[str]) -> dict[str, Tracked]:
        """What is known of these deployments; unknown ones are absent."""
        ...

    async def active(self, org: str) -> frozenset[str]:
        """Ids of tracked deployments that are not over."""
        ...

    async def track(
        self, tracked: Tracked, *, say: Sequence[Say] = (), replies: Sequence[Reply] = ()
    ) -> bool:
        """Save what was seen and what is to be said of it, together.

        `tracked.revision` must be the saved one (0 for new): False, and nothing saved or said, when somebody else was faster.
        The saved revision is one higher.
        """
        ...

    async def say(self, *, say: Sequence[Say] = (), replies: Sequence[Reply] = ()) -> None:
        """Something to say that changes no state. Posts and replies whose key was already said are dropped."""
        ...

    async def stacks(self, org: str) -> frozenset[StackRef]:
        """Known stacks of an organisation."""
        ...

    async def add_stacks(self, org: str, stacks: Sequence[StackRef]) -> None:
        """Remember stacks that were seen."""
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

        False, and nothing recorded, when `dedupe` was already recorded within the last `window` seconds (a Slack retry, a replay, a double click).
        """
        ...

    async def take(self, consumer: str, *, count: int, block: float) -> list[Delivery]:
        """Up to `count` commands for this consumer, waiting at most `block` seconds; first those that a dead consumer left."""
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

    async def show_log(self, view_id: str, view: dict[str, object]) -> None:
        """Fill a modal that was opened as "loading". A modal that was closed meanwhile is fine."""
        ...

    async def publish_home(self, user: str, view: dict[str, object]) -> None:
        """Publish somebody's App Home."""
        ...

    async def upload(
        self, *, channel: str, thread_ts: str, filename: str, title: str, content: str, key: str
    ) -> None:
        """Put a text file into a thread, once per `key`."""
        ...
