"""What every handler works at: where commands are recorded, what is known, and the time."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Any

import aiohttp
import structlog
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.commands import Command, Invocation, Origin
from bot.domain.redaction import redact
from bot.errors import QuarterdeckError
from bot.messages.actions import Press
from bot.messages.message import Message
from bot.ports import Clock, Inbox, Lookup
from bot.vault import Vault

log = structlog.get_logger("handlers")

# Slack did not do it, or did not say so. AttributeError: slack_sdk reads a proxy's HTML page as if it were JSON.
CALL_FAILED = (SlackClientError, aiohttp.ClientError, OSError, ValueError, AttributeError)

# Seconds. Slack accepts a signed request for five minutes on either side of its clock, and retries an event within that time.
REPLAY_WINDOW = 600.0
DOUBLE_CLICK_WINDOW = 10.0

# Seconds. Slack waits three for an ack: a modal, Redis, a word of regret and the way there share them.
HANDLE_WITHIN = 2.2
OPEN_WITHIN = 1.0
RECORD_WITHIN = 1.0
LOOK_WITHIN = 0.8
TELL_WITHIN = 0.6


TOO_SLOW = (
    "My memory (Redis) is too slow right now, so I can't say whether this was recorded. "
    "Please look for its card before you try again."
)


@dataclass(frozen=True, slots=True)
class Desk:
    """`inbox` and `state` are asked for by the id of the Slack workspace; `orgs` are the Pulumi organisations served.

    `vault` seals what somebody types and nobody else may read. `slack` is a client of our own: Bolt's adds a `team_id` to every call, which most methods do not know.
    """

    inbox: Callable[[str], Inbox]
    state: Callable[[str], Lookup]
    slack: AsyncWebClient
    orgs: tuple[str, ...]
    clock: Clock
    vault: Vault

    async def record(self, command: Command, *, dedupe: str, window: float = REPLAY_WINDOW) -> None:
        """Make the command durable; one that was recorded already is fine.

        Raises StoreUnavailableError, or TimeoutError when Redis is so slow that nobody can say whether it was recorded.
        """
        async with asyncio.timeout(RECORD_WITHIN):
            fresh = await self.inbox(command.origin.team).put(
                _presentable(command), dedupe=dedupe, window=window
            )
        if not fresh:
            log.info("repeated", verb=command.verb, user=command.origin.user, dedupe=dedupe)


def _presentable(command: Command) -> Command:
    """What people wrote for other people is read by a channel: a token that slipped into it is taken out before it is kept."""
    if not (command.reason or command.options.message):
        return command
    options = replace(command.options, message=redact(command.options.message))
    return replace(command, reason=redact(command.reason), options=options)


def command_of(asked: Press | Invocation, *, id: str, origin: Origin, at: float) -> Command:  # noqa: A002  the field's name
    """What was pressed or typed, by whom and where: each of its fields is one of a command's."""
    what: dict[str, Any] = {each.name: getattr(asked, each.name) for each in fields(asked)}
    return Command(id=id, origin=origin, at=at, **what)


def stable_id(*parts: str) -> str:
    """20 characters of [0-9a-f] that are the same for the same parts: a retry or a replay names itself."""
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=10).hexdigest()


async def say(ack: AsyncAck, message: Message) -> None:
    """Answer in the ack itself; only the person who asked sees it."""
    await ack(message.text, blocks=message.blocks, response_type="ephemeral")


def in_words(error: Exception) -> str:
    """What a person may read of a failure."""
    if isinstance(error, TimeoutError):
        return TOO_SLOW
    return error.for_people if isinstance(error, QuarterdeckError) else QuarterdeckError().for_people
