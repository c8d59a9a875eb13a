"""`POST /sandbox/push`: what GitHub's webhook would tell the service about a push or a pull request."""

from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.pulumi_cloud.cloud import Cloud, json_response, read_control
from sandbox.pulumi_cloud.model import Stack
from sandbox.pulumi_cloud.push import Push, decide, settings_of_run
from sandbox.pulumi_cloud.wire import created_json
from sandbox.pulumi_cloud.world import PEOPLE, person

__all__ = ["push_routes"]

_INITIATOR = "github"


class _PushBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    repository: str
    branch: str
    paths: list[str] = []
    pull_request: int | None = None
    commit: str = ""
    login: str = PEOPLE[0].login

    def push(self) -> Push:
        """The same for a decision."""
        return Push(
            repository=self.repository,
            branch=self.branch,
            paths=tuple(self.paths),
            pull_request=self.pull_request,
        )


def push_routes(cloud: Cloud) -> list[Route]:
    """The one route of pushes."""

    async def push(request: Request) -> Response:
        return json_response(_push(cloud, await read_control(request, _PushBody)))

    return [Route("/sandbox/push", push, methods=["POST"])]


def _push(cloud: Cloud, body: _PushBody) -> dict[str, Any]:
    """Ask every stack; the answer says what was started and what was not, each with the reason."""
    cloud.now()
    push, heads = body.push(), set[str]()
    started: list[dict[str, Any]] = []
    not_started: list[dict[str, Any]] = []
    for stack in list(cloud.engine.stacks()):
        decision = decide(push, stack)
        if decision is None:
            continue
        about = {"stack": str(stack.ref), "reason": decision.reason}
        if not decision.operation:
            not_started.append(about)
            continue
        created = _start(cloud, stack, body, decision.operation, heads)
        started.append({**about, "operation": decision.operation, **created})
    return {"started": started, "notStarted": not_started}


def _start(cloud: Cloud, stack: Stack, body: _PushBody, operation: str, heads: set[str]) -> dict[str, object]:
    """Start one. The branch moves once for a push, however many stacks follow it."""
    settings = settings_of_run(stack, body.push())
    where = cloud.engine.branch_key(settings)
    if where not in heads:
        heads.add(where)
        cloud.engine.push(settings, commit=body.commit)
    deployment = cloud.engine.create(
        stack,
        operation=operation,
        settings=settings,
        requested_by=person(body.login),
        initiator=_INITIATOR,
        now=cloud.now(),
    )
    return created_json(cloud.public_url, deployment)
