"""Deployments: create, read, list, cancel, logs. REST API page, "Endpoints"."""

from collections.abc import Mapping
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

from sandbox.pulumi_cloud import wire
from sandbox.pulumi_cloud.cloud import BadRequest, Call, Cloud, api_route, json_response, refusing
from sandbox.pulumi_cloud.deployment_settings import Settings, merge
from sandbox.pulumi_cloud.model import STATUSES, Deployment, Stack
from sandbox.pulumi_cloud.scenario import OPERATIONS
from sandbox.pulumi_cloud.settings_rules import accept, check_run

__all__ = ["deployment_routes", "effective_settings"]

_STACK = "/api/stacks/{org}/{project}/{stack}/deployments"
_INITIATOR = "X-Pulumi-Deployment-Initiator"
_DEFAULT_INITIATOR = "api"
_LARGEST_PAGE = 100
_DEFAULT_COUNT = 100
_MOST_LINES = 499
_MOST_DIGITS = 19


def deployment_routes(cloud: Cloud) -> list[Route]:
    """Routes of deployments. Fixed words come before the deployment's id."""
    one = _STACK + "/{deployment}"
    return [
        api_route(cloud, "POST", _STACK, create),
        api_route(cloud, "GET", _STACK, list_of_stack),
        api_route(cloud, "GET", "/api/orgs/{org}/deployments", list_of_organization),
        api_route(cloud, "GET", _STACK + "/version/{version}", get_by_version),
        api_route(cloud, "GET", one, get_by_id),
        api_route(cloud, "GET", one + "/logs", logs),
        api_route(cloud, "GET", one + "/updates", updates),
        api_route(cloud, "POST", one + "/cancel", cancel),
    ]


def create(call: Call) -> Response:
    """202 with the id; 400 without an operation; 404 without the stack."""
    stack, request = call.stack(), call.json_object()
    operation = request.get("operation")
    if not operation:
        raise BadRequest("Missing top level required field 'operation'")
    if not isinstance(operation, str) or operation not in OPERATIONS:
        raise BadRequest(f"invalid operation {operation!r}: one of {', '.join(OPERATIONS)}")
    inherit = request.get("inheritSettings", True)
    if not isinstance(inherit, bool | None):
        raise BadRequest("inheritSettings must be a boolean")
    deployment = call.cloud.engine.create(
        stack,
        operation=operation,
        settings=effective_settings(stack, request, inherit=inherit is not False),
        requested_by=call.caller,
        initiator=call.headers.get(_INITIATOR, _DEFAULT_INITIATOR),
        now=call.now,
    )
    return json_response(wire.created_json(call.cloud.public_url, deployment), 202)


def effective_settings(stack: Stack, given: Mapping[str, Any], *, inherit: bool) -> Settings:
    """What a run uses: the stack's settings with those of the request, or the request's alone.

    Raises:
        BadRequest: an operation inside `operationContext`, settings that break a rule.
    """
    context = given.get("operationContext")
    if isinstance(context, dict) and context.get("operation") is not None:
        raise BadRequest("'operation' must only be set at the top level")
    with refusing():
        return check_run(merge((stack.settings if inherit else None) or {}, accept(given)))


def get_by_id(call: Call) -> Response:
    """One deployment in full."""
    return _full(call, call.deployment())


def get_by_version(call: Call) -> Response:
    """The same by its number on the stack."""
    version = call.path["version"]
    for deployment in call.stack().deployments:
        if str(deployment.version) == version:
            return _full(call, deployment)
    raise HTTPException(404, f"Not Found: deployment version '{version}' not found")


def _full(call: Call, deployment: Deployment) -> Response:
    cloud = call.cloud
    return json_response(
        wire.deployment_json(
            deployment, call.now, cloud.engine.options, stack=call.stack(), public_url=cloud.public_url
        )
    )


def list_of_stack(call: Call) -> Response:
    """A page of a stack's deployments."""
    return _page(call, call.stack().deployments)


def list_of_organization(call: Call) -> Response:
    """A page of an organisation's deployments."""
    return _page(call, call.organization().deployments)


def _page(call: Call, oldest_first: list[Deployment]) -> Response:
    page = _whole_number(call, "page", default=1, least=1)
    size = _whole_number(call, "pageSize", default=10, least=1, most=_LARGEST_PAGE)
    chosen = _with_status(call, oldest_first)
    ordered = chosen if _flag(call, "asc") else chosen[::-1]
    options = call.cloud.engine.options
    shown = ordered[(page - 1) * size : page * size]
    return json_response(
        {
            "deployments": [call.cloud.snapshots.get(d, call.now, options) for d in shown],
            "itemsPerPage": size,
            "total": len(chosen),
        }
    )


def _with_status(call: Call, deployments: list[Deployment]) -> list[Deployment]:
    status = call.query.get("status")
    if not status or not call.cloud.engine.options.status_filter:
        return deployments
    if status not in STATUSES:
        raise BadRequest(f"invalid query parameter 'status': {status!r}")
    return [deployment for deployment in deployments if deployment.status(call.now) == status]


def _flag(call: Call, name: str) -> bool:
    text = call.query.get(name, "false").lower()
    if text not in ("true", "false", "1", "0"):
        raise BadRequest(f"invalid query parameter '{name}': {text!r}")
    return text in ("true", "1")


def _whole_number(call: Call, name: str, *, default: int, least: int = 0, most: int = 2**31) -> int:
    text = call.query.get(name)
    if text is None:
        return default
    if not _is_number(text) or not least <= int(text) <= most:
        raise BadRequest(f"invalid query parameter '{name}': {text!r}")
    return int(text)


def _is_number(text: str) -> bool:
    """Digits, and not more than a number of 64 bits has."""
    return text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS


def logs(call: Call) -> Response:
    """Streaming logs, or those of one step when the query names one."""
    if any(name in call.query for name in ("job", "step", "offset", "count")):
        return _step_logs(call)
    token = call.query.get("continuationToken") or call.query.get("nextToken") or ""
    try:
        page = call.cloud.logs.stream(
            call.deployment(), token=token, limit=call.cloud.engine.options.log_page_lines, now=call.now
        )
    except ValueError as error:
        raise BadRequest(str(error)) from error
    return json_response(wire.logs_json(page))


def _step_logs(call: Call) -> Response:
    deployment = call.deployment()
    first = call.cloud.engine.options.first_step
    count = call.query.get("count", str(_DEFAULT_COUNT))
    if not _is_number(count) or not 0 < int(count) <= _MOST_LINES:
        raise HTTPException(400, "Count must be less than 500 and more than 0")
    step = _whole_number(call, "step", default=first) - first
    page = call.cloud.logs.step(
        deployment, step=step, offset=_whole_number(call, "offset", default=0), count=int(count), now=call.now
    )
    if page is None or _whole_number(call, "job", default=0) != 0:
        raise HTTPException(404, "Not Found: Run not found")
    return json_response(wire.step_logs_json(page))


def updates(call: Call) -> Response:
    """The runs of Pulumi inside a deployment."""
    deployment = call.deployment()
    return json_response(wire.update_info(deployment, call.now, latest=call.stack().updates))


def cancel(call: Call) -> Response:
    """200 without a body; what is over answers as the options say."""
    deployment = call.deployment()
    over = call.cloud.engine.options.cancel_finished
    if not call.cloud.engine.cancel(deployment, now=call.now) and over != 200:  # noqa: PLR2004 - a status code
        raise HTTPException(over, f"Deployment '{deployment.id}' is not in progress or queued")
    return Response(status_code=200)
