"""Modals, home tabs and files."""

from __future__ import annotations

from contextlib import suppress

import pytest
from redis.asyncio import Redis

from bot.errors import SlackError
from bot.slack.api import SlackApi
from bot.slack.channels import SlackChannels
from bot.slack.directory import Directory
from bot.store.once import RedisOnce
from tests.bot.slack.conftest import TEAM, SlackServer

HOME: dict[str, object] = {"type": "home", "blocks": [{"type": "divider"}]}
LOG: dict[str, object] = {
    "type": "modal",
    "title": {"type": "plain_text", "text": "Log"},
    "blocks": [{"type": "divider"}],
}


@pytest.fixture
async def thread(api: SlackApi) -> str:
    return str((await api.write("chat.postMessage", channel="C0DEPLOYS", text="card"))["ts"])


async def upload(channels: SlackChannels, thread: str, content: str = "line\n", key: str = "k") -> None:
    await channels.upload(
        channel="C0DEPLOYS",
        thread_ts=thread,
        filename="web-dev-4.log",
        title="web/dev#4",
        content=content,
        key=key,
    )


async def files(server: SlackServer) -> int:
    return sum(len(each.get("files") or []) for each in await server.messages("deploys"))


async def test_a_file_is_put_into_the_thread_once(
    channels: SlackChannels, server: SlackServer, thread: str
) -> None:
    await upload(channels, thread, "schön\n")
    await upload(channels, thread, "schön\n")
    assert await files(server) == 1


async def test_an_empty_log_is_a_file_too(channels: SlackChannels, server: SlackServer, thread: str) -> None:
    await upload(channels, thread, "")
    assert await files(server) == 1


@pytest.mark.parametrize("step", ["", "/upload/", "completeUploadExternal"])
async def test_a_file_without_a_thread_stands_in_the_channel_once(
    channels: SlackChannels, server: SlackServer, step: str
) -> None:
    if step:
        await server.fault(step, "drop")
        with pytest.raises(SlackError):
            await upload(channels, "")
    await upload(channels, "")
    assert await files(server) == 1


@pytest.mark.parametrize("step", ["getUploadURLExternal", "/upload/", "completeUploadExternal"])
@pytest.mark.parametrize("fault", ["drop", "reset"])
async def test_an_upload_that_broke_off_is_finished_and_not_repeated(
    channels: SlackChannels, server: SlackServer, thread: str, step: str, fault: str
) -> None:
    await server.fault(step, fault)
    with suppress(SlackError):  # aiohttp repeats a read by itself
        await upload(channels, thread)
    await upload(channels, thread)
    assert await files(server) == 1


async def test_a_home_tab_is_published(channels: SlackChannels, server: SlackServer) -> None:
    await channels.publish_home("U0ANA", HOME)
    assert "U0ANA" in str((await server.state())["homes"])


async def test_a_modal_that_was_closed_meanwhile_is_fine(channels: SlackChannels) -> None:
    await channels.show_view("V0GONE", LOG)


async def test_a_429_is_told_to_the_others(channels: SlackChannels, server: SlackServer) -> None:
    await server.fault("views.publish", "ratelimited:60")
    with pytest.raises(SlackError, match="ratelimited"):
        await channels.publish_home("U0ANA", HOME)
    with pytest.raises(SlackError, match="ratelimited"):
        await channels.publish_home("U0BEN", HOME)
    counted = await server.state()
    assert "U0BEN" not in str(counted["homes"])


async def test_a_429_on_a_read_as_well(directory: Directory, server: SlackServer) -> None:
    await server.fault("conversations.info", "ratelimited:60")
    for channel in ("C0DEPLOYS", "C0PROD"):
        with pytest.raises(SlackError, match="ratelimited"):
            await directory.is_member(channel)
    assert await server.calls("conversations.info") <= 1


async def test_marks_tell_new_from_begun_from_done(redis: Redis) -> None:
    once = RedisOnce(redis, TEAM)
    assert [await once.begin("k"), await once.begin("k")] == ["new", "begun"]
    await once.finish("k")
    assert await once.begin("k") == "done"


async def test_a_message_has_an_address(channels: SlackChannels, thread: str) -> None:
    address = await channels.permalink("C0DEPLOYS", thread)
    assert address.endswith(f"/archives/C0DEPLOYS/p{thread.replace('.', '')}")


async def test_a_message_that_does_not_stand_has_none(channels: SlackChannels) -> None:
    with pytest.raises(SlackError, match="message_not_found"):
        await channels.permalink("C0DEPLOYS", "1.000001")
