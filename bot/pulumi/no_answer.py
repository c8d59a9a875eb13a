"""What it means that an exchange broke before its answer was there."""

from __future__ import annotations

import httpx

from bot.errors import AnswerLostError, BadRequestError, PulumiError, PulumiUnavailableError
from bot.pulumi.wire.answers import one_line
from bot.pulumi.wire.calls import Call, Safety

_NEVER_ARRIVED = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
_NEVER_SENT = (*_NEVER_ARRIVED, httpx.ProxyError, httpx.UnsupportedProtocol, httpx.LocalProtocolError)


def may_have_arrived(error: Exception) -> bool:
    """Whether there was a connection at all; without one, even what must happen once can be sent again."""
    return not isinstance(error, _NEVER_ARRIVED)


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
