"""What a refusal by Slack means for what was to be said. Codes: https://docs.slack.dev/reference/methods/chat.postMessage#errors."""

from __future__ import annotations

from enum import Enum, auto
from random import uniform

from bot.errors import SlackError

# The message itself: Slack may still take its plain text.
CONTENT = frozenset(
    {
        "invalid_blocks",
        "invalid_blocks_format",
        "msg_too_long",
        "msg_blocks_too_long",
        "no_text",
        "markdown_text_conflict",
        "invalid_arguments",
    }
)
# The card, or the thread it leads, is not there any more.
GONE = frozenset({"message_not_found", "thread_not_found", "cant_update_message", "edit_window_closed"})
# The app as a whole: an operator must act, nothing about the message is wrong.
OPERATOR = frozenset(
    {
        "invalid_auth",
        "not_authed",
        "account_inactive",
        "token_revoked",
        "token_expired",
        "missing_scope",
        "no_permission",
        "access_denied",
        "not_allowed_token_type",
        "team_access_not_granted",
        "enterprise_is_restricted",
    }
)
# The person cannot be whispered to there; their direct messages may work.
NOT_THERE = frozenset(
    {"user_not_in_channel", "channel_not_found", "not_in_channel", "is_archived", "restricted_action"}
)
# Slack is busy or restarting, and did not do it.
BUSY = frozenset({"message_limit_exceeded", "team_added_to_org", "accesslimited", "rollup_error"})

FIRST_BACKOFF = 1.0
LONGEST_BACKOFF = 60.0


class Verdict(Enum):
    """What to do about it."""

    LATER = auto()  # try again, more and more slowly
    LIMITED = auto()  # try again when the Retry-After is over
    UNSURE = auto()  # it may have been done: look, then try again
    CONTENT = auto()  # try with plain text
    GONE = auto()  # stop
    REFUSED = auto()  # not in this channel


def verdict_of(error: SlackError) -> Verdict:
    """How to go on after an error."""
    if error.code == "ratelimited":
        return Verdict.LIMITED
    if not error.certain:
        return Verdict.UNSURE
    if error.code in CONTENT:
        return Verdict.CONTENT
    if error.code in GONE:
        return Verdict.GONE
    if not error.code or error.code in OPERATOR or error.code in BUSY:
        return Verdict.LATER
    return Verdict.REFUSED


def backoff(failures: int) -> float:
    """Seconds to wait after so many failures in a row: doubling, up to a minute, with jitter so that workers spread."""
    longest = min(LONGEST_BACKOFF, FIRST_BACKOFF * 2 ** min(failures, 10))
    return uniform(longest / 2, longest)  # noqa: S311 - no secret depends on it


def words_for(code: str, channel: str) -> str:
    """What to tell the person whose words could not be shown in a channel."""
    where = f"<#{channel}>" if channel.startswith(("C", "G")) else "that channel"
    if code in {"not_in_channel", "channel_not_found"}:
        return f"I can't post in {where}: I'm not a member. Type `/invite` with my name there, and I'll go on telling."
    if code == "is_archived":
        return f"I can't post in {where}: it is archived. What you asked for goes on; ask me for its status."
    return f"Slack does not let me post in {where} (`{code}`). What you asked for goes on; ask me for its status."
