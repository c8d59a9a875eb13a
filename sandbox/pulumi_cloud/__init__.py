"""A Pulumi Cloud on one machine: the Deployments REST API with an engine behind it that follows the real queue rules."""

from sandbox.pulumi_cloud.app import create_app
from sandbox.pulumi_cloud.options import Options
from sandbox.pulumi_cloud.server import DEFAULT_PORT, serve
from sandbox.pulumi_cloud.webhooks import WebhookTarget
from sandbox.pulumi_cloud.world import DEFAULT_WORLD, StackSeed

__all__ = ["DEFAULT_PORT", "DEFAULT_WORLD", "Options", "StackSeed", "WebhookTarget", "create_app", "serve"]
