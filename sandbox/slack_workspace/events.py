"""The Events API (https://docs.slack.dev/apis/events-api): what the app subscribed to, with retries.

The first attempt is awaited by whoever caused the event; up to three more follow in the background, as Slack does.
"""

import asyncio
from collections.abc import Coroutine, Sequence
from http import HTTPStatus
from typing import Any

from sandbox.slack_workspace.counts import Counts
from sandbox.slack_workspace.ledger import Ledger
from sandbox.slack_workspace.manifest import Manifest
from sandbox.slack_workspace.model import Channel, Json, Message
from sandbox.slack_workspace.sender import Delivery, Sender
from sandbox.slack_workspace.wire import message_json

METHOD = "ack:events"
VERIFICATION_TOKEN = "sandbox-verification-token"
RETRY_DELAYS = (0.2, 1.0, 2.0)

_MESSAGE_EVENTS = {"public": "message.channels", "private": "message.groups", "im": "message.im"}
_CHANNEL_TYPES = {"public": "channel", "private": "group", "im": "im"}


class Events:
    """Sends events to the app."""

    def __init__(
        self,
        *,
        ledger: Ledger,
        manifest: Manifest,
        sender: Sender,
        counts: Counts,
        retry_delays: Sequence[float] = RETRY_DELAYS,
    ) -> None:
        self._ledger = ledger
        self._manifest = manifest
        self._sender = sender
        self._counts = counts
        self._retry_delays = retry_delays
        self._tasks: set[asyncio.Task[Any]] = set()

    async def deliver(self, subscription: str, event: Json) -> Delivery | None:
        """Send an event if the app subscribed to it; the first attempt's outcome, None when nobody listens."""
        if subscription not in self._manifest.events:
            return None
        envelope = self._envelope(event)
        first = await self._send(envelope)
        if _should_retry(first):
            self._later(self._retry(envelope, first))
        return first

    def announce(self, subscription: str, event: Json) -> None:
        """Send an event without anybody waiting for it."""
        if subscription in self._manifest.events:
            self._later(self.deliver(subscription, event))

    async def url_verification(self) -> Delivery:
        """The handshake that Slack does when a request URL is set."""
        challenge = self._ledger.new_hex()
        return await self._sender.event(
            {"type": "url_verification", "token": VERIFICATION_TOKEN, "challenge": challenge}
        )

    def of_message(self, channel: Channel, message: Message) -> list[tuple[str, Json]]:
        """The events that a new message causes: (subscription, event)."""
        bot = self._ledger.state.bot_user
        if bot not in channel.members:
            return []
        event = self._message_event(channel, message)
        found = [(_MESSAGE_EVENTS[channel.kind], event)]
        mentions_bot = any(mention.id == bot for mention in message.mentions)
        if mentions_bot and message.user != bot and channel.kind != "im":
            found.append(("app_mention", {**event, "type": "app_mention"}))
        return found

    def announce_message(self, channel: Channel, message: Message) -> None:
        """Tell the app of its own message, as Slack does when it listens to the channel."""
        for subscription, event in self.of_message(channel, message):
            self.announce(subscription, event)

    def announce_change(self, channel: Channel, message: Message, subtype: str) -> None:
        """A message was edited (`message_changed`) or deleted (`message_deleted`)."""
        if self._ledger.state.bot_user not in channel.members:
            return
        event: Json = {"type": "message", "subtype": subtype, **self._place(channel), "hidden": True}
        shown = message_json(self._ledger.state, message)
        event |= (
            {"message": shown}
            if subtype == "message_changed"
            else {"deleted_ts": message.ts, "previous_message": shown}
        )
        self.announce(_MESSAGE_EVENTS[channel.kind], event)

    def _message_event(self, channel: Channel, message: Message) -> Json:
        event = {**message_json(self._ledger.state, message), **self._place(channel), "event_ts": message.ts}
        return {**event, "ts": message.ts}

    def _place(self, channel: Channel) -> Json:
        ts = self._ledger.new_ts()
        return {"channel": channel.id, "channel_type": _CHANNEL_TYPES[channel.kind], "ts": ts, "event_ts": ts}

    def _envelope(self, event: Json) -> Json:
        state = self._ledger.state
        return {
            "token": VERIFICATION_TOKEN,
            "team_id": state.team_id,
            "context_team_id": state.team_id,
            "context_enterprise_id": None,
            "api_app_id": state.app_id,
            "event": event,
            "type": "event_callback",
            "event_id": self._ledger.new_id("Ev"),
            "event_time": int(self._ledger.clock()),
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": state.team_id,
                    "user_id": state.bot_user,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "is_ext_shared_channel": False,
        }

    async def _retry(self, envelope: Json, failed: Delivery) -> None:
        for number, delay in enumerate(self._retry_delays, start=1):
            await asyncio.sleep(delay)
            failed = await self._send(envelope, retry=number, reason=_reason(failed))
            if not _should_retry(failed):
                return

    async def _send(self, envelope: Json, *, retry: int = 0, reason: str = "") -> Delivery:
        self._counts.called(METHOD)
        delivery = await self._sender.event(envelope, retry=retry, reason=reason)
        if delivery.failure:
            kind = envelope["event"]["type"]
            self._counts.violated(METHOD, f"{kind}: {delivery.failure} (status {delivery.status})")
        return delivery

    def _later(self, work: Coroutine[Any, Any, Any]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def settled(self) -> None:
        """Wait until everything announced, retries too, has been sent."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def close(self) -> None:
        """Drop what has not been sent."""
        for task in self._tasks:
            task.cancel()
        await self.settled()


def _should_retry(delivery: Delivery) -> bool:
    said_no = (delivery.headers or {}).get("x-slack-no-retry") == "1"
    return not said_no and not HTTPStatus.OK <= delivery.status < HTTPStatus.MULTIPLE_CHOICES


def _reason(delivery: Delivery) -> str:
    if delivery.status:
        return "http_error"
    return "http_timeout" if delivery.failure == "operation_timeout" else "connection_failed"
