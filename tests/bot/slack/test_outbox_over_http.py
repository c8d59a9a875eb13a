"""The outbox against the sandbox's Slack, with its rate limits and with connections that break."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bot.messages.message import Message, Post, Rank, Reply, Say
from tests.bot.slack.conftest import SlackServer, Told

CARD = [{"type": "section", "text": {"type": "mrkdwn", "text": "card"}}]


def say(text: str, *posts: str, channel: str = "C0DEPLOYS") -> Say:
    """The card of a lane named after its channel, and plain lines."""
    lines = tuple(Post(key, Message(f"line {key}"), rank=Rank.OUTCOME) for key in posts)
    return Say(
        f"lane {channel}", channel, Message(text, CARD), posts=lines, rank=Rank.OUTCOME, on_refused="U0ANA"
    )


@asynccontextmanager
async def running(told: Told) -> AsyncIterator[None]:
    stop = asyncio.Event()
    task = asyncio.create_task(told.outbox.run(stop))
    yield
    stop.set()
    await task


async def test_a_card_with_its_thread_stays_within_slacks_limits(told: Told, server: SlackServer) -> None:
    async with running(told):
        await told.state.say(say=[say("one", "a", "b")])
        await server.until("deploys", 1)
        await told.state.say(say=[say("two")])
        card, *thread = await server.until("deploys", 3)
    assert (card["text"], card["edits"]) == ("two", 1)
    assert [each["text"] for each in thread] == ["line a", "line b"]
    assert {each["thread_ts"] for each in thread} == {card["ts"]}
    await assert_nothing_was_refused(server)


@pytest.mark.parametrize("fault", ["drop", "reset", "status:503", "ratelimited"])
async def test_a_card_that_broke_off_is_posted_once(told: Told, server: SlackServer, fault: str) -> None:
    await server.fault("chat.postMessage", fault)
    async with running(told):
        await told.state.say(say=[say("card")])
        await server.until("deploys", 1)
        await asyncio.sleep(0.2)
    assert [each["text"] for each in await server.messages("deploys")] == ["card"]


async def test_a_line_whose_answer_was_lost_is_found_in_its_thread(told: Told, server: SlackServer) -> None:
    async with running(told):
        await told.state.say(say=[say("card")])
        await server.until("deploys", 1)
        await server.fault("chat.postMessage", "drop")
        await told.state.say(say=[say("card", "a", "b")])
        messages = await server.until("deploys", 3)
    assert [each["text"] for each in messages] == ["card", "line a", "line b"]
    assert await server.calls("conversations.replies") == 1


async def test_a_channel_without_the_bot_leads_to_a_word_in_private(told: Told, server: SlackServer) -> None:
    async with running(told):
        await told.state.say(say=[say("card", channel="C0RANDOM")])
        [word] = await server.until((await told.direct("U0ANA")), 1)
    assert "/invite" in word["text"]
    assert await server.messages("random") == []


async def test_answers_go_by_whisper_and_to_outsiders_directly(told: Told, server: SlackServer) -> None:
    inside = Reply(key="in", channel="C0DEPLOYS", user="U0ANA", message=Message("psst inside"))
    outside = Reply(key="out", channel="C0ONCALL", user="U0DEV", message=Message("psst outside"))
    await told.state.say(replies=[inside, outside])
    await told.outbox.deliver_due()
    state = await server.state()
    [deploys] = [each for each in state["channels"] if each["id"] == "C0DEPLOYS"]
    assert "psst inside" in str(deploys["ephemerals"])
    assert "psst outside" in str([each for each in state["channels"] if each["id"].startswith("D")])


async def assert_nothing_was_refused(server: SlackServer) -> None:
    """0 rate-limited calls and 0 rule violations."""
    counted = (await server.state())["api"]
    assert (counted["ratelimited"], counted["violations"]) == (0, 0), counted
