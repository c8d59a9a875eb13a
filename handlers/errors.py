"""When a handler cannot do its part: the person gets an honest word, the log gets the reason, under one name."""

from __future__ import annotations

import asyncio
import secrets
from typing import Any

import structlog
from slack_bolt.context.respond.async_respond import AsyncRespond
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import StoreUnavailableError
from bot.messages import replies
from bot.messages.message import Message
from bot.messages.modals import told_in
from handlers.desk import CALL_FAILED, TELL_WITHIN, in_words

log = structlog.get_logger("handlers")


async def on_error(
    error: Exception, body: dict[str, Any], client: AsyncWebClient, respond: AsyncRespond
) -> BoltResponse:
    """Always 200: Slack shows people nothing useful for anything else, and would send events again."""
    incident = secrets.token_hex(4)
    _write(error, incident)
    message = replies.failure(in_words(error), incident)
    if "command" in body:
        return _answer({"response_type": "ephemeral", "text": message.text, "blocks": message.blocks})
    if body.get("type") == "view_submission":
        return _answer(told_in(body["view"], in_words(error)))
    if body.get("type") == "block_actions":
        await tell(message, body, client, respond)
    return BoltResponse(status=200, body="")


async def tell(message: Message, body: dict[str, Any], client: AsyncWebClient, respond: AsyncRespond) -> None:
    """A private word about a press: where the button is, or from the bot to the person where that is no message."""
    try:
        async with asyncio.timeout(TELL_WITHIN):
            if body.get("response_url"):
                await respond(
                    message.text, blocks=message.blocks, response_type="ephemeral", replace_original=False
                )
            else:
                await client.chat_postMessage(
                    channel=body["user"]["id"], text=message.text, blocks=message.blocks
                )
    except CALL_FAILED as error:
        log.warning("person not told", reason=str(error) or "no answer in time")


def _write(error: Exception, incident: str) -> None:
    if isinstance(error, StoreUnavailableError | TimeoutError):
        log.error("store unavailable", incident=incident, reason=str(error) or "no answer in time")
    else:
        log.error("handler broke", incident=incident, exc_info=error)


def _answer(body: dict[str, Any]) -> BoltResponse:
    return BoltResponse(status=200, body=body)
