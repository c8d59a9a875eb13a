"""Channels, modals, home tabs and files: `bot.ports.Channels` in Slack."""

from __future__ import annotations

import asyncio
from typing import Any

from bot.errors import SlackError
from bot.ports import Once
from bot.slack.api import SlackApi
from bot.slack.budget import SlackBudget
from bot.slack.calls import SlackCalls
from bot.slack.directory import Directory

# Slack's words for a modal that was closed, or has been replaced meanwhile.
CLOSED = frozenset({"not_found", "view_not_found", "hash_conflict"})
THREAD_PAGE = 200
# The first letter of Slack's own ids of views. Any other id is one that we gave, in an answer that Slack may not have read yet:
# then the modal appears within moments (seconds between looks), or it was closed.
SLACKS_OWN = "V"
APPEARS = (0.1, 0.2, 0.4, 0.8)


class SlackChannels:
    """See `bot.ports.Channels` for the contract. Methods raise SlackError; waiting for a turn takes ten seconds at most."""

    def __init__(self, *, api: SlackApi, directory: Directory, budget: SlackBudget, once: Once) -> None:
        self._api = api
        self._calls = SlackCalls(api, budget)
        self._directory = directory
        self._once = once

    async def is_member(self, channel: str) -> bool:
        return await self._directory.is_member(channel)

    async def resolve_channel(self, name_or_id: str) -> str:
        """The id of `#deploys`, asked anew once a minute at most. Raises SlackError `channel_not_found`."""
        return await self._directory.resolve_channel(name_or_id)

    async def permalink(self, channel: str, ts: str) -> str:
        found = await self._calls.read("chat.getPermalink", channel=channel, message_ts=ts)
        return str(found.get("permalink", ""))

    async def show_view(self, view_id: str, view: dict[str, object]) -> None:
        ours = not view_id.startswith(SLACKS_OWN)
        waits = APPEARS if ours else ()
        for wait in (*waits, None):
            try:
                await self._calls.write("views.update", **_named(view_id, view, ours=ours))
            except SlackError as error:
                if error.code not in CLOSED:
                    raise
            else:
                return
            if wait is not None:
                await asyncio.sleep(wait)

    async def publish_home(self, user: str, view: dict[str, object]) -> None:
        await self._calls.write("views.publish", user_id=user, view=view)

    async def upload(
        self, *, channel: str, thread_ts: str, filename: str, title: str, content: str, key: str
    ) -> None:
        """Three steps (https://docs.slack.dev/messaging/working-with-files#upload); only the last one can be seen.

        After a crash or a lost answer the thread is looked through for the file first, or the channel where there is no thread.
        """
        stage = await self._once.begin(key)
        if stage == "done":
            return
        if stage == "new" or not await self._is_there(channel, thread_ts, filename=filename, title=title):
            file_id = await self._store_file(filename, content.encode() or b"\n")
            await self._calls.write(
                "files.completeUploadExternal",
                files=[{"id": file_id, "title": title}],
                channel_id=channel,
                **({"thread_ts": thread_ts} if thread_ts else {}),
            )
        await self._once.finish(key)

    async def _store_file(self, filename: str, content: bytes) -> str:
        place = await self._calls.read(
            "files.getUploadURLExternal", filename=filename, length=str(len(content))
        )
        await self._api.send_file(str(place["upload_url"]), content)
        return str(place["file_id"])

    async def _is_there(self, channel: str, thread_ts: str, *, filename: str, title: str) -> bool:
        if thread_ts:
            page = await self._calls.read(
                "conversations.replies", channel=channel, ts=thread_ts, limit=THREAD_PAGE
            )
        else:
            page = await self._calls.read("conversations.history", channel=channel, limit=THREAD_PAGE)
        files = [file for message in page.get("messages", []) for file in message.get("files", [])]
        return any((file.get("name"), file.get("title")) == (filename, title) for file in files)


def _named(view_id: str, view: dict[str, object], *, ours: bool) -> dict[str, Any]:
    """An id that we gave has to be given again, or the modal loses it."""
    if ours:
        return {"external_id": view_id, "view": {**view, "external_id": view_id}}
    return {"view_id": view_id, "view": view}
