"""Send a call and bring back its answer: timeouts, retries, what a broken connection means, and one log line per try.

What may be sent again:

- a safe call (GET) after a broken connection, a timeout, 429 and 5xx;
- an idempotent one (pause, resume, cancel) as well: twice brings about the same state as once;
- what must happen once (create, settings) only when it surely did not arrive: no connection was made.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass

import httpx
import stamina
import structlog

from bot.errors import (
    AnswerLostError,
    BadRequestError,
    ConflictError,
    NotFoundError,
    PulumiError,
    PulumiUnavailableError,
    RateLimitedError,
)
from bot.pulumi.wire.answers import Answer, check
from bot.pulumi.wire.calls import Call, Safety, headers_of

log = structlog.get_logger(__name__)

_NEVER_ARRIVED = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
_NEVER_SENT = (*_NEVER_ARRIVED, httpx.ProxyError, httpx.UnsupportedProtocol, httpx.LocalProtocolError)
# What a second try can be told because the first one, whose answer was lost, already did it.
_SECOND_THOUGHTS = (NotFoundError, ConflictError, RateLimitedError, PulumiUnavailableError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Seconds. `total` bounds a call with all its retries and waits; `longest_wait` one wait between two tries."""

    connect: float = 5.0
    read: float = 20.0
    total: float = 30.0
    first_wait: float = 0.2
    longest_wait: float = 5.0

    def for_httpx(self) -> httpx.Timeout:
        """The limits of one try."""
        return httpx.Timeout(self.read, connect=self.connect, pool=self.connect)


class Transport:
    """One connection pool and one service."""

    def __init__(self, http: httpx.AsyncClient, *, base_url: str, limits: Limits) -> None:
        self._http = http
        self._base_url = base_url
        self._limits = limits

    async def send(self, call: Call, *, token: str) -> Answer:
        """The answer, if it is a good one; otherwise the PulumiError that says why there is none."""
        delivery = _Delivery(call, self._limits)
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

    async def _try(self, delivery: _Delivery, *, token: str) -> Answer:
        call, begun, sending = delivery.call, time.monotonic(), _Sending()
        try:
            async with asyncio.timeout_at(delivery.deadline):
                answer = await self._exchange(call, token, sending)
        except (httpx.RequestError, httpx.InvalidURL, TimeoutError) as problem:
            error = sending.what(problem)
            _note(call, begun, error=type(error).__name__)
            raise delivery.judged(no_answer(call, error)) from error
        _note(call, begun, status=answer.status, pulumi_request=answer.request_id)
        try:
            check(call, answer, now=time.time())
        except PulumiError as error:
            raise delivery.judged(error) from None
        return answer

    async def _exchange(self, call: Call, token: str, sending: _Sending) -> Answer:
        response = await self._http.request(
            call.method,
            call.url(self._base_url),
            content=call.body,
            headers=httpx.Headers(headers_of(call, token=token)),  # prints Authorization as [secure]
            timeout=self._limits.for_httpx(),
            extensions={"trace": sending.trace},
        )
        headers = {name.lower(): value for name, value in response.headers.items()}
        body = response.content.replace(token.encode(), b"[token]") if response.is_error else response.content
        return Answer(status=response.status_code, headers=headers, body=body)


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


class _Delivery:
    """The tries of one call: how much time is left, and whether one of them may have arrived."""

    def __init__(self, call: Call, limits: Limits) -> None:
        self.call = call
        self.deadline = asyncio.get_running_loop().time() + limits.total
        self._limits = limits
        self._lost = False

    def judged(self, error: PulumiError) -> PulumiError:
        """The error as it has to be told: after a try whose answer was lost, an ambiguous one says nothing about that try."""
        if self._lost and isinstance(error, _SECOND_THOUGHTS):
            return _lost(error)
        self._lost = self._lost or isinstance(error, AnswerLostError)
        return error

    def may_repeat(self, error: Exception) -> bool | float:
        """Whether to try again, and after how many seconds where the service says so."""
        left = self.deadline - asyncio.get_running_loop().time()
        if not isinstance(error, PulumiError):
            return False
        if isinstance(error.__cause__, _NEVER_ARRIVED):
            return left > self._limits.longest_wait
        if self.call.safety is Safety.ONCE:
            return False
        if isinstance(error, RateLimitedError):
            return max(error.retry_after, self._limits.first_wait) if error.retry_after < left else False
        return _is_passing(error) and left > self._limits.longest_wait


def _is_passing(error: PulumiError) -> bool:
    """A web page with status 200 or a redirect is a wrong address, and will be there the next time too."""
    return isinstance(error, (PulumiUnavailableError, AnswerLostError)) and (
        error.status == 0 or error.status >= 500 or error.status == 408  # noqa: PLR2004  HTTP's own numbers
    )


def no_answer(call: Call, error: Exception) -> PulumiError:
    """What it means that an exchange broke. The library's words are left out: they can quote headers."""
    if isinstance(error, httpx.InvalidURL):
        return BadRequestError(
            "the name is too long for an address", method=call.method, path=call.path[:200]
        )
    sent = not isinstance(error, _NEVER_SENT)
    kind = AnswerLostError if sent and call.safety is not Safety.SAFE else PulumiUnavailableError
    told = kind(_story(error), method=call.method, path=call.path)
    if isinstance(told, AnswerLostError):
        told.timed_out = isinstance(error, (httpx.TimeoutException, TimeoutError))
    return told


def _story(error: Exception) -> str:
    match error:
        case httpx.PoolTimeout():
            return "too many calls are waiting for a connection"
        case httpx.ConnectTimeout() | httpx.ConnectError() | httpx.ProxyError():
            return "no connection"
        case httpx.TimeoutException() | TimeoutError():
            return "no answer in time"
        case httpx.UnsupportedProtocol() | httpx.LocalProtocolError():
            return "the call could not be sent"
        case _:
            return "the connection broke before the answer was complete"


def _lost(error: PulumiError) -> AnswerLostError:
    return AnswerLostError(
        f"the first answer was lost, then: {error.message}",
        method=error.method,
        path=error.path,
        status=error.status,
        request_id=error.request_id,
    )


def _note(call: Call, begun: float, **facts: object) -> None:
    milliseconds = round((time.monotonic() - begun) * 1000)
    log.debug("pulumi call", method=call.method, path=call.path, ms=milliseconds, **facts)
