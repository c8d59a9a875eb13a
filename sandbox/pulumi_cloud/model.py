"""What the service keeps: accounts, organisations, stacks and deployments."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from sandbox.pulumi_cloud.deployment_settings import Settings
from sandbox.pulumi_cloud.schedule import Schedule
from sandbox.pulumi_cloud.times import SECOND

__all__ = ["STATUSES", "Account", "Deployment", "Organization", "Stack", "StackRef"]

STATUSES = ("not-started", "accepted", "running", "failed", "succeeded", "skipped")

_LONGEST_WAIT = 7 * 24 * 3600 * SECOND
"""A deployment that waited seven days in the queue is skipped."""


@dataclass(frozen=True, slots=True)
class Account:
    """Who asks: a person or a service's token. `may_not_write` are stacks (by their last name) that it may look at only; `member`: of the organisations here."""

    name: str
    login: str
    admin: bool = False
    may_not_write: frozenset[str] = frozenset()
    member: bool = True


@dataclass(frozen=True, slots=True, order=True)
class StackRef:
    """Where a stack is."""

    org: str
    project: str
    stack: str

    def __str__(self) -> str:
        """As people write it."""
        return f"{self.org}/{self.project}/{self.stack}"


@dataclass(slots=True, eq=False)
class Deployment:
    """One deployment. `schedule` is None while it waits; `ended_as` is set when it ended otherwise than planned."""

    id: str
    ref: StackRef
    version: int
    operation: str
    scenario: str
    settings: Settings
    requested_by: Account
    initiator: str
    created: int
    commit: str
    update_id: str
    nested_id: str
    update_version: int = 0
    schedule: Schedule | None = None
    ended_at: int | None = None
    ended_as: str = ""

    def status(self, now: int) -> str:
        """The status at `now`."""
        if self.ended_at is not None and self.ended_at <= now:
            return self.ended_as
        return "not-started" if self.schedule is None else self.schedule.status(now)

    @property
    def expires(self) -> int:
        """When waiting in the queue ends by itself."""
        return self.created + _LONGEST_WAIT

    @property
    def end(self) -> int:
        """When a started one is over."""
        if self.ended_at is not None:
            return self.ended_at
        assert self.schedule is not None, "a deployment in the queue has no end"  # noqa: S101 - a broken engine
        return self.schedule.ended

    def is_over(self, now: int) -> bool:
        """Whether nothing changes any more."""
        return self.ended_at is not None or (self.schedule is not None and self.schedule.ended <= now)

    def horizon(self, now: int) -> int:
        """`now`, or the moment of cancellation: nothing happened after it."""
        return now if self.ended_at is None else min(now, self.ended_at)

    def modified(self, now: int) -> int:
        """The moment of the newest change."""
        if self.ended_at is not None:
            return self.ended_at
        return self.created if self.schedule is None else self.schedule.touched(now)


@dataclass(slots=True, eq=False)
class Stack:
    """A stack: its behaviour, its settings (None when it never had any), its pause."""

    ref: StackRef
    scenario: str
    settings: Settings | None
    settings_source: str = "console"
    settings_version: int = 1
    paused: bool = False
    deployments: list[Deployment] = field(default_factory=list)
    created_deployments: int = 0
    updates: int = 0


@dataclass(slots=True, eq=False)
class Organization:
    """An organisation: its deployments oldest first, those that wait and those that hold a slot."""

    name: str
    concurrency: int
    paused: bool = False
    stacks: dict[StackRef, Stack] = field(default_factory=dict)
    deployments: list[Deployment] = field(default_factory=list)
    queued: list[Deployment] = field(default_factory=list)
    active: list[Deployment] = field(default_factory=list)

    def busy(self, ref: StackRef) -> bool:
        """Whether a deployment of that stack holds a slot."""
        return any(deployment.ref == ref for deployment in self.active)

    def ended(self, now: int) -> Iterable[Deployment]:
        """Deployments that hold a slot and are over."""
        return [deployment for deployment in self.active if deployment.end <= now]
