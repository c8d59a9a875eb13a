"""Send a call and bring back its answer: timeouts, retries, what a broken connection means, and one log line per try.

What may be sent again:

- a safe call (GET) after a broken connection, a timeout, 429 and 5xx;
- an idempotent one (pause, resume, cancel) as well: twice brings about the same state as once;
- what must happen once (create, settings) only when it surely did not arrive: no connection was made.
"""

from __future__ import annotations

import asyncio
import random
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
from bot.pulumi.wire.answers import Answer, check, one_line
from bot.pulumi.wire.calls import Call, Safety, headers_of

log = structlog.get_logger(__name__)

_NEVER_ARRIVED = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
_NEVER_SENT = (*_NEVER_ARRIVED, httpx.ProxyError, httpx.UnsupportedProtocol, httpx.LocalProtocolError)
# What a second try can be told because the first one, whose answer was lost, already did it.
_SECOND_THOUGHTS = (NotFoundError, ConflictError, RateLimitedError, PulumiUnavailableError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Seconds, and bytes. `total` bounds a call with all its retries and waits; `longest_wait` one wait between two tries.

    `largest` bounds one answer, unpacked: a page of 100 deployments has a few hundred thousand bytes, a page of a log as a rule far less.
    """

    connect: float = 5.0
    read: float = 20.0
    total: float = 30.0
    first_wait: float = 0.2
    longest_wait: float = 5.0
    largest: int = 32 * 2**20

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
            # not chained: the frames of the libraries below hold headers
            raise delivery.judged(
                no_answer(call, error), arrived=not isinstance(error, _NEVER_ARRIVED)
            ) from None
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


class _Delivery:
    """The tries of one call: how much time is left, and whether one of them may have arrived."""

    def __init__(self, call: Call, limits: Limits) -> None:
        self.call = call
        self.deadline = asyncio.get_running_loop().time() + limits.total
        self._limits = limits
        self._lost = False
        self._arrived = True
        self._told: PulumiError | None = None

    def judged(self, error: PulumiError, *, arrived: bool = True) -> PulumiError:
        """The error as it has to be told, the earlier tries considered.

        After a try whose answer was lost, an ambiguous error says nothing about that try. A try that never `arrived` says nothing at all
        where an earlier one was told something.
        """
        self._arrived = arrived
        if self._told and not arrived:
            return self._told
        if self._lost and isinstance(error, _SECOND_THOUGHTS):
            error = _lost(error)
        self._lost = self._lost or isinstance(error, AnswerLostError)
        self._told = error if arrived else None
        return error

    def may_repeat(self, error: Exception) -> bool | float:
        """Whether to try again, and after how many seconds where the service says so."""
        if not isinstance(error, PulumiError):
            return False
        if isinstance(error, RateLimitedError) and self.call.safety is not Safety.ONCE:
            return self._after(error.retry_after)
        again = not self._arrived or (self.call.safety is not Safety.ONCE and _is_passing(error))
        return again and self._fits(0)

    def _after(self, wait: float) -> bool | float:
        """Not before the service said, and not all at one moment; a service that says "at once" is asked ever less often."""
        if not self._fits(wait):
            return False
        return wait + random.uniform(0, self._limits.first_wait) if wait else True  # noqa: S311  no secret

    def _fits(self, wait: float) -> bool:
        """Whether there is time for another try after `wait` seconds and whatever is waited besides."""
        left = self.deadline - asyncio.get_running_loop().time()
        return wait + self._limits.longest_wait < left


def _is_passing(error: PulumiError) -> bool:
    """A web page with status 200 or a redirect is a wrong address, and will be there the next time too."""
    return isinstance(error, (PulumiUnavailableError, AnswerLostError)) and (
        error.status == 0 or error.status >= 500 or error.status == 408  # noqa: PLR2004  HTTP's own numbers
    )


def no_answer(call: Call, error: Exception) -> PulumiError:
    """What it means that an exchange broke.

    The library's words are left out, since they can quote headers, but for what the system says of a connection (no such host).
    """
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
        case httpx.ConnectError() if str(error):
            return f"no connection: {one_line(str(error))}"
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
