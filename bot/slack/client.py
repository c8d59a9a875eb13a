"""The calls that say something, as `bot.slack.ports.Slack`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Any

from bot.errors import SlackError
from bot.messages.message import Message
from bot.slack.api import Json, SlackApi
from bot.slack.directory import Directory

EVENT_TYPE = "quarterdeck_post"
# How far the store's clock and Slack's may differ, in seconds.
CLOCK_SKEW = 120.0
PAGE_SIZE = 200
PAGES = 20


class SlackClient:
    """See `bot.slack.ports.Slack` for the contract."""

    def __init__(self, api: SlackApi, directory: Directory) -> None:
        self._api = api
        self._directory = directory

    async def address(self, place: str) -> str:
        return await self._directory.address(place)

    async def post(self, *, channel: str, message: Message, keys: Sequence[str], thread_ts: str = "") -> str:
        answer = await self._api.write(
            "chat.postMessage",
            channel=channel,
            **_content(message),
            metadata={"event_type": EVENT_TYPE, "event_payload": {"key": keys[0], "keys": list(keys)}},
            unfurl_links=False,
            unfurl_media=False,
            **({"thread_ts": thread_ts} if thread_ts else {}),
        )
        if "ts" not in answer:
            raise SlackError("chat.postMessage", "", certain=False)
        return str(answer["ts"])

    async def update(self, *, channel: str, ts: str, message: Message) -> None:
        await self._api.write("chat.update", channel=channel, ts=ts, **_content(message))

    async def find(
        self, *, channel: str, keys: Sequence[str], since: float, thread_ts: str = ""
    ) -> str | None:
        wanted = set(keys)
        async for message in self._messages(channel, since - CLOCK_SKEW, thread_ts):
            if wanted & keys_of(message):
                return str(message["ts"])
        return None

    async def whisper(self, *, channel: str, user: str, message: Message) -> None:
        await self._api.write("chat.postEphemeral", channel=channel, user=user, **_content(message))

    async def respond(self, *, url: str, message: Message, replace: bool) -> None:
        await self._api.respond(
            url, {"response_type": "ephemeral", "replace_original": replace, **_content(message)}
        )

    async def _messages(self, channel: str, oldest: float, thread_ts: str) -> AsyncIterator[Json]:
        """Messages of a channel or a thread since then, page by page; none when the thread is gone."""
        method = "conversations.replies" if thread_ts else "conversations.history"
        where = {"channel": channel, **({"ts": thread_ts} if thread_ts else {})}
        cursor = ""
        for _ in range(PAGES):
            try:
                page = await self._api.read(
                    method,
                    **where,
                    oldest=f"{oldest:.6f}",
                    limit=PAGE_SIZE,
                    include_all_metadata="true",
                    **({"cursor": cursor} if cursor else {}),
                )
            except SlackError as error:
                if error.code == "thread_not_found":
                    return
                raise
            for message in page.get("messages", []):
                yield message
            cursor = (page.get("response_metadata") or {}).get("next_cursor", "")
            if not cursor:
                return


def _content(message: Message) -> dict[str, Any]:
    """An empty list of blocks takes away the ones that were there (https://docs.slack.dev/reference/methods/chat.update)."""
    return {"text": message.text, "blocks": message.blocks}


def keys_of(message: Json) -> set[str]:
    """The keys of posts that a message of ours carries."""
    metadata = message.get("metadata") or {}
    payload = metadata.get("event_payload") or {}
    if metadata.get("event_type") != EVENT_TYPE:
        return set()
    return {str(payload.get("key", "")), *map(str, payload.get("keys", []))} - {""}
