"""One private answer sent: by response_url, else as an ephemeral message, else as a direct message. Never twice.

Nothing tells afterwards whether an ephemeral message arrived, so one whose answer was lost is not repeated. A `response_url` that answers
with an error has shown nothing.
"""

from __future__ import annotations

from dataclasses import replace

import structlog

from bot.errors import SlackError
from bot.messages.message import Reply
from bot.ports import QueuedReply, Replies
from bot.slack.budget import POST, SlackBudget
from bot.slack.joining import plain
from bot.slack.ports import Slack
from bot.slack.verdicts import NOT_THERE, Verdict, backoff, verdict_of

log = structlog.get_logger(__name__)

MOST_FAILURES = 8


class ReplyDelivery:
    """Delivers private answers; one instance serves any number of them."""

    def __init__(self, *, replies: Replies, slack: Slack, budget: SlackBudget) -> None:
        self._replies = replies
        self._slack = slack
        self._budget = budget

    async def deliver(self, queued: QueuedReply) -> None:
        """Send it, and note the outcome."""
        if queued.begun:
            log.warning("a private answer was interrupted and is not repeated", key=queued.reply.key)
            await self._replies.finish(queued)
            return
        if not await self._replies.begin(queued):
            return
        try:
            await self._send_somehow(queued.reply)
        except SlackError as error:
            await self._failed(queued, error)
        else:
            await self._replies.finish(queued)

    async def _send_somehow(self, reply: Reply) -> None:
        try:
            await self._send(reply)
        except SlackError as error:
            if verdict_of(error) is not Verdict.CONTENT:
                raise
            log.exception("Slack does not take an answer, its plain text is next", key=reply.key)
            await self._send(replace(reply, message=plain(reply.message)))

    async def _send(self, reply: Reply) -> None:
        if reply.response_url and await self._responded(reply):
            return
        if reply.channel and await self._whispered(reply):
            return
        await self._sent_directly(reply)

    async def _responded(self, reply: Reply) -> bool:
        """False when the address is used up, too old, or Slack had trouble there: it surely was not shown."""
        try:
            await self._slack.respond(url=reply.response_url, message=reply.message, replace=reply.replace)
        except SlackError as error:
            if verdict_of(error) not in (Verdict.REFUSED, Verdict.GONE):
                raise
            return False
        return True

    async def _whispered(self, reply: Reply) -> bool:
        """False when Slack cannot show it to them in that channel."""
        await self._budget.wait("chat.postEphemeral")
        try:
            await self._slack.whisper(channel=reply.channel, user=reply.user, message=reply.message)
        except SlackError as error:
            if error.code not in NOT_THERE:
                raise
            return False
        return True

    async def _sent_directly(self, reply: Reply) -> None:
        channel = await self._slack.address(reply.user)
        await self._budget.wait(POST, channel)
        try:
            await self._slack.post(channel=channel, message=reply.message, keys=(reply.key,))
        finally:
            await self._budget.posted(channel)

    async def _failed(self, queued: QueuedReply, error: SlackError) -> None:
        verdict = verdict_of(error)
        log.warning("a private answer did not go out", key=queued.reply.key, error=str(error))
        if verdict is Verdict.LIMITED:
            channel = await self._slack.address(queued.reply.user) if error.method == POST else ""
            await self._budget.refused(error.method, channel, error.retry_after)
            await self._replies.retry(queued, after=error.retry_after, failed=False)
        elif verdict is Verdict.LATER and queued.failures < MOST_FAILURES:
            await self._replies.retry(queued, after=backoff(queued.failures))
        else:
            log.error("a private answer is given up", key=queued.reply.key, error=str(error))
            await self._replies.finish(queued)
