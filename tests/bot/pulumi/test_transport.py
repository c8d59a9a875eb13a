"""Sending: what is sent again, what never is, and what a broken connection means."""

import gzip
import socket
import time
import traceback
from collections.abc import Iterator, MutableMapping
from contextlib import suppress
from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

from bot.errors import (
    AnswerLostError,
    BadRequestError,
    ForbiddenError,
    NotFoundError,
    PulumiError,
    PulumiUnavailableError,
    RateLimitedError,
    UnauthorizedError,
)
from bot.pulumi.transport import Limits, Transport, no_answer
from bot.pulumi.wire.answers import REDIRECT
from bot.pulumi.wire.calls import Call, Safety, Token
from tests.bot.pulumi.service import TOKEN, Service

READ = Call("GET", "/api/orgs/acme/deployments")
PAUSE = Call("POST", "/api/stacks/acme/web/dev/deployments/pause", safety=Safety.IDEMPOTENT)
CREATE = Call("POST", "/api/stacks/acme/web/dev/deployments", body=b"{}", safety=Safety.ONCE)
PAGE = b"<html>secret</html>"
Log = list[MutableMapping[str, Any]]


@pytest.fixture
def transport(http: httpx.AsyncClient, service: Service, limits: Limits) -> Transport:
    return Transport(http, base_url=service.url, limits=limits)


@pytest.fixture
def log() -> Iterator[Log]:
    with capture_logs() as entries:
        yield entries


async def failure(transport: Transport, call: Call, *, token: str = TOKEN) -> PulumiError:
    with pytest.raises(PulumiError) as caught:
        await transport.send(call, token=token)
    return caught.value


async def test_a_call_arrives_as_it_was_built(transport: Transport, service: Service) -> None:
    call = Call("POST", "/api/stacks/a%2Fb/c", query=(("q", "a b&"),), body=b'{"a":1}', safety=Safety.ONCE)
    await transport.send(call, token=TOKEN)
    (seen,) = service.seen
    assert (seen.method, seen.target, seen.body) == ("POST", "/api/stacks/a%2Fb/c?q=a+b%26", b'{"a":1}')
    assert seen.headers["authorization"] == f"token {TOKEN}"
    assert seen.headers["accept"] == "application/vnd.pulumi+8"
    assert seen.headers["user-agent"].startswith("quarterdeck/")


async def test_one_connection_serves_many_calls(transport: Transport, http: httpx.AsyncClient) -> None:
    for _ in range(3):
        await transport.send(READ, token=TOKEN)
    assert len(http._transport._pool.connections) == 1  # type: ignore[attr-defined]  # what the claim is about


@pytest.mark.parametrize(
    ("status", "kind"),
    [(401, UnauthorizedError), (403, ForbiddenError), (404, NotFoundError), (400, BadRequestError)],
)
@pytest.mark.parametrize("call", [READ, PAUSE, CREATE])
async def test_a_refusal_is_final(
    transport: Transport, service: Service, call: Call, status: int, kind: type[PulumiError]
) -> None:
    service.answers({"code": status, "message": "no"}, status=status, X_Pulumi_Request_ID="r-1")
    error = await failure(transport, call)
    assert type(error) is kind
    assert (error.message, error.request_id) == ("no", "r-1")
    assert len(service.seen) == 1


@pytest.mark.parametrize("status", [408, 500, 502, 503, 504])
async def test_a_read_is_asked_again_while_the_service_is_broken(
    transport: Transport, service: Service, status: int
) -> None:
    service.answers(PAGE, status=status)
    service.answers(status=status)
    service.answers({"fine": 1})
    assert (await transport.send(READ, token=TOKEN)).body == b'{"fine": 1}'
    assert len(service.seen) == 3


async def test_a_read_is_asked_again_after_a_cut_a_broken_answer_and_silence(
    transport: Transport, service: Service
) -> None:
    service.cuts()
    service.breaks_off()
    service.is_silent(5)
    assert (await transport.send(READ, token=TOKEN)).status == 200
    assert len(service.seen) == 4


