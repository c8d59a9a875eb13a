"""Calls over real HTTP: what surely did not happen is told apart from what may have happened."""

from __future__ import annotations

import aiohttp
import pytest

from bot.errors import SlackError
from bot.slack.api import SlackApi, error_of
from bot.slack.verdicts import Verdict, verdict_of
from sandbox.fleet import free_port
from tests.bot.slack.conftest import SlackServer


async def refusal(api: SlackApi, channel: str = "C0DEPLOYS") -> SlackError:
    with pytest.raises(SlackError) as caught:
        await api.write("chat.postMessage", channel=channel, text="hello")
    return caught.value


async def test_a_call_answers_what_slack_says(api: SlackApi) -> None:
    assert (await api.write("chat.postMessage", channel="C0DEPLOYS", text="hello"))["ok"]
    assert (await api.read("conversations.info", channel="C0DEPLOYS"))["channel"]["name"] == "deploys"


async def test_a_refusal_is_certain_and_has_slacks_word(api: SlackApi) -> None:
    error = await refusal(api, "C0RANDOM")
    assert (error.code, error.certain) == ("not_in_channel", True)


async def test_nobody_listening_is_certain() -> None:
    async with aiohttp.ClientSession() as http:
        api = SlackApi(token="x", http=http, base_url=f"http://127.0.0.1:{free_port()}/api/")
        error = await refusal(api)
    assert (error.code, error.certain) == ("", True)


async def test_a_name_nobody_knows_is_certain() -> None:
    async with aiohttp.ClientSession() as http:
        api = SlackApi(token="x", http=http, base_url="http://slack.invalid/api/")
        assert (await refusal(api)).certain


@pytest.mark.parametrize("fault", ["drop", "reset", "status:503", "html", "html:200"])
async def test_what_may_have_happened_is_uncertain(api: SlackApi, server: SlackServer, fault: str) -> None:
    await server.fault("chat.postMessage", fault)
    assert not (await refusal(api)).certain


async def test_silence_is_uncertain(server: SlackServer) -> None:
    await server.fault("chat.postMessage", "delay:1")
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=0.05)) as http:
        api = SlackApi(token="xoxb-sandbox", http=http, base_url=f"{server.url}/api/")
        assert not (await refusal(api)).certain


async def test_a_429_says_how_long(api: SlackApi, server: SlackServer) -> None:
    await server.fault("chat.postMessage", "ratelimited:7")
    error = await refusal(api)
    assert (error.code, error.certain, error.retry_after) == ("ratelimited", True, 7.0)


async def test_nothing_is_tried_twice_behind_ones_back(api: SlackApi, server: SlackServer) -> None:
    await server.fault("chat.postMessage", "drop")
    await refusal(api)
    assert len(await server.messages("deploys")) == 1


async def test_an_expired_response_url_is_a_certain_refusal(api: SlackApi, server: SlackServer) -> None:
    with pytest.raises(SlackError) as caught:
        await api.respond(f"{server.url}/actions/T0QUARTER/unknown", {"text": "hello"})
    assert (caught.value.code, caught.value.certain) == ("expired_url", True)


@pytest.mark.parametrize("fault", ["status:503", "status:500", "status:404", "status:410", "html"])
async def test_a_response_url_that_answers_with_an_error_has_shown_nothing(
    api: SlackApi, server: SlackServer, fault: str
) -> None:
    await server.fault("/actions/", fault)
    with pytest.raises(SlackError) as caught:
        await api.respond(f"{server.url}/actions/T0QUARTER/unknown", {"text": "hello"})
    assert caught.value.certain
    assert verdict_of(caught.value) is Verdict.REFUSED


async def test_a_response_url_without_an_answer_is_uncertain(api: SlackApi, server: SlackServer) -> None:
    await server.fault("/actions/", "drop")
    with pytest.raises(SlackError) as caught:
        await api.respond(f"{server.url}/actions/T0QUARTER/unknown", {"text": "hello"})
    assert not caught.value.certain


def test_a_plain_word_and_a_page_are_told_apart() -> None:
    assert error_of("m", 404, "expired_url", {}).certain
    assert not error_of("m", 404, "", {}).certain
    assert error_of("m", 429, "", {"Retry-After": "soon"}).retry_after == 1.0
