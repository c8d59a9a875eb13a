"""Pause, resume and metadata of stacks and organisations. REST API page, "Pause Deployments" and what follows it."""

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

from sandbox.pulumi_cloud import wire
from sandbox.pulumi_cloud.cloud import Call, Cloud, api_route, json_response

__all__ = ["pause_routes"]

_STACK = "/api/stacks/{org}/{project}/{stack}/deployments"
_ORG = "/api/orgs/{org}/deployments"


def pause_routes(cloud: Cloud) -> list[Route]:
    """Routes of pauses. They come before a deployment's id, which would match the same paths."""
    return [
        api_route(cloud, "POST", f"{_STACK}/pause", pause_stack),
        api_route(cloud, "POST", f"{_STACK}/resume", resume_stack),
        api_route(cloud, "GET", f"{_STACK}/metadata", stack_metadata),
        api_route(cloud, "POST", f"{_ORG}/pause", pause_organization),
        api_route(cloud, "POST", f"{_ORG}/resume", resume_organization),
        api_route(cloud, "GET", f"{_ORG}/metadata", organization_metadata),
    ]


def pause_stack(call: Call) -> Response:
    """200 without a body; 400 when the stack has no settings."""
    return _set_stack(call, paused=True)


def resume_stack(call: Call) -> Response:
    """200 without a body; 400 when the stack has no settings."""
    return _set_stack(call, paused=False)


def _set_stack(call: Call, *, paused: bool) -> Response:
    stack = call.stack()
    if stack.settings is None:
        raise HTTPException(
            400,
            "Bad Request: Attempted to pause or resume deployments on stack before it has been configured for "
            "deployments",
        )
    call.cloud.engine.pause(stack, paused=paused, now=call.now)
    return Response(status_code=200)


def pause_organization(call: Call) -> Response:
    """200 without a body; 403 for who is not an administrator."""
    return _set_organization(call, paused=True)


def resume_organization(call: Call) -> Response:
    """200 without a body; 403 for who is not an administrator."""
    return _set_organization(call, paused=False)


def _set_organization(call: Call, *, paused: bool) -> Response:
    org = call.organization()
    if not call.caller.admin:
        raise HTTPException(
            403, "Forbidden: only organization administrators can pause or resume deployments"
        )
    call.cloud.engine.pause(org, paused=paused, now=call.now)
    return Response(status_code=200)


def stack_metadata(call: Call) -> Response:
    """Whether a new deployment would wait, and why."""
    stack = call.stack()
    org = call.organization()
    return json_response(
        {
            "paused": stack.paused or org.paused,
            "stackPaused": stack.paused,
            "organizationPaused": org.paused,
            "hasSchedules": False,
        }
    )


def organization_metadata(call: Call) -> Response:
    """Pauses, concurrency and counts."""
    options = call.cloud.engine.options
    return json_response(wire.organization_metadata(call.organization(), call.now, options))
