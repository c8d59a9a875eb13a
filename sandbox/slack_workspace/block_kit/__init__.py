"""Block Kit as Slack judges it: lengths, counts, required and unknown fields, uniqueness, surfaces."""

from sandbox.slack_workspace.block_kit.rules import Problem
from sandbox.slack_workspace.block_kit.surfaces import (
    MESSAGE_TEXT_LIMIT,
    elements_of,
    message_problems,
    options_problems,
    text_length,
    view_problems,
)

__all__ = [
    "MESSAGE_TEXT_LIMIT",
    "Problem",
    "elements_of",
    "message_problems",
    "options_problems",
    "text_length",
    "view_problems",
]
