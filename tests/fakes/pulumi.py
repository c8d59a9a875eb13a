"""A Pulumi Cloud in memory."""

from __future__ import annotations

import asyncio
import copy
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from bot.domain.deployment_settings import DeploymentSettings, merge, read_settings
from bot.domain.deployments import NOT_STARTED, REQUEST_VARIABLE, Deployment
from bot.domain.links import Account
from bot.domain.stacks import StackRef
from bot.errors import BadRequestError, ForbiddenError, NotFoundError, UnauthorizedError
from bot.ports import Created, LogLine, OrgMetadata, Page, Pulumi, StackMetadata
from tests.builders import START, at


@dataclass(slots=True)
class FakePulumi(Pulumi):
    """Deployments do what a test says. Every call can go wrong before its effect (`refuse`) or after it (`lose`).

    `accounts` are the owners of personal tokens; one that is not there is unknown. `acts` are the calls with whose token they were made, `people` who asked for and who approved each creation.
    `meanwhile` holds what happens, once, while a call is on its way. `calls` are the names of the methods called,
    `asked` what differed from the stack's settings in each create call, `looked_since` how far back each look for a request went.
    """

    deployments: dict[str, Deployment] = field(default_factory=dict)
    stacks: set[StackRef] = field(default_factory=set)
    without_settings: set[StackRef] = field(default_factory=set)
    paused: set[StackRef] = field(default_factory=set)
    paused_orgs: set[str] = field(default_factory=set)
    deployment_settings: dict[StackRef, dict[str, Any]] = field(default_factory=dict)
    patches: list[dict[str, Any]] = field(default_factory=list)
    logs: dict[str, list[LogLine]] = field(default_factory=dict)
    changed: dict[str, dict[str, int]] = field(default_factory=dict)
    step_logs: dict[tuple[str, int, int], list[LogLine]] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    meanwhile: dict[str, Callable[[], Awaitable[None]]] = field(default_factory=dict)
    asked: list[dict[str, Any]] = field(default_factory=list)
    tells_paused_stacks: bool = True
    accounts: dict[str, Account] = field(default_factory=dict)
    people: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    looked_since: list[datetime | None] = field(default_factory=list)
    acts: list[tuple[str, str]] = field(default_factory=list)
    token: str = ""
    owner: str = ""
    digests: dict[StackRef, str] = field(default_factory=dict)
    is_admin: bool = True
    _refusals: dict[str, list[Exception]] = field(default_factory=lambda: defaultdict(list))
    _losses: dict[str, list[BaseException]] = field(default_factory=lambda: defaultdict(list))

    def put(self, *deployments: Deployment) -> None:
        """They are there now, or look like this now."""
        self.deployments |= {each.id: each for each in deployments}

    def delete(self, *deployments: Deployment) -> None:
        """Somebody deleted them there."""
        for each in deployments:
            del self.deployments[each.id]

    def refuse(self, method: str, *errors: Exception) -> None:
        """The next calls of a method fail, and do nothing."""
        self._refusals[method] += errors

    def lose(self, method: str, *errors: BaseException) -> None:
        """The next calls of a method do their work and fail; with `Killed`, the process dies there."""
        self._losses[method] += errors

    def land(self, stack: StackRef, request_id: str, **facts: Any) -> Deployment:
        """What a create call does, whatever becomes of its answer."""
        version = max((each.version for each in self.of(stack)), default=0) + 1
        told: dict[str, Any] = {
            "id": f"{stack.stack}-{version}",
            "status": NOT_STARTED,
            "created": at(version),
            "modified": at(version),
            "initiator": "quarterdeck",
            "environment": frozenset({f"{REQUEST_VARIABLE}{request_id}"}),
        }
        made = Deployment(stack=stack, version=version, **{**told, **facts})
        self.put(made)
        return made

    def of(self, stack: StackRef) -> list[Deployment]:
        """A stack's deployments, newest first."""
        return [each for each in self._newest_first() if each.stack == stack]

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
        async with _call(self, "create"):
            self.asked.append({"settings": settings, "inherit": inherit, "message": message})
            self.people.append((requested_by, tuple(approved_by)))
            made = self.land(stack, request_id, operation=operation, branch=branch, commit=commit)
        return Created(id=made.id, version=made.version, console_url=self.console_url(stack, made.version))

    async def find_request(
        self, stack: StackRef, request_id: str, *, since: datetime | None = None
    ) -> Deployment | None:
        async with _call(self, "find_request"):
            self.looked_since.append(since)
            found = [each for each in self.of(stack) if each.request_id == request_id]
            found = [each for each in found if not since or not each.created or each.created >= since]
        return found[0] if found else None

    async def get(self, stack: StackRef, deployment_id: str) -> Deployment:
        async with _call(self, "get"):
            found = self.deployments.get(deployment_id)
        if found is None or found.stack != stack:
            raise NotFoundError("no such deployment", status=404)
        return found

    async def get_version(self, stack: StackRef, version: int) -> Deployment:
        async with _call(self, "get_version"):
            found = [each for each in self.of(stack) if each.version == version]
        if not found:
            raise NotFoundError("no such deployment", status=404)
        return found[0]

    async def list_org(self, org: str, *, page: int = 1, page_size: int = 100) -> Page:
        async with _call(self, "list_org"):
            found = [each for each in self._newest_first() if each.stack.org == org]
        return _page(found, page, page_size)

    async def list_stack(
        self, stack: StackRef, *, page: int = 1, page_size: int = 10, status: str = ""
    ) -> Page:
        async with _call(self, "list_stack"):
            found = [each for each in self.of(stack) if status in {"", each.status}]
        return _page(found, page, page_size)

    async def cancel(self, stack: StackRef, deployment_id: str) -> None:
        async with _call(self, "cancel"):
            if deployment_id not in self.deployments:
                raise NotFoundError("no such deployment", status=404)
            self.put(replace(self.deployments[deployment_id], status="failed"))

    async def pause(self, stack: StackRef) -> None:
        async with _call(self, "pause"):
            if stack in self.without_settings:
                raise BadRequestError("the stack has no deployment settings", status=400)
            self.paused.add(stack)

    async def resume(self, stack: StackRef) -> None:
        async with _call(self, "resume"):
            self.paused.discard(stack)

    async def pause_org(self, org: str) -> None:
        async with _call(self, "pause_org"):
            self._admins_only()
            self.paused_orgs.add(org)

    async def resume_org(self, org: str) -> None:
        async with _call(self, "resume_org"):
            self._admins_only()
            self.paused_orgs.discard(org)

    def _admins_only(self) -> None:
        if not self.is_admin:
            raise ForbiddenError(
                "only organization administrators can pause or resume deployments", status=403
            )

    async def changes(self, stack: StackRef, deployment_id: str) -> Mapping[str, int]:
        async with _call(self, "changes"):
            return self.changed.get(deployment_id, {})

    async def metadata(self, stack: StackRef) -> StackMetadata:
        async with _call(self, "metadata"):
            known = stack in self.stacks or bool(self.of(stack))
        if not known:
            raise NotFoundError("no such stack", status=404)
        here, everywhere = stack in self.paused, stack.org in self.paused_orgs
        return StackMetadata(paused=here or everywhere, stack_paused=here, organization_paused=everywhere)

    async def org_metadata(self, org: str) -> OrgMetadata:
        async with _call(self, "org_metadata"):
            names = tuple(sorted(stack.short for stack in self.paused if stack.org == org))
        return OrgMetadata(
            paused=org in self.paused_orgs, paused_stacks=names if self.tells_paused_stacks else None
        )

    async def log(self, stack: StackRef, deployment_id: str) -> AsyncIterator[LogLine]:
        async with _call(self, "log"):
            lines = self.logs.get(deployment_id, [])
        for line in lines:
            yield line

    async def step_log(
        self, stack: StackRef, deployment_id: str, *, job: int, step: int
    ) -> AsyncIterator[LogLine]:
        async with _call(self, "step_log"):
            lines = self.step_logs.get((deployment_id, job, step), [])
        for line in lines:
            yield line

    async def settings(self, stack: StackRef) -> DeploymentSettings:
        async with _call(self, "settings"):
            found = self.deployment_settings.get(stack)
        if found is None:
            raise NotFoundError("no deployment settings", status=404)
        return read_settings(found)

    async def patch_settings(self, stack: StackRef, patch: Mapping[str, Any]) -> DeploymentSettings:
        async with _call(self, "patch_settings"):
            self.patches.append(dict(patch))
            merged = merge(self.deployment_settings.get(stack, {}), patch)
            self.deployment_settings[stack] = merged
        return read_settings(merged)

    async def clear_settings(self, stack: StackRef) -> None:
        async with _call(self, "clear_settings"):
            self.deployment_settings.pop(stack, None)

    async def settings_digest(self, stack: StackRef) -> str:
        async with _call(self, "settings_digest"):
            return self.digests.get(stack, "as-ever")

    def with_token(self, token: str, *, owner: str = "") -> FakePulumi:
        """The same service, and all that happens in it, as somebody else."""
        other = copy.copy(self)
        other.token, other.owner = token, owner
        return other

    async def whoami(self) -> Account:
        async with _call(self, "whoami"):
            return self.accounts[self.token]

    def console_url(self, stack: StackRef, version: int) -> str:
        return f"https://app.pulumi.com/{stack}/deployments/{version}"

    def _newest_first(self) -> list[Deployment]:
        return sorted(self.deployments.values(), key=lambda each: each.created or START, reverse=True)


class _call:  # noqa: N801  reads as a verb where it is used
    """A round trip: on its way, the effect, and the way back."""

    def __init__(self, pulumi: FakePulumi, method: str) -> None:
        self._pulumi = pulumi
        self._method = method

    async def __aenter__(self) -> None:
        pulumi = self._pulumi
        pulumi.calls.append(self._method)
        pulumi.acts.append((self._method, pulumi.owner))
        await asyncio.sleep(0)
        if event := pulumi.meanwhile.pop(self._method, None):
            await event()
        if pulumi.token and pulumi.token not in pulumi.accounts:
            error = UnauthorizedError("no such token", status=401)
            error.owner = pulumi.owner
            raise error
        if pulumi._refusals[self._method]:
            raise pulumi._refusals[self._method].pop(0)

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        await asyncio.sleep(0)
        if kind is None and self._pulumi._losses[self._method]:
            raise self._pulumi._losses[self._method].pop(0)


def _page(found: list[Deployment], page: int, size: int) -> Page:
    """Lists hold no variables."""
    listed = found[(page - 1) * size : page * size]
    return Page(tuple(replace(each, environment=frozenset()) for each in listed), total=len(found))
