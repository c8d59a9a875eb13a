"""apps.connections.open (https://docs.slack.dev/reference/methods/apps.connections.open): the one method of the app-level token."""

from collections.abc import Mapping

from sandbox.slack_workspace.model import Json
from sandbox.slack_workspace.web_api.calls import Call, Endpoint, endpoint


def _open(call: Call) -> Json:
    return {"url": call.services.sockets.issue()}


METHODS: Mapping[str, Endpoint] = {"apps.connections.open": endpoint(_open, "")}
