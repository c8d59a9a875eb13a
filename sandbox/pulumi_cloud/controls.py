"""`/sandbox/`: what tests and demos do to the service behind its API. Answered to this machine only."""

from collections.abc import Awaitable, Callable
from ipaddress import ip_address
from typing import Any

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.faults import fault_routes
from sandbox.pulumi_cloud.cloud import BadRequest, Cloud, json_response, read_control, refusing
from sandbox.pulumi_cloud.deployment_routes import effective_settings
from sandbox.pulumi_cloud.deployment_settings import Settings, merge, shown
from sandbox.pulumi_cloud.model import Deployment, Organization, Stack, StackRef
from sandbox.pulumi_cloud.options import change_options
from sandbox.pulumi_cloud.push_routes import push_routes
from sandbox.pulumi_cloud.scenario import OPERATIONS
from sandbox.pulumi_cloud.settings_rules import accept, check_settings
from sandbox.pulumi_cloud.wire import created_json, snapshot_json
from sandbox.pulumi_cloud.world import PEOPLE, default_settings, person

__all__ = ["LoopbackOnly", "control_routes"]


class _Ref(msgspec.Struct, kw_only=True):
    org: str
    project: str
    stack: str

    def ref(self) -> StackRef:
        """The stack meant."""
        return StackRef(self.org, self.project, self.stack)


class _PutStack(_Ref, kw_only=True, forbid_unknown_fields=True):
    scenario: str
    settings: dict[str, Any] | msgspec.UnsetType | None = msgspec.UNSET


class _Start(_Ref, kw_only=True, forbid_unknown_fields=True):
    operation: str = "update"
    initiator: str = "console"
    login: str = PEOPLE[0].login
    settings: dict[str, Any] = {}
    scenario: str | None = None


