"""What is sent again, what never is, and what the last error means after the tries before it."""

import socket
import time
from contextlib import suppress

import httpx
import pytest

from bot.errors import (
    AnswerLostError,
    ForbiddenError,
    PulumiError,
    PulumiUnavailableError,
    RateLimitedError,
)
from bot.pulumi.limits import Limits
from bot.pulumi.transport import Transport
from bot.pulumi.wire.calls import Call
from tests.bot.pulumi.calls import CREATE, PAUSE, READ, Log, failure
from tests.bot.pulumi.service import TOKEN, Service

PAGE = b"<html>secret</html>"


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
