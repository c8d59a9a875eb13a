"""The Web API under /api/<method> (https://docs.slack.dev/apis/web-api)."""

from sandbox.slack_workspace.web_api.dispatch import WebApi, web_api_routes

__all__ = ["WebApi", "web_api_routes"]
