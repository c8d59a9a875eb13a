"""Pulumi Cloud: the Deployments REST API and its webhooks. `wire` is pure; only `transport` does I/O."""
