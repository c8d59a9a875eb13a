"""Are you sure: a private question with a way on and a way out."""

from __future__ import annotations

from bot.messages import buttons
from bot.messages.blocks import actions, message, section
from bot.messages.message import Block, Message
from bot.messages.mrkdwn import plainly


def are_you_sure(question: str, risk: str, sure: Block | None, keep: str) -> Message:
    """`sure` is the button that does it, `keep` the label of the one that does not."""
    return message(
        plainly(f"{question} {risk}"),
        [section(f"{question}\n{risk}"), *actions(sure, buttons.dismiss(keep))],
    )