async def test_a_broken_service_is_given_up_when_the_time_is_over(
    http: httpx.AsyncClient, service: Service
) -> None:
    for _ in range(1000):
        service.answers({"message": "down"}, status=503)
    limits = Limits(total=0.3, first_wait=0.01, longest_wait=0.02)
    error = await failure(Transport(http, base_url=service.url, limits=limits), READ)
    assert type(error) is PulumiUnavailableError
    assert 2 < len(service.seen) < 1000


@pytest.mark.parametrize("call", [READ, PAUSE])
async def test_a_rate_limit_is_waited_for_when_it_fits(
    transport: Transport, service: Service, call: Call
) -> None:
    service.answers({"message": "slow down"}, status=429, Retry_After="1")
    begun = time.monotonic()
    assert (await transport.send(call, token=TOKEN)).status == 200
    assert time.monotonic() - begun >= 1
    assert len(service.seen) == 2


@pytest.mark.parametrize("wait", ["60", "Fri, 31 Dec 9999 23:59:59 GMT"])
async def test_a_longer_rate_limit_is_told_at_once(transport: Transport, service: Service, wait: str) -> None:
    service.answers({"message": "slow down"}, status=429, Retry_After=wait)
    error = await failure(transport, READ)
    assert isinstance(error, RateLimitedError)
    assert error.retry_after >= 60
    assert len(service.seen) == 1


async def test_a_service_that_says_at_once_for_ever_is_asked_ever_less_often(
    http: httpx.AsyncClient, service: Service
) -> None:
    for _ in range(1000):
        service.answers({"message": "slow down"}, status=429, Retry_After="0")
    limits = Limits(total=1.0, first_wait=0.01, longest_wait=0.2)
    await failure(Transport(http, base_url=service.url, limits=limits), READ)
    assert 2 < len(service.seen) < 20


async def test_a_create_that_meets_a_rate_limit_is_left_to_its_caller(
    transport: Transport, service: Service
) -> None:
    service.answers(status=429, Retry_After="0")
    assert isinstance(await failure(transport, CREATE), RateLimitedError)
    assert len(service.seen) == 1


@pytest.mark.parametrize("status", [500, 503])
async def test_a_create_that_the_service_broke_on_is_not_sent_again(
    transport: Transport, service: Service, status: int
) -> None:
    service.answers(status=status)
    assert type(await failure(transport, CREATE)) is PulumiUnavailableError
    assert len(service.seen) == 1


@pytest.mark.parametrize("status", [204, 226, 304, 308, 402, 408, 425, 429, 451, 501, 504, 511, 520, 599])
async def test_whatever_a_create_is_answered_it_is_sent_once(
    transport: Transport, service: Service, status: int
) -> None:
    service.answers(status=status, Retry_After="0")
    with suppress(PulumiError):
        await transport.send(CREATE, token=TOKEN)
    assert len(service.seen) == 1


@pytest.mark.parametrize("fault", ["cut", "broken off", "bad gateway", "web page"])
async def test_a_create_whose_answer_is_lost_may_have_happened_and_is_not_sent_again(
    transport: Transport, service: Service, fault: str
) -> None:
    match fault:
        case "cut":
            service.cuts()
        case "broken off":
            service.breaks_off()
        case "bad gateway":
            service.answers(PAGE, status=502)
        case _:
            service.answers(PAGE)
    error = await failure(transport, CREATE)
    assert isinstance(error, AnswerLostError)
    assert not error.timed_out
    assert len(service.seen) == 1


async def test_a_create_that_meets_silence_may_still_be_under_way(
    transport: Transport, service: Service
) -> None:
    service.is_silent(5)
    error = await failure(transport, CREATE)
    assert isinstance(error, AnswerLostError)
    assert error.timed_out
    assert len(service.seen) == 1


