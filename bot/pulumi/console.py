"""Where a person can look at a deployment in Pulumi's own console."""

from __future__ import annotations

from urllib.parse import quote, urlsplit, urlunsplit

from bot.domain.stacks import StackRef


def console_base(backend_url: str) -> str:
    """`https://api.pulumi.com` → `https://app.pulumi.com`; so do self-hosted services that follow the naming.

    Any other address serves its own console (the rule is the Pulumi CLI's).
    """
    parts = urlsplit(backend_url)
    if parts.netloc.startswith("api."):
        parts = parts._replace(netloc="app." + parts.netloc.removeprefix("api."))
    return urlunsplit(parts._replace(query="", fragment="")).rstrip("/")


def console_url(base: str, stack: StackRef, version: int) -> str:
    """The page of one deployment."""
    names = "/".join(
        quote(name, safe="", errors="replace") for name in (stack.org, stack.project, stack.stack)
    )
    return f"{base}/{names}/deployments/{version}"
