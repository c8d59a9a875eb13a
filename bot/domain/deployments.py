"""A deployment as Pulumi Cloud tells it: jobs, steps, statuses.

Statuses are plain strings: the service may invent one, and an unknown one is shown as it is
(seed, "Get Deployment"; the values known today are the constants below).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain.stacks import StackRef

NOT_STARTED = "not-started"
ACCEPTED = "accepted"
RUNNING = "running"
SUCCEEDED = "succeeded"
FAILED = "failed"
SKIPPED = "skipped"
# In no document; were the service to say so, it is an end.
CANCELED = "canceled"

# What a canceled deployment says of itself: unverified against the live service.
CANCELED_AS = frozenset({FAILED, SKIPPED, CANCELED})
FINAL = CANCELED_AS | {SUCCEEDED}
# A deployment that the bot starts carries the id of its request in the *name* of an environment variable: the service may hide
# values, names stay visible (seed, "OperationContext").
REQUEST_VARIABLE = "QUARTERDECK_REQUEST_"
# So do the people who asked for it and who approved it, by their Slack ids: Pulumi's own page then shows them.
REQUESTED_BY_VARIABLE = "QUARTERDECK_REQUESTED_BY_"
APPROVED_BY_VARIABLE = "QUARTERDECK_APPROVED_BY_"
OPERATIONS = ("update", "preview", "destroy", "refresh", "detect-drift", "remediate-drift")


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a job. Times are UTC; `None` means not reached yet."""

    name: str
    status: str
    started: datetime | None = None
    last_updated: datetime | None = None

    @property
    def duration(self) -> timedelta | None:
        """How long the step has taken by the service's own clock, or None before it started."""
        if self.started is None or self.last_updated is None:
            return None
        return max(self.last_updated - self.started, timedelta(0))


@dataclass(frozen=True, slots=True)
class Job:
    """A job of a deployment; today there is one per deployment."""

    status: str
    started: datetime | None = None
    last_updated: datetime | None = None
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Deployment:
    """One run of an operation on a stack, at one moment.

    `commit` is what really ran (`updates[].environment["git.head"]`), empty while unknown.
    `environment` holds the *names* of its variables where the answer had them (get, not list).
    `changes` counts resources per operation where the service says so (`{"create": 3}`).
    """

    id: str
    stack: StackRef
    version: int
    status: str
    operation: str = ""
    created: datetime | None = None
    modified: datetime | None = None
    initiator: str = ""
    requested_by: str = ""
    jobs: tuple[Job, ...] = ()
    commit: str = ""
    branch: str = ""
    environment: frozenset[str] = frozenset()
    changes: dict[str, int] = field(default_factory=dict)

    @property
    def is_final(self) -> bool:
        """Nothing more will happen to it."""
        return self.status in FINAL

    @property
    def is_queued(self) -> bool:
        """It waits for its turn, or for a pause to end."""
        return self.status in {NOT_STARTED, ACCEPTED}

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps of all jobs, in order."""
        return tuple(step for job in self.jobs for step in job.steps)

    @property
    def started(self) -> datetime | None:
        """When the first job began to run (UTC)."""
        return min((job.started for job in self.jobs if job.started), default=None)

    @property
    def duration(self) -> timedelta | None:
        """From the first job's start to its last change, or None before it ran."""
        ended = max((job.last_updated for job in self.jobs if job.last_updated), default=None)
        if self.started is None or ended is None:
            return None
        return max(ended - self.started, timedelta(0))

    @property
    def failed_step(self) -> Step | None:
        """The step that says why it failed."""
        return next((step for step in self.steps if step.status == FAILED), None)

    @property
    def request_id(self) -> str:
        """The id of the request it was started by, where its variables are known; empty for one started elsewhere."""
        found = (
            name.removeprefix(REQUEST_VARIABLE)
            for name in self.environment
            if name.startswith(REQUEST_VARIABLE)
        )
        return next(found, "")

    @property
    def name(self) -> str:
        """How people name it: `web/dev#42`."""
        return f"{self.stack.short}#{self.version}"
