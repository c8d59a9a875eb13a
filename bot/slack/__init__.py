"""Slack as an adapter: a client with honest errors, the budget of rate limits, and the outbox that posts once."""
