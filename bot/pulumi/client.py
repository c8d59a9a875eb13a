"""The client of the Pulumi Deployments REST API: one method per endpoint, `bot.ports.Pulumi` and a few more."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from copy import copy
from datetime import datetime
from typing import Any

import httpx

from bot.domain.deployment_settings import DeploymentSettings, one_spelling, read_settings
from bot.domain.deployments import Deployment
from bot.domain.links import Account
from bot.domain.stacks import StackRef
from bot.errors import NotFoundError, PulumiError
from bot.ports import Created, LogLine, OrgMetadata, Page, StackMetadata
from bot.pulumi import console, logs, settings_digest
from bot.pulumi.limits import Limits
from bot.pulumi.transport import Transport
from bot.pulumi.wire import requests
from bot.pulumi.wire.accounts import read_account
from bot.pulumi.wire.answers import Answer, read_array, read_object, unreadable
from bot.pulumi.wire.calls import Call, Token
from bot.pulumi.wire.creation import creation, removes_a_part
from bot.pulumi.wire.deployments import Update, read_created, read_deployment, read_page, read_updates
from bot.pulumi.wire.logs import LogPage, StepPage, read_log, read_step_log
from bot.pulumi.wire.metadata import read_org_metadata, read_stack_metadata

# How many of a stack's newest deployments are looked at for the one that a request became.
NEWEST = 20


class PulumiClient:
    """Pulumi Cloud, as one token's owner sees it.

    `http` is the one connection pool of the process; it is not closed here. `console_base` is where people look at
    deployments, derived from `base_url` when empty. Every method raises `bot.errors.PulumiError` of the fitting kind.
    """

    def __init__(
        self,
        http: httpx.AsyncClient,
        *,
        base_url: str,
        token: str,
        limits: Limits = Limits(),  # noqa: B008  frozen, so shared safely
        console_base: str = "",
    ) -> None:
        self._transport = Transport(http, base_url=base_url, limits=limits)
        self._console = console_base or console.console_base(base_url)
        self._token = Token(token)
        self._owner = ""

    def with_token(self, token: str, *, owner: str = "") -> PulumiClient:
        """The same service through the same connections, as somebody else; errors then name the `owner`."""
        other = copy(self)
        other._token, other._owner = Token(token), owner  # noqa: SLF001  of its own kind
        return other

    async def whoami(self) -> Account:
        """Whom the token belongs to."""
        call = requests.get_user()
        answer = await self._send(call)
        account = read_account(read_object(call, answer))
        if not account.login:
            raise unreadable(call, answer, "answered without a login")
        return account

    def console_url(self, stack: StackRef, version: int) -> str:
        """The page of a deployment in Pulumi's console."""
        return console.console_url(self._console, stack, version)

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
        """Start a deployment that carries `request_id` as the name of a variable.

        `settings` that remove a whole part (a null for all variables) cost a look at the stack's.
        Sent again only when no connection was made. Raises AnswerLostError when it may have happened: `find_request` tells.
        """
        said = one_spelling(settings or {})
        body = creation(
            operation=operation,
            request_id=request_id,
            branch=branch,
            commit=commit,
            message=message,
            requested_by=requested_by,
            approved_by=approved_by,
            settings=said,
            inherit=inherit,
            inherited=await self._inherited(stack) if inherit and removes_a_part(said) else None,
        )
        call = requests.create_deployment(stack, body)
        answer = await self._send(call)
        created = read_created(read_object(call, answer))
        if created is None:
            raise unreadable(call, answer, "answered without an id and a version")
        url = created.console_url or self.console_url(stack, created.version)
        return Created(id=created.id, version=created.version, console_url=url)

    async def find_request(
        self, stack: StackRef, request_id: str, *, since: datetime | None = None
    ) -> Deployment | None:
        """The deployment that a request became, or None: asked before a create call is made again.

        Lists do not hold variables, so the newest deployments are read one by one; `since` leaves out older ones.
        """
        for listed in (await self.list_stack(stack, page_size=NEWEST)).deployments:
            if since and listed.created and listed.created < since:
                break
            try:
                found = await self.get(stack, listed.id)
            except NotFoundError:
                continue  # deleted since it was listed
            if found.request_id == request_id:
                return found
        return None

    async def get(self, stack: StackRef, deployment_id: str) -> Deployment:
        """One deployment by id, with the names of its environment variables."""
        return await self._deployment(stack, requests.get_deployment(stack, deployment_id))

    async def get_version(self, stack: StackRef, version: int) -> Deployment:
        """One deployment by its number, with the names of its environment variables."""
        return await self._deployment(stack, requests.get_version(stack, version))

    async def updates(self, stack: StackRef, deployment_id: str) -> tuple[Update, ...]:
        """The Pulumi updates that a deployment made, with what they changed."""
        call = requests.get_updates(stack, deployment_id)
        return read_updates(read_array(call, await self._send(call)))

    async def changes(self, stack: StackRef, deployment_id: str) -> Mapping[str, int]:
        """What the last run that says so did to resources; lists of deployments do not hold it."""
        said = [update.changes for update in await self.updates(stack, deployment_id)]
        return next((changes for changes in reversed(said) if changes), {})

    async def list_org(
        self, org: str, *, page: int = 1, page_size: int = 100, status: str = "", asc: bool = False
    ) -> Page:
        """Deployments of an organisation, newest first unless `asc`."""
        call = requests.list_org(org, page=page, page_size=page_size, status=status, asc=asc)
        return read_page(await self._object(call), org=org, status=status)

    async def list_stack(
        self, stack: StackRef, *, page: int = 1, page_size: int = 10, status: str = "", asc: bool = False
    ) -> Page:
        """Deployments of a stack, newest first unless `asc`."""
        call = requests.list_stack(stack, page=page, page_size=page_size, status=status, asc=asc)
        return read_page(await self._object(call), org=stack.org, stack=stack, status=status)

    async def cancel(self, stack: StackRef, deployment_id: str) -> None:
        """Cancel a running or queued deployment.

        May be sent twice. If the second is told 404 because the first one removed it from the queue, that is an
        AnswerLostError: only a look can tell.
        """
        await self._send(requests.cancel(stack, deployment_id))

    async def pause(self, stack: StackRef) -> None:
        """Hold new deployments of a stack; may be sent twice. BadRequestError when it has no deployment settings."""
        await self._send(requests.pause_stack(stack))

    async def resume(self, stack: StackRef) -> None:
        """Let them go on; may be sent twice."""
        await self._send(requests.resume_stack(stack))

    async def pause_org(self, org: str) -> None:
        """Hold new deployments of a whole organisation; may be sent twice. ForbiddenError unless an administrator's token."""
        await self._send(requests.pause_org(org))

    async def resume_org(self, org: str) -> None:
        """Let them go on; may be sent twice."""
        await self._send(requests.resume_org(org))

    async def metadata(self, stack: StackRef) -> StackMetadata:
        """Is the stack paused, and by what."""
        return read_stack_metadata(await self._object(requests.stack_metadata(stack)))

    async def org_metadata(self, org: str) -> OrgMetadata:
        """Is the organisation paused, and how much is under way."""
        return read_org_metadata(await self._object(requests.org_metadata(org)))

    async def settings(self, stack: StackRef) -> DeploymentSettings:
        """The stack's deployment settings. NotFoundError when it has none, or when there is no such stack."""
        return read_settings(await self._object(requests.get_settings(stack)))

    async def settings_digest(self, stack: StackRef) -> str:
        """A name for all of them, from two looks where there is a secret; NotFoundError is "it has none"."""
        try:
            raw = again = (await self.settings(stack)).raw
            if settings_digest.without_secrets(raw) != raw:
                again = (await self.settings(stack)).raw
        except NotFoundError:
            return settings_digest.NONE
        return settings_digest.digest(raw, again)

    async def patch_settings(self, stack: StackRef, patch: Mapping[str, Any]) -> DeploymentSettings:
        """Merge `patch` into the settings; what they are afterwards. Sent once: AnswerLostError asks for a look."""
        return read_settings(await self._object(requests.patch_settings(stack, one_spelling(patch))))

    async def replace_settings(self, stack: StackRef, settings: Mapping[str, Any]) -> DeploymentSettings:
        """Set all settings anew. Secrets read from the service are hidden, so sending those back would lose them: prefer a patch."""
        return read_settings(await self._object(requests.replace_settings(stack, one_spelling(settings))))

    async def clear_settings(self, stack: StackRef) -> None:
        """Remove all settings."""
        await self._send(requests.clear_settings(stack))

    async def log(self, stack: StackRef, deployment_id: str) -> AsyncIterator[LogLine]:
        """All lines there are now, from the beginning; ends at the present end."""
        async for read in self.log_from(stack, deployment_id):
            yield read.line

    def log_from(
        self,
        stack: StackRef,
        deployment_id: str,
        cursor: logs.Cursor = logs.START,
        *,
        wait: float | None = None,
    ) -> AsyncIterator[logs.Read]:
        """Lines after `cursor`, each with the cursor behind it, which survives restarts.

        Ends at the present end; with `wait` (seconds between looks) only when the log has ended.
        """

        async def page(token: str) -> LogPage:
            return read_log(await self._object(requests.get_log(stack, deployment_id, token=token)))

        return logs.read_on(page, cursor, wait=wait)

    def step_log(
        self, stack: StackRef, deployment_id: str, *, job: int, step: int, offset: int = 0
    ) -> AsyncIterator[LogLine]:
        """The lines of one step after the first `offset`; `job` and `step` count from 0. Ends at the present end."""

        async def page(start: int) -> StepPage:
            call = requests.get_step_log(stack, deployment_id, job=job, step=step, offset=start)
            return read_step_log(await self._object(call))

        return logs.read_step(page, offset)

    async def _inherited(self, stack: StackRef) -> Mapping[str, Any]:
        try:
            return (await self.settings(stack)).raw
        except NotFoundError:
            return {}

    async def _deployment(self, stack: StackRef, call: Call) -> Deployment:
        answer = await self._send(call)
        deployment = read_deployment(read_object(call, answer), stack=stack)
        if deployment is None:
            raise unreadable(call, answer, "answered without an id and a version")
        return deployment

    async def _object(self, call: Call) -> dict[str, Any]:
        return read_object(call, await self._send(call))

    async def _send(self, call: Call) -> Answer:
        try:
            return await self._transport.send(call, token=self._token)
        except PulumiError as error:
            error.owner = self._owner
            raise
