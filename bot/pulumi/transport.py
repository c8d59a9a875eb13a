"""Send a call and bring back its answer, with one log line per try.

Whether it is sent again: `bot.pulumi.retries`. What a broken connection means: `bot.pulumi.no_answer`.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping

import httpx
import stamina
import structlog

from bot.errors import PulumiError
from bot.pulumi.limits import Limits
from bot.pulumi.no_answer import may_have_arrived, no_answer
from bot.pulumi.retries import Delivery
from bot.pulumi.wire.answers import Answer, check
from bot.pulumi.wire.calls import Call, headers_of

log = structlog.get_logger(__name__)


class Transport:
    """One connection pool and one service."""

    def __init__(self, http: httpx.AsyncClient, *, base_url: str, limits: Limits) -> None:
        self._http = http
        self._base_url = base_url
        self._limits = limits

    async def send(self, call: Call, *, token: str) -> Answer:
        """The answer, if it is a good one; otherwise the PulumiError that says why there is none."""
        delivery = Delivery(call, self._limits)
        async for attempt in stamina.retry_context(
            on=delivery.may_repeat,
            attempts=None,
            timeout=None,
            wait_initial=self._limits.first_wait,
            wait_jitter=self._limits.first_wait,
            wait_max=self._limits.longest_wait,
        ):
            with attempt:
                return await self._try(delivery, token=token)
        raise AssertionError("unreachable: the last try returns or raises")  # pragma: no cover

    async def _try(self, delivery: Delivery, *, token: str) -> Answer:
        call, begun, sending = delivery.call, time.monotonic(), _Sending()
        try:
            async with asyncio.timeout_at(delivery.deadline):
                answer = await self._exchange(call, token, sending)
        except (httpx.RequestError, httpx.InvalidURL, TimeoutError) as problem:
            error = sending.what(problem)
            _note(call, begun, error=type(error).__name__)
            # not chained: the frames of the libraries below hold headers
            raise delivery.judged(no_answer(call, error), arrived=may_have_arrived(error)) from None
        _note(call, begun, status=answer.status, pulumi_request=answer.request_id)
        try:
            check(call, answer, now=time.time())
        except PulumiError as error:
            raise delivery.judged(error) from None
        return answer

    async def _exchange(self, call: Call, token: str, sending: _Sending) -> Answer:
        """One request, and at most `largest` bytes of its answer. A redirect is an answer: the token goes to no other address."""
        async with self._http.stream(
            call.method,
            call.url(self._base_url),
            content=call.body,
            headers=httpx.Headers(headers_of(call, token=token)),  # prints Authorization as [secure]
            timeout=self._limits.for_httpx(),
            follow_redirects=False,
            extensions={"trace": sending.trace},
        ) as response:
            body, is_whole = await _read(response, self._limits.largest)
        headers = {name.lower(): value for name, value in response.headers.items()}
        if not response.is_success:
            body = body.replace(token.encode(), b"[token]")
        return Answer(status=response.status_code, headers=headers, body=body, is_whole=is_whole)


async def _read(response: httpx.Response, largest: int) -> tuple[bytes, bool]:
    """The body, and whether that is all of it: what is longer is left unread."""
    body = bytearray()
    async for part in response.aiter_bytes():
        body += part
        if len(body) > largest:
            return bytes(body[:largest]), False
    return bytes(body), True


class _Sending:
    """Whether a try got as far as the first byte of its request: only then may it have arrived."""

    def __init__(self) -> None:
        self._begun = False

    async def trace(self, event: str, info: Mapping[str, object]) -> None:  # noqa: ARG002  httpcore's signature
        """Hear of httpcore's progress (httpx docs, "Extensions", `trace`)."""
        self._begun = self._begun or event.endswith("send_request_headers.started")

    def what(self, error: Exception) -> Exception:
        """The deadline can pass at any moment; before anything was sent it is one more connection that was not made."""
        never_sent = type(error) is TimeoutError and not self._begun
        return httpx.ConnectTimeout("no connection before the deadline") if never_sent else error


def _note(call: Call, begun: float, **facts: object) -> None:
    milliseconds = round((time.monotonic() - begun) * 1000)
    log.debug("pulumi call", method=call.method, path=call.path, ms=milliseconds, **facts)
