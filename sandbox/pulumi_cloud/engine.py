"""The engine: queue rules of Pulumi Deployments, driven by the clock value that each call brings.

One running deployment per stack, first in first out; at most `concurrency` per organisation; a pause never stops a
running one. Nothing ticks: `advance(now)` replays what happened since, at the moments when it happened, so the
result does not depend on how often it is called. Source: REST API page, and "Queue rules" of the service.
"""

import hashlib
import uuid
from collections.abc import Iterator, Mapping
from random import Random

from sandbox.pulumi_cloud import deployment_settings
from sandbox.pulumi_cloud.deployment_settings import Settings
from sandbox.pulumi_cloud.model import Account, Deployment, Organization, Stack, StackRef
from sandbox.pulumi_cloud.options import Options
from sandbox.pulumi_cloud.plan import make_plan
from sandbox.pulumi_cloud.scenario import Scenario
from sandbox.pulumi_cloud.schedule import make_schedule

__all__ = ["DEFAULT_CONCURRENCY", "Engine"]

DEFAULT_CONCURRENCY = 5

_KEEPS_STATE = ("preview", "detect-drift")
"""Operations that make no new version of the stack."""


class Engine:
    """All organisations. Times are nanoseconds since the epoch and never go back."""

    def __init__(
        self,
        *,
        seed: int,
        scenarios: Mapping[str, Scenario],
        speed: float = 1.0,
        concurrency: int = DEFAULT_CONCURRENCY,
        options: Options | None = None,
    ) -> None:
        """Start with nothing. `speed` and `options` may be set later; a running deployment keeps its speed."""
        self.organizations: dict[str, Organization] = {}
        self.deployments: dict[str, Deployment] = {}
        self.scenarios = scenarios
        self.speed = speed
        self.options = options or Options()
        self._concurrency = concurrency
        self._seed = seed
        self._random = Random(seed)
        self._pushes: dict[str, int] = {}
        self._heads: dict[str, str] = {}

    def new_id(self) -> str:
        """A fresh UUID, the same in every run of the same seed."""
        return str(uuid.UUID(int=self._random.getrandbits(128), version=4))

    def advance(self, now: int) -> None:
        """Let everything happen that happened up to `now`."""
        for org in self.organizations.values():
            while ended := org.ended(now):
                first = min(ended, key=lambda deployment: deployment.end)
                org.active.remove(first)
                self._start_ready(org, first.end)
            self._expire(org, now)

    def _start_ready(self, org: Organization, at: int) -> None:
        if org.paused:
            return
        for deployment in list(org.queued):
            if len(org.active) >= org.concurrency:
                return
            if not org.stacks[deployment.ref].paused and not org.busy(deployment.ref):
                org.queued.remove(deployment)
                org.active.append(deployment)
                self._start(org.stacks[deployment.ref], deployment, at)

    def _start(self, stack: Stack, deployment: Deployment, at: int) -> None:
        plan = make_plan(
            scenario=self.scenarios[deployment.scenario],
            operation=deployment.operation,
            settings=deployment.settings,
        )
        deployment.schedule = make_schedule(plan=plan, at=at, speed=self.speed, random=self._random)
        if deployment.operation not in _KEEPS_STATE and deployment.schedule.spans[-1].started is not None:
            stack.updates += 1
        deployment.update_version = stack.updates

    def _expire(self, org: Organization, now: int) -> None:
        for deployment in list(org.queued):
            if deployment.expires <= now:
                self._end_queued(org, deployment, at=deployment.expires, status="skipped")

    def _end_queued(self, org: Organization, deployment: Deployment, *, at: int, status: str) -> None:
        org.queued.remove(deployment)
        deployment.ended_at, deployment.ended_as = at, status

    # Organisations and stacks

    def organization(self, name: str) -> Organization:
        """The organisation, made when it is new."""
        if name not in self.organizations:
            self.organizations[name] = Organization(name, self._concurrency)
        return self.organizations[name]

    def stack(self, ref: StackRef) -> Stack | None:
        """The stack, None when there is none."""
        org = self.organizations.get(ref.org)
        return org.stacks.get(ref) if org else None

    def stacks(self) -> Iterator[Stack]:
        """Every stack of every organisation."""
        for org in self.organizations.values():
            yield from org.stacks.values()

    def put_stack(self, ref: StackRef, *, scenario: str, settings: Settings | None) -> Stack:
        """Make a stack, or give one that exists another scenario and other settings.

        Raises:
            ValueError: there is no such scenario.
        """
        if scenario not in self.scenarios:
            raise ValueError(f"unknown scenario {scenario!r}: one of {', '.join(self.scenarios)}")
        stack = self.organization(ref.org).stacks.setdefault(ref, Stack(ref, scenario, settings))
        stack.scenario, stack.settings = scenario, settings
        return stack

    def set_concurrency(self, concurrency: int, *, now: int) -> None:
        """Change the limit of every organisation; running deployments are not touched."""
        self.advance(now)
        self._concurrency = concurrency
        for org in self.organizations.values():
            org.concurrency = concurrency
            self._start_ready(org, now)

    def pause(self, target: Stack | Organization, *, paused: bool, now: int) -> None:
        """Pause or resume; what runs goes on, what waits starts on resume."""
        self.advance(now)
        target.paused = paused
        name = target.ref.org if isinstance(target, Stack) else target.name
        self._start_ready(self.organizations[name], now)

    # Deployments

    def create(
        self,
        stack: Stack,
        *,
        operation: str,
        settings: Settings,
        requested_by: Account,
        initiator: str,
        now: int,
        scenario: str | None = None,
    ) -> Deployment:
        """Queue a deployment with its effective settings; it starts at once where the rules allow."""
        self.advance(now)
        org = self.organizations[stack.ref.org]
        stack.created_deployments += 1
        deployment = Deployment(
            id=self.new_id(),
            ref=stack.ref,
            version=stack.created_deployments,
            operation=operation,
            scenario=scenario or stack.scenario,
            settings=settings,
            requested_by=requested_by,
            initiator=initiator,
            created=now,
            commit=deployment_settings.commit(settings) or self._head(settings),
            update_id=self.new_id(),
            nested_id=self.new_id(),
        )
        self._collapse(org, deployment, now)
        for kept in (stack.deployments, org.deployments, org.queued):
            kept.append(deployment)
        self.deployments[deployment.id] = deployment
        self._start_ready(org, now)
        return deployment

    def push(self, settings: Settings, *, commit: str = "") -> None:
        """Move the head of the branch that these settings run from, to `commit` or to some new one."""
        where = self.branch_key(settings)
        self._pushes[where] = self._pushes.get(where, 0) + 1
        self._heads[where] = commit or self._made_up(where)

    def branch_key(self, settings: Settings) -> str:
        """The name of the branch that these settings run from, with its repository."""
        return f"{deployment_settings.repository(settings)} {deployment_settings.branch(settings)}"

    def _head(self, settings: Settings) -> str:
        where = self.branch_key(settings)
        return self._heads.get(where) or self._made_up(where)

    def _made_up(self, where: str) -> str:
        text = f"{self._seed} {where} {self._pushes.get(where, 0)}"
        return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()

    def _collapse(self, org: Organization, fresh: Deployment, now: int) -> None:
        """A fresher one of the same operation makes those that wait needless, where the settings say so."""
        if not deployment_settings.option(fresh.settings, "skipIntermediateDeployments"):
            return
        for waiting in list(org.queued):
            if waiting.ref == fresh.ref and waiting.operation == fresh.operation:
                self._end_queued(org, waiting, at=now, status="skipped")

    def cancel(self, deployment: Deployment, *, now: int) -> bool:
        """End it now: a waiting one leaves the queue, a running one stops. False when it was over already."""
        self.advance(now)
        org = self.organizations[deployment.ref.org]
        if deployment in org.queued:
            status = self.options.canceled_queued
            self._end_queued(org, deployment, at=now, status=status)
            if status == "removed":
                self.remove(deployment, now=now)
        elif deployment in org.active:
            deployment.ended_at, deployment.ended_as = now, self.options.canceled_running
            org.active.remove(deployment)
            self._start_ready(org, now)
        else:
            return False
        return True

    def remove(self, deployment: Deployment, *, now: int) -> None:
        """Delete it as if it had never been; its slot is free."""
        org = self.organizations[deployment.ref.org]
        stack = org.stacks[deployment.ref]
        for kept in (stack.deployments, org.deployments, org.queued, org.active):
            if deployment in kept:
                kept.remove(deployment)
        self.deployments.pop(deployment.id, None)
        self.advance(now)
        self._start_ready(org, now)