async def test_an_answer_that_drips_for_ever_ends_with_the_time(
    http: httpx.AsyncClient, service: Service
) -> None:
    service.drips(0.02)
    limits = Limits(read=5, total=0.3, first_wait=0.01, longest_wait=0.02)
    error = await failure(Transport(http, base_url=service.url, limits=limits), CREATE)
    assert isinstance(error, AnswerLostError)
    assert error.timed_out
    assert error.message == "no answer in time"


async def test_an_idempotent_call_is_sent_again_after_a_lost_answer(
    transport: Transport, service: Service
) -> None:
    service.cuts()
    service.answers(status=502)
    service.is_silent(5)
    assert (await transport.send(PAUSE, token=TOKEN)).status == 200
    assert len(service.seen) == 4


@pytest.mark.parametrize("status", [404, 409, 429])
async def test_a_second_try_that_is_refused_does_not_speak_for_the_first(
    transport: Transport, service: Service, status: int
) -> None:
    service.cuts()
    service.answers({"message": "not there"}, status=status, Retry_After="60")
    error = await failure(transport, PAUSE)
    assert isinstance(error, AnswerLostError)
    assert error.message == "the first answer was lost, then: not there"


async def test_a_second_try_that_lacks_permission_says_so(transport: Transport, service: Service) -> None:
    service.cuts()
    service.answers({"message": "admins only"}, status=403)
    assert isinstance(await failure(transport, PAUSE), ForbiddenError)


