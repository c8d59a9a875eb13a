"""A request from Slack: proven to be Slack's, then parsed, then handed to Bolt.

Why not Bolt's own adapter: docs/adr/0005-verify-before-parsing.md.
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

import msgspec
import structlog
from prometheus_client import Histogram
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_sdk.signature import SignatureVerifier
from starlette.requests import Request
from starlette.responses import Response

from bot.web.forgeries import Forgeries
from bot.web.http_body import TooLargeError, read_body
from handlers import surface_of

log = structlog.get_logger("slack")
TIMESTAMP_HEADER = "x-slack-request-timestamp"
_TIMESTAMP = re.compile(r"[0-9]{1,12}")
_FRESH = 300  # seconds, as `SignatureVerifier` has it


class SlackRequests:
    """The endpoint of commands, interactivity and events."""

    def __init__(
        self, app: AsyncApp, *, signing_secret: str, ack_seconds: Histogram, forgeries: Forgeries
    ) -> None:
        self._app = app
        self._verifier = SignatureVerifier(signing_secret)
        self._ack_seconds = ack_seconds
        self._forgeries = forgeries

    async def __call__(self, request: Request) -> Response:
        """200 with the ack; 401 unsigned, wrongly signed or older than five minutes; 400 unreadable; 413 too large."""
        try:
            body = await read_body(request)
        except TooLargeError:
            return Response(status_code=413)
        started = time.perf_counter()
        if why := self._forged(request.headers, body):
            return self._refuse(request, body, why)
        try:
            payload = parse(body)
        except ValueError:
            log.warning("unreadable", bytes=len(body))
            return Response(status_code=400)
        response = await self._dispatch(payload)
        self._ack_seconds.labels(surface_of(payload)).observe(time.perf_counter() - started)
        return response

    def _forged(self, headers: Mapping[str, str], body: bytes) -> str:
        """What is wrong with it; empty where nothing is.

        Slack, "Verifying requests from Slack": HMAC over timestamp and raw body, at most five minutes old.
        """
        timestamp = headers.get(TIMESTAMP_HEADER, "")
        signature = headers.get("x-slack-signature", "")
        if not _TIMESTAMP.fullmatch(timestamp):
            return "Slack, no timestamp"
        if not signature:
            return "Slack, no signature"
        try:
            genuine = signature.isascii() and self._verifier.is_valid(body, timestamp, signature)
        except UnicodeDecodeError:  # Slack speaks UTF-8
            genuine = False
        if genuine:
            return ""
        stale = abs(time.time() - int(timestamp)) > _FRESH
        return "Slack, stale" if stale else "Slack, wrong signature"

    def _refuse(self, request: Request, body: bytes, why: str) -> Response:
        """Slack's certificate check is not signed and expects 200 (Slack, "Implementing slash commands", ssl_check)."""
        if b"ssl_check=1" in body.split(b"&"):
            return Response(status_code=200)
        client = request.client.host if request.client else ""
        self._forgeries.count(why, sample=f"{client} {request.headers.get(TIMESTAMP_HEADER, '')}")
        return Response(status_code=401)

    async def _dispatch(self, payload: dict[str, Any]) -> Response:
        # Bolt skips its signature check for parsed bodies, which it calls "socket_mode": ours came first.
        answer = await self._app.async_dispatch(AsyncBoltRequest(body=payload, mode="socket_mode"))
        return Response(answer.body, answer.status, answer.first_headers_without_set_cookie())


def parse(body: bytes) -> dict[str, Any]:
    """The payload of a form (commands), of a form's `payload` field (interactivity) or of JSON (events).

    Raises ValueError when it is none of them.
    """
    if body.startswith(b"{"):
        return _json_object(body)
    fields = dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=100))
    return _json_object(fields["payload"]) if "payload" in fields and "command" not in fields else fields


def _json_object(text: str | bytes) -> dict[str, Any]:
    payload = msgspec.json.decode(text)
    if not isinstance(payload, dict):
        raise ValueError("not an object")  # noqa: TRY004  the text is wrong, not our types
    return payload
