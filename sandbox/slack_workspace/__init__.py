"""A Slack workspace on one machine, as strict as Slack: Web API, signed delivery to the app, controls for tests, a page."""

from sandbox.slack_workspace.app import DEFAULT_APP_URL, DEFAULT_PORT, SlackSandbox, create_app
from sandbox.slack_workspace.manifest import Manifest, SlashCommand
from sandbox.slack_workspace.server import serve

__all__ = [
    "DEFAULT_APP_URL",
    "DEFAULT_PORT",
    "Manifest",
    "SlackSandbox",
    "SlashCommand",
    "create_app",
    "serve",
]