@pytest.mark.parametrize("call", [READ, PAUSE, CREATE])
async def test_whatever_found_no_connection_is_sent_again_until_the_time_is_over(
    http: httpx.AsyncClient, call: Call, log: Log
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: refused
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        limits = Limits(total=0.2, first_wait=0.01, longest_wait=0.02)
        error = await failure(Transport(http, base_url=url, limits=limits), call)
    assert type(error) is PulumiUnavailableError
    assert error.status == 0
    assert error.message.startswith("no connection")
    assert len([entry for entry in log if entry["event"] == "pulumi call"]) > 1


async def test_a_deadline_that_passes_before_anything_was_sent_means_that_nothing_happened(
    http: httpx.AsyncClient, service: Service
) -> None:
    limits = Limits(total=0.0)
    error = await failure(Transport(http, base_url=service.url, limits=limits), CREATE)
    assert (type(error), error.message) == (PulumiUnavailableError, "no connection")
    assert service.seen == []


@pytest.mark.parametrize("call", [READ, PAUSE])
async def test_a_try_that_was_never_sent_does_not_hide_what_the_service_said_before(call: Call) -> None:
    def answers_once(request: httpx.Request) -> httpx.Response:
        if answers:
            return answers.pop()
        raise httpx.ConnectError("refused", request=request)

    answers = [httpx.Response(503, json={"message": "down for maintenance"})]
    limits = Limits(total=0.3, first_wait=0.01, longest_wait=0.02)
    async with httpx.AsyncClient(transport=httpx.MockTransport(answers_once)) as http:
        error = await failure(Transport(http, base_url="http://x", limits=limits), call)
    assert answers == []
    assert (type(error), error.status, error.message) == (PulumiUnavailableError, 503, "down for maintenance")


async def test_a_mistake_in_the_program_is_not_dressed_up(
    transport: Transport, service: Service, http: httpx.AsyncClient
) -> None:
    await http.aclose()
    with pytest.raises(RuntimeError, match="closed"):
        await transport.send(READ, token=TOKEN)


async def test_a_redirect_or_a_login_page_is_not_asked_again(transport: Transport, service: Service) -> None:
    service.answers(status=302, Location="https://login.example")
    service.answers(PAGE)
    assert type(await failure(transport, READ)) is PulumiUnavailableError
    assert type(await failure(transport, READ)) is PulumiUnavailableError
    assert len(service.seen) == 2


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("call", [READ, PAUSE, CREATE])
async def test_the_token_follows_no_redirect_whatever_the_connection_pool_is_set_to(
    service: Service, limits: Limits, call: Call, status: int
) -> None:
    elsewhere = f"{service.url.replace('127.0.0.1', 'localhost')}/stolen"
    service.answers(status=status, Location=elsewhere)
    async with httpx.AsyncClient(follow_redirects=True, trust_env=False) as http:
        error = await failure(Transport(http, base_url=service.url, limits=limits), call)
    assert type(error) is PulumiUnavailableError
    assert (error.status, error.message) == (status, REDIRECT)
    assert len(service.seen) == 1


@pytest.mark.parametrize(("call", "kind"), [(READ, PulumiUnavailableError), (CREATE, AnswerLostError)])
@pytest.mark.parametrize("packed", [False, True])
async def test_an_answer_without_measure_is_not_read_to_its_end(
    http: httpx.AsyncClient,
    service: Service,
    call: Call,
    kind: type[PulumiError],
    packed: bool,  # noqa: FBT001  a table
) -> None:
    body = b'{"lines": "' + b"x" * 1_000_000 + b'"}'
    if packed:
        service.answers(gzip.compress(body), Content_Encoding="gzip")
    else:
        service.answers(body)
    limits = Limits(largest=100_000)
    error = await failure(Transport(http, base_url=service.url, limits=limits), call)
    assert (type(error), error.message) == (kind, "answered with more than can be read")
    assert len(service.seen) == 1


async def test_an_answer_of_just_the_most_is_read(http: httpx.AsyncClient, service: Service) -> None:
    service.answers(b"x" * 1000)
    answer = await Transport(http, base_url=service.url, limits=Limits(largest=1000)).send(READ, token=TOKEN)
    assert len(answer.body) == 1000


async def test_an_answer_that_cannot_be_unpacked_is_no_answer(transport: Transport, service: Service) -> None:
    for _ in range(2):
        service.answers(b"this is no gzip", Content_Encoding="gzip")
    assert (await transport.send(READ, token=TOKEN)).body == b"{}"
    service.answers(b"this is no gzip", Content_Encoding="gzip")
    assert type(await failure(transport, CREATE)) is AnswerLostError


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


async def test_a_name_too_long_for_an_address_is_a_bad_request(
    transport: Transport, service: Service
) -> None:
    error = await failure(transport, Call("GET", "/api/" + "x" * 100_000))
    assert type(error) is BadRequestError
    assert len(str(error)) < 400
    assert service.seen == []


async def test_what_is_no_token_is_never_sent(transport: Transport, service: Service) -> None:
    assert isinstance(await failure(transport, READ, token=f"{TOKEN}\n"), UnauthorizedError)
    assert service.seen == []


async def test_the_token_is_in_no_error_and_no_log(transport: Transport, service: Service, log: Log) -> None:
    service.answers({"message": f"the token {TOKEN} is revoked"}, status=401)
    service.answers(f"the token {TOKEN} is revoked".encode(), status=418)
    for broken in (service.cuts, service.breaks_off, service.cuts):
        broken()
    service.answers(status=307, Location=f"https://evil.example/?{TOKEN}")
    service.answers(TOKEN.encode())
    told = []
    for call in (READ, READ, CREATE, CREATE, CREATE, READ):
        error = await failure(transport, call, token=Token(TOKEN))
        told += [
            str(error),
            repr(error),
            error.for_people,
            *traceback.TracebackException.from_exception(error, capture_locals=True).format(),
        ]
    assert "token = [token]" in "".join(told), "locals are looked at"
    assert TOKEN not in "".join(told)
    assert TOKEN not in repr(log)


async def test_each_try_is_one_line_in_the_log(transport: Transport, service: Service, log: Log) -> None:
    service.answers({}, X_Pulumi_Request_ID="r-1")
    service.cuts()
    await transport.send(READ, token=TOKEN)
    await failure(transport, CREATE)
    good, bad = log
    assert good["ms"] >= 0
    assert {
        key: good[key] for key in ("event", "log_level", "method", "path", "status", "pulumi_request")
    } == {
        "event": "pulumi call",
        "log_level": "debug",
        "method": "GET",
        "path": READ.path,
        "status": 200,
        "pulumi_request": "r-1",
    }
    assert bad["error"] in {"ReadError", "RemoteProtocolError"}
