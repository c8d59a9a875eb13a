"""What it means that an exchange broke: it never happened, or nobody knows."""

import httpx
import pytest

from bot.errors import AnswerLostError, PulumiUnavailableError
from bot.pulumi.no_answer import no_answer
from tests.bot.pulumi.calls import CREATE, PAUSE, READ
from tests.bot.pulumi.service import TOKEN


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        (httpx.PoolTimeout(""), "too many calls are waiting for a connection"),
        (httpx.ConnectTimeout(""), "no connection"),
        (httpx.ConnectError(""), "no connection"),
        (httpx.ConnectError("[Errno -2] no such host\n"), "no connection: [Errno -2] no such host"),
        (httpx.ProxyError(""), "no connection"),
        (httpx.UnsupportedProtocol(""), "the call could not be sent"),
        (httpx.LocalProtocolError(TOKEN), "the call could not be sent"),
    ],
)
def test_what_was_never_sent_never_happened(broken: Exception, message: str) -> None:
    for call in (READ, PAUSE, CREATE):
        error = no_answer(call, broken)
        assert (type(error), error.message) == (PulumiUnavailableError, message)


@pytest.mark.parametrize(
    "broken",
    [httpx.ReadError(""), httpx.WriteError(""), httpx.RemoteProtocolError(""), httpx.DecodingError("")],
)
def test_what_was_sent_may_have_happened(broken: Exception) -> None:
    assert type(no_answer(READ, broken)) is PulumiUnavailableError
    for call in (PAUSE, CREATE):
        error = no_answer(call, broken)
        assert isinstance(error, AnswerLostError)
        assert not error.timed_out
