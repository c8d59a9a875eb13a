"""Sending: what goes out, what of an answer comes back, and what nobody may read."""

import gzip
import traceback

import httpx
import pytest

from bot.errors import (
    AnswerLostError,
    BadRequestError,
    ForbiddenError,
    NotFoundError,
    PulumiError,
    PulumiUnavailableError,
    UnauthorizedError,
)
from bot.pulumi.limits import Limits
from bot.pulumi.transport import Transport
from bot.pulumi.wire.answers import REDIRECT
from bot.pulumi.wire.calls import Call, Safety, Token
from tests.bot.pulumi.calls import CREATE, PAUSE, READ, Log, failure
from tests.bot.pulumi.service import TOKEN, Service

PAGE = b"<html>secret</html>"


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
