"""What every handler works at: where commands are recorded, what is known, and the time."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

import structlog
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.commands import Command
from bot.messages.message import Message
from bot.ports import Clock, Inbox, State

log = structlog.get_logger("handlers")

# Seconds. Slack accepts a signed request for five minutes on either side of its clock, and retries events within an hour.
REPLAY_WINDOW = 600.0
EVENT_WINDOW = 3600.0
DOUBLE_CLICK_WINDOW = 10.0


@dataclass(frozen=True, slots=True)
class Desk:
    """`inbox` and `state` are asked for by the id of the Slack workspace; `orgs` are the Pulumi organisations served.

    `slack` is a client of our own: Bolt's adds a `team_id` to every call, which most methods do not know.
    """

    inbox: Callable[[str], Inbox]
    state: Callable[[str], State]
    slack: AsyncWebClient
    orgs: tuple[str, ...]
    clock: Clock

    async def record(self, command: Command, *, dedupe: str, window: float = REPLAY_WINDOW) -> None:
        """Make the command durable; one that was recorded already is fine. Raises StoreUnavailableError."""
        if not await self.inbox(command.origin.team).put(command, dedupe=dedupe, window=window):
            log.info("repeated", verb=command.verb, user=command.origin.user, dedupe=dedupe)


def stable_id(*parts: str) -> str:
    """20 characters of [0-9a-f] that are the same for the same parts: a retry or a replay names itself."""
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=10).hexdigest()


async def say(ack: AsyncAck, message: Message) -> None:
    """Answer in the ack itself; only the person who asked sees it."""
    await ack(message.text, blocks=message.blocks, response_type="ephemeral")
