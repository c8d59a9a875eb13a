"""Quarterdeck: a Slack bot that commands Pulumi Deployments."""
