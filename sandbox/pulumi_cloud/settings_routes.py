"""Deployment settings of a stack: read, merge, replace, clear. REST API page, "Get Settings" to "Clear Settings"."""

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

from sandbox.pulumi_cloud.cloud import Call, Cloud, api_route, json_response, refusing
from sandbox.pulumi_cloud.deployment_settings import Settings, merge, shown
from sandbox.pulumi_cloud.model import Stack
from sandbox.pulumi_cloud.settings_rules import accept, check_settings

__all__ = ["settings_routes"]

_PATH = "/api/stacks/{org}/{project}/{stack}/deployments/settings"


def settings_routes(cloud: Cloud) -> list[Route]:
    """Routes of settings."""
    return [
        api_route(cloud, "GET", _PATH, read),
        api_route(cloud, "POST", _PATH, patch),
        api_route(cloud, "PUT", _PATH, replace),
        api_route(cloud, "DELETE", _PATH, clear),
    ]


def read(call: Call) -> Response:
    """200 with the settings, 404 when the stack has none."""
    stack = call.stack()
    if stack.settings is None:
        raise HTTPException(404, f"Not Found: no deployment settings for stack '{stack.ref}'")
    return _answer(call, stack)


def patch(call: Call) -> Response:
    """Merge; answers the full settings, or 400 when they would break a rule."""
    stack = call.stack()
    return _keep(call, stack, merge(stack.settings or {}, _given(call)))


def replace(call: Call) -> Response:
    """Replace; answers the full settings, or 400 when they break a rule."""
    return _keep(call, call.stack(), merge({}, _given(call)))


def clear(call: Call) -> Response:
    """Answers a JSON boolean: whether there was anything to clear."""
    stack = call.stack()
    had = stack.settings is not None
    stack.settings = None
    return json_response(had)


def _given(call: Call) -> Settings:
    with refusing():
        return accept(call.json_object())


def _keep(call: Call, stack: Stack, settings: Settings) -> Response:
    with refusing():
        stack.settings = check_settings(settings)
    stack.settings_source = "api"
    stack.settings_version += 1
    return _answer(call, stack)


def _answer(call: Call, stack: Stack) -> Response:
    options = call.cloud.engine.options
    settings = shown(
        stack.settings or {},
        repo_key=options.repo_key,
        image_as_object=options.executor_image == "object",
        salt=call.cloud.salt(),
    )
    if options.settings_metadata:
        settings |= {"source": stack.settings_source, "version": stack.settings_version}
    return json_response(settings)
