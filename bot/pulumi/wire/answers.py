"""An answer of the API: its JSON, or the one error that it means."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any

import msgspec

from bot.errors import (
    AnswerLostError,
    BadRequestError,
    ConflictError,
    ForbiddenError,
    NotFoundError,
    PulumiError,
    PulumiUnavailableError,
    RateLimitedError,
    UnauthorizedError,
)
from bot.pulumi.wire.calls import Call, Safety

REQUEST_ID_HEADER = "x-pulumi-request-id"
WEB_PAGE = "answered with a web page"
REDIRECT = "sends to another address, which is not followed: is the service's address right?"
# Characters of a service's message that are kept: a sentence or two, not a stack trace.
LONGEST_MESSAGE = 300
# Seconds to wait after a 429 that does not say, and the most that one can ask for.
UNSAID_WAIT = 5.0
LONGEST_WAIT = 86_400.0

_KINDS: Mapping[int, type[PulumiError]] = {
    HTTPStatus.UNAUTHORIZED: UnauthorizedError,
    HTTPStatus.FORBIDDEN: ForbiddenError,
    HTTPStatus.NOT_FOUND: NotFoundError,
    HTTPStatus.CONFLICT: ConflictError,
}
# A gateway says these when it has passed a request on and got no answer it could use.
_GATEWAY = frozenset({HTTPStatus.BAD_GATEWAY, HTTPStatus.GATEWAY_TIMEOUT})
_NOT_PRINTABLE = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029\ud800-\udfff]+")


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. Names of headers are in lower case; the body may hold secrets, so it is not shown.

    `is_whole` is False where the body was longer than anybody wants to read, and is only its beginning.
    """

    status: int
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)
    is_whole: bool = True

    @property
    def request_id(self) -> str:
        """What to tell Pulumi's support."""
        return one_line(self.headers.get(REQUEST_ID_HEADER, ""))

    @property
    def is_web_page(self) -> bool:
        """A proxy, a login page or a status page spoke instead of the API."""
        return "html" in self.headers.get("content-type", "").lower() or self.body.lstrip()[:1] == b"<"


def check(call: Call, answer: Answer, *, now: float) -> None:
    """Raise the error that an answer means, if it means one. `now` is Unix seconds, to read dates by."""
    if not HTTPStatus(200) <= answer.status < HTTPStatus(300):
        raise _error(call, answer, now=now)
    if answer.is_web_page:
        raise unreadable(call, answer, WEB_PAGE)
    if not answer.is_whole:
        raise unreadable(call, answer, "answered with more than can be read")


def read_object(call: Call, answer: Answer) -> dict[str, Any]:
    """The JSON object in an answer."""
    raw = _json(call, answer)
    if not isinstance(raw, dict):
        raise unreadable(call, answer, "answered with something that is not a JSON object")
    return raw


def read_array(call: Call, answer: Answer) -> list[Any]:
    """The JSON array in an answer; null is an empty one."""
    raw = _json(call, answer)
    if raw is None:
        return []
    if not isinstance(raw, list):
        raise unreadable(call, answer, "answered with something that is not a JSON array")
    return raw


def unreadable(call: Call, answer: Answer, message: str) -> PulumiError:
    """The call went well and its answer says nothing: what must happen once may have happened."""
    kind = AnswerLostError if call.safety is Safety.ONCE else PulumiUnavailableError
    return _build(kind, call, answer, message)


def _json(call: Call, answer: Answer) -> Any:
    try:
        return _decode(answer.body)
    except (msgspec.DecodeError, RecursionError):
        raise unreadable(call, answer, "answered with something that is not JSON") from None


def _decode(body: bytes) -> Any:
    """JSON; bytes that are no UTF-8 cost the characters they stand in, not the answer (a log may hold anything)."""
    try:
        return msgspec.json.decode(body)
    except UnicodeDecodeError:
        return msgspec.json.decode(body.decode(errors="replace"))


def _error(call: Call, answer: Answer, *, now: float) -> PulumiError:
    message = _message(answer)
    if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
        return RateLimitedError(
            message,
            retry_after=retry_after(answer.headers.get("retry-after", ""), now=now),
            method=call.method,
            path=call.path,
            request_id=answer.request_id,
        )
    error = _build(_kind(call, answer), call, answer, message)
    if isinstance(error, AnswerLostError):
        error.timed_out = answer.status == HTTPStatus.GATEWAY_TIMEOUT
    return error


def _kind(call: Call, answer: Answer) -> type[PulumiError]:
    if answer.status in _GATEWAY and call.safety is not Safety.SAFE:
        return AnswerLostError
    if not HTTPStatus(400) <= answer.status < HTTPStatus(500) or answer.status == HTTPStatus.REQUEST_TIMEOUT:
        return PulumiUnavailableError
    if answer.status == HTTPStatus.NOT_FOUND and answer.is_web_page:
        return PulumiUnavailableError  # a proxy does not know the address; that says nothing about a stack
    return _KINDS.get(answer.status, BadRequestError)


def _build(kind: type[PulumiError], call: Call, answer: Answer, message: str) -> PulumiError:
    return kind(
        message, method=call.method, path=call.path, status=answer.status, request_id=answer.request_id
    )


def _message(answer: Answer) -> str:
    """The service's own words, one line of them; the body is JSON, plain text, or a page that is never quoted."""
    if HTTPStatus(300) <= answer.status < HTTPStatus(400):
        return REDIRECT
    if answer.is_web_page:
        return WEB_PAGE
    return one_line(_said(answer.body)) or _phrase(answer.status)


def _said(body: bytes) -> str:
    """`{"code", "message", "errors"?: [{"resource", "attribute"?, "errorType"}]}`, or whatever text there is."""
    plain = body.decode(errors="replace")
    try:
        raw = _decode(body)
    except (msgspec.DecodeError, RecursionError):
        return plain
    if isinstance(raw, str):
        return raw
    if not isinstance(raw, dict):
        return ""
    message = raw.get("message")
    details = raw.get("errors")
    named = [_detail(item) for item in details if isinstance(item, dict)] if isinstance(details, list) else []
    said = message if isinstance(message, str) else ""
    return f"{said} ({', '.join(named)})" if named else said


def _detail(raw: Mapping[str, Any]) -> str:
    parts = (raw.get(key) for key in ("resource", "attribute", "errorType"))
    return " ".join(part for part in parts if isinstance(part, str) and part)


def one_line(text: str) -> str:
    """Foreign words, short and without line breaks and control characters."""
    line = _NOT_PRINTABLE.sub(" ", text[: LONGEST_MESSAGE * 4]).strip()
    return line if len(line) <= LONGEST_MESSAGE else line[: LONGEST_MESSAGE - 1] + "…"


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "it gave no reason"


def retry_after(value: str, *, now: float) -> float:
    """Seconds to wait, from either form of `Retry-After` (RFC 9110, 10.2.3): a number, or a date."""
    value = value.strip()
    if value.isascii() and value.isdecimal():
        return min(float(value[:9]), LONGEST_WAIT)
    try:
        moment = parsedate_to_datetime(value)
        seconds = moment.replace(tzinfo=moment.tzinfo or UTC).timestamp() - now
    except (ValueError, OverflowError):
        return UNSAID_WAIT
    return min(max(seconds, 0.0), LONGEST_WAIT)
