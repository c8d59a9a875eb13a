"""The Deployments REST API, as the bot needs it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from bot.domain.deployment_settings import DeploymentSettings
from bot.domain.deployments import Deployment
from bot.domain.links import Account
from bot.domain.stacks import StackRef


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

    async def find_request(
        self, stack: StackRef, request_id: str, *, since: datetime | None = None
    ) -> Deployment | None:
        """The deployment that a request became, or None: asked after a crash or a lost answer, before creating again.

        One call, and one for each of the newest deployments that was not created before `since`.
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
