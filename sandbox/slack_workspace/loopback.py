"""Keeps the controls to this machine, and to its own pages."""

from http import HTTPStatus
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send


class LoopbackOnly:
    """Refuses `/sandbox/` to other machines, and to other sites' pages in a browser on this one."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if (
            scope["type"] == "http"
            and scope["path"].startswith("/sandbox")
            and not _is_local(HTTPConnection(scope))
        ):
            refusal = JSONResponse(
                {"error": "controls answer to this machine only"}, status_code=HTTPStatus.FORBIDDEN
            )
            await refusal(scope, receive, send)
            return
        await self._app(scope, receive, send)


def _is_local(connection: HTTPConnection) -> bool:
    origin = connection.headers.get("origin")
    named = [connection.headers.get("host", "").rpartition(":")[0] or connection.headers.get("host", "")]
    named += [urlsplit(origin).hostname or ""] if origin else []
    client = connection.client.host if connection.client else ""
    return all(_is_loopback(name) for name in (client, *named))


def _is_loopback(name: str) -> bool:
    try:
        return name == "localhost" or ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return False
