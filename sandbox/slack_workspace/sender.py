"""Signed requests to the app (https://docs.slack.dev/authentication/verifying-requests-from-slack), with Slack's 3 seconds."""

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Protocol
from urllib.parse import urlencode

import httpx

from sandbox.slack_workspace.envelopes import Envelope

ACK_SECONDS = 3.0
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One signed request to the app and its answer.

    `status` is 0 where nothing was sent or nothing came back in time; `body` is the answer's JSON or text, or what the
    person was told; `failure` is empty when the app acknowledged, else `operation_timeout` or `dispatch_failed`;
    `ts` is the message that a person wrote.
    """

    status: int
    body: Any
    elapsed_ms: float
    failure: str = ""
    ts: str | None = None
    headers: Mapping[str, str] | None = None

    def as_json(self) -> dict[str, Any]:
        return {"status": self.status, "body": self.body, "elapsed_ms": round(self.elapsed_ms, 2)}


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedRequest:
    """The exact bytes and headers of a request, so that it can be sent again."""

    body: bytes
    headers: Mapping[str, str]


def sign(secret: str, timestamp: int, body: bytes) -> str:
    """The `v0=` signature over timestamp and body."""
    digest = hmac.new(secret.encode(), b"v0:%d:%b" % (timestamp, body), hashlib.sha256).hexdigest()
    return f"v0={digest}"


class Connections(Protocol):
    """The app's own connections: where there is one, deliveries go there."""

    @property
    def live(self) -> bool: ...

    async def deliver(self, envelope: Envelope) -> Delivery: ...


class Sender:
    """Sends over the app's connections, else to its one URL (empty: it has none), and remembers the last request for replays."""

    def __init__(
        self,
        *,
        url: str,
        secret: str,
        clock: Callable[[], float],
        connections: Connections,
        ack_seconds: float = ACK_SECONDS,
    ) -> None:
        self.url = url
        self._connections = connections
        self._secret = secret
        self._clock = clock
        self._ack_seconds = ack_seconds
        self._client: httpx.AsyncClient | None = None
        self.last: SignedRequest | Envelope | None = None

    async def form(self, fields: Mapping[str, Any]) -> Delivery:
        """A slash command."""
        envelope = Envelope(kind="slash_commands", payload=fields)
        return await self._send(envelope, urlencode(fields).encode(), FORM)

    async def interaction(self, payload: Mapping[str, Any]) -> Delivery:
        """A button, a view, an options request: JSON inside a form field."""
        envelope = Envelope(kind="interactive", payload=payload)
        return await self._send(envelope, urlencode({"payload": json.dumps(payload)}).encode(), FORM)

    async def event(self, envelope: Mapping[str, Any], *, retry: int = 0, reason: str = "") -> Delivery:
        """An event; `retry` counts the attempts after the first."""
        extra = {"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": reason} if retry else {}
        wrapped = Envelope(kind="events_api", payload=envelope, retry=retry, reason=reason)
        return await self._send(wrapped, json.dumps(envelope).encode(), "application/json", extra)

    async def replay(self) -> Delivery | None:
        """The last request again, byte for byte (the same payload over a connection); None when there was none."""
        if isinstance(self.last, Envelope):
            return await self._connections.deliver(self.last)
        return await self.send(self.last) if self.last else None

    async def _send(
        self, envelope: Envelope, body: bytes, content_type: str, extra: Mapping[str, str] | None = None
    ) -> Delivery:
        if self._connections.live:
            self.last = envelope
            return await self._connections.deliver(envelope)
        if not self.url:
            return Delivery(
                status=0, body="the app is not connected", elapsed_ms=0.0, failure="dispatch_failed"
            )
        timestamp = int(self._clock())
        headers = {
            "Content-Type": content_type,
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "X-Slack-Request-Timestamp": str(timestamp),
            "X-Slack-Signature": sign(self._secret, timestamp, body),
            **(extra or {}),
        }
        self.last = SignedRequest(body=body, headers=headers)
        return await self.send(self.last)

    async def send(self, request: SignedRequest) -> Delivery:
        """Send and wait for the acknowledgement, at most 3 seconds in all."""
        started = time.perf_counter()
        try:
            async with asyncio.timeout(self._ack_seconds):
                answer = await self._http().post(
                    self.url, content=request.body, headers=dict(request.headers)
                )
        except TimeoutError:
            return Delivery(status=0, body=None, elapsed_ms=_since(started), failure="operation_timeout")
        except httpx.HTTPError as error:
            return Delivery(status=0, body=str(error), elapsed_ms=_since(started), failure="dispatch_failed")
        return Delivery(
            status=answer.status_code,
            body=_body(answer),
            elapsed_ms=_since(started),
            failure="" if answer.status_code == HTTPStatus.OK else "dispatch_failed",
            headers=answer.headers,
        )

    def _http(self) -> httpx.AsyncClient:
        if self._client is None:
            self._client = httpx.AsyncClient(timeout=None)  # noqa: S113 - the ack limit bounds every request
        return self._client

    async def close(self) -> None:
        if self._client is not None:
            await self._client.aclose()
            self._client = None


def _since(started: float) -> float:
    return (time.perf_counter() - started) * 1000


def _body(answer: httpx.Response) -> Any:
    if "json" in answer.headers.get("content-type", ""):
        try:
            return answer.json()
        except ValueError:
            return answer.text
    return answer.text
