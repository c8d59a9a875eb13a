"""Answers of the page: HTML under a strict policy, so that nothing a bot or person writes can run."""

from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse

from sandbox.slack_workspace.page.blocks import environment

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: https:; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


def html(template: str, *, status: int = 200, **context: Any) -> HTMLResponse:
    """A template as an answer."""
    body = environment().get_template(template).render(**context)
    return HTMLResponse(body, status_code=status, headers=SECURITY_HEADERS)


def from_another_site(request: Request) -> bool:
    """True for a request that another site's page made the browser send."""
    return request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none")
