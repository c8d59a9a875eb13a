"""A Slack workspace on one machine, as strict as Slack: Web API, signed delivery to the app, controls for tests."""