class _Tune(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    speed: float | None = None
    concurrency: int | None = None
    options: dict[str, Any] = {}


def control_routes(cloud: Cloud) -> list[Route]:
    """All of `/sandbox/`."""

    async def put_stack(request: Request) -> Response:
        return _put_stack(cloud, await read_control(request, _PutStack))

    async def start(request: Request) -> Response:
        return _start(cloud, await read_control(request, _Start))

    async def remove(request: Request) -> Response:
        return _remove(cloud, request.path_params["deployment"])

    async def tune(request: Request) -> Response:
        return _tune(cloud, await read_control(request, _Tune))

    async def state(_request: Request) -> Response:
        return json_response(_state(cloud))

    return [
        Route("/sandbox/stacks", put_stack, methods=["POST"]),
        Route("/sandbox/deployments", start, methods=["POST"]),
        Route("/sandbox/deployments/{deployment}", remove, methods=["DELETE"]),
        Route("/sandbox/settings", tune, methods=["POST"]),
        Route("/sandbox/state", state, methods=["GET"]),
        *push_routes(cloud),
        *fault_routes(cloud.faults),
    ]


def _put_stack(cloud: Cloud, body: _PutStack) -> Response:
    cloud.now()
    scenario = cloud.engine.scenarios.get(body.scenario)
    if scenario is None:
        raise BadRequest(f"unknown scenario {body.scenario!r}: one of {', '.join(cloud.engine.scenarios)}")
    existing = cloud.engine.stack(body.ref())
    settings: Settings | None
    if body.settings is not msgspec.UNSET:
        with refusing():
            settings = None if body.settings is None else check_settings(merge({}, accept(body.settings)))
    else:
        settings = existing.settings if existing else default_settings(body.ref(), scenario)
    stack = cloud.engine.put_stack(body.ref(), scenario=body.scenario, settings=settings)
    return json_response(_stack_json(stack), 200 if existing else 201)


def _start(cloud: Cloud, body: _Start) -> Response:
    """Start one as the console, a push or a schedule would: not over the API, not by the token's owner."""
    now, stack = cloud.now(), cloud.engine.stack(body.ref())
    if stack is None:
        raise HTTPException(404, f"Not Found: stack '{body.ref()}' not found")
    if body.operation not in OPERATIONS or (body.scenario or stack.scenario) not in cloud.engine.scenarios:
        raise BadRequest("unknown operation or scenario")
    settings = effective_settings(stack, body.settings, inherit=True)
    if body.initiator not in ("console", "cli"):
        cloud.engine.push(settings)
    deployment = cloud.engine.create(
        stack,
        operation=body.operation,
        settings=settings,
        requested_by=person(body.login),
        initiator=body.initiator,
        now=now,
        scenario=body.scenario,
    )
    return json_response(created_json(cloud.public_url, deployment), 202)


def _remove(cloud: Cloud, deployment_id: str) -> Response:
    now, deployment = cloud.now(), cloud.engine.deployments.get(deployment_id)
    if deployment is None:
        raise HTTPException(404, f"Not Found: deployment '{deployment_id}' not found")
    cloud.engine.remove(deployment, now=now)
    return json_response({"removed": deployment_id})


def _tune(cloud: Cloud, body: _Tune) -> Response:
    now, engine = cloud.now(), cloud.engine
    if body.speed is not None and not 0 < body.speed <= 10_000:  # noqa: PLR2004 - bounds said once
        raise BadRequest("speed must be above 0 and at most 10000")
    if body.concurrency is not None and body.concurrency < 1:
        raise BadRequest("concurrency must be 1 or more")
    try:
        engine.options = change_options(engine.options, body.options)
    except ValueError as error:
        raise BadRequest(str(error)) from error
    engine.speed = body.speed or engine.speed
    if body.concurrency is not None:
        engine.set_concurrency(body.concurrency, now=now)
    return json_response(_tuning(cloud))


def _tuning(cloud: Cloud) -> dict[str, Any]:
    return {
        "speed": cloud.engine.speed,
        "options": msgspec.to_builtins(cloud.engine.options),
        "seed": cloud.seed,
    }


def _state(cloud: Cloud) -> dict[str, Any]:
    now, engine = cloud.now(), cloud.engine
    return {
        **_tuning(cloud),
        "organizations": [_organization_json(org) for org in engine.organizations.values()],
        "stacks": [_stack_json(stack) for stack in engine.stacks()],
        "deployments": [_deployment_json(cloud, d, now) for d in engine.deployments.values()],
        "requests": dict(cloud.requests),
        "faults": {"rules": cloud.faults.described(), "fired": dict(cloud.faults.fired)},
        "answers_checked": cloud.book.checked,
        "contract_violations": cloud.book.violations,
        "scenarios": {name: scenario.summary for name, scenario in engine.scenarios.items()},
    }


def _organization_json(org: Organization) -> dict[str, Any]:
    return {
        "org": org.name,
        "paused": org.paused,
        "concurrency": org.concurrency,
        "active": len(org.active),
        "queued": len(org.queued),
    }


def _stack_json(stack: Stack) -> dict[str, Any]:
    return {
        "org": stack.ref.org,
        "project": stack.ref.project,
        "stack": stack.ref.stack,
        "scenario": stack.scenario,
        "paused": stack.paused,
        "deployments": len(stack.deployments),
        "settings": None if stack.settings is None else shown(stack.settings),
    }


def _deployment_json(cloud: Cloud, deployment: Deployment, now: int) -> dict[str, Any]:
    snapshot = snapshot_json(deployment, now, cloud.engine.options)
    jobs = snapshot.get("jobs") or [{"steps": []}]
    return {
        "id": deployment.id,
        "org": deployment.ref.org,
        "project": deployment.ref.project,
        "stack": deployment.ref.stack,
        "version": deployment.version,
        "operation": deployment.operation,
        "scenario": deployment.scenario,
        "status": snapshot["status"],
        "commit": deployment.commit,
        "initiator": deployment.initiator,
        "requestedBy": deployment.requested_by.login,
        "environmentVariables": sorted(
            deployment.settings.get("operationContext", {}).get("environmentVariables", {})
        ),
        "created": snapshot["created"],
        "modified": snapshot["modified"],
        "steps": [{"name": step["name"], "status": step["status"]} for step in jobs[0]["steps"]],
    }


class LoopbackOnly:
    """Middleware: `/sandbox/` answers nobody but this machine."""

    def __init__(self, app: Any) -> None:
        """Wrap an ASGI app."""
        self._app = app

    async def __call__(self, scope: Any, receive: Any, send: Callable[[Any], Awaitable[None]]) -> None:
        """Serve, or refuse with 403."""
        if scope["type"] == "http" and scope["path"].startswith("/sandbox") and not _is_local(scope):
            await json_response({"error": "only from this machine"}, 403)(scope, receive, send)
            return
        await self._app(scope, receive, send)


def _is_local(scope: Any) -> bool:
    host = (scope.get("client") or ("", 0))[0]
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
