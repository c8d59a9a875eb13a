"""Are you sure: a private question with a way on and a way out."""

from __future__ import annotations

from bot.domain.commands import OPERATION_OF, Verb
from bot.messages import buttons
from bot.messages.blocks import actions, message, section
from bot.messages.message import Block, Message
from bot.messages.mrkdwn import phrase, plainly

_DECIDED = {
    Verb.CANCEL: "You canceled *{name}*.",
    **{verb: f"You asked for a {verb} of *{{name}}*. Its card tells how it goes." for verb in OPERATION_OF},
    Verb.LOCK: "You took over the lock of *{name}*.",
    Verb.UNLOCK: "You unlocked *{name}*.",
    Verb.PAUSE_ORG: "You paused everything of *{name}*.",
    Verb.RESUME_ORG: "You resumed everything of *{name}*.",
}


def are_you_sure(question: str, risk: str, sure: Block | None, keep: str) -> Message:
    """`sure` is the button that does it, `keep` the label of the one that does not."""
    return message(
        plainly(f"{question} {risk}"),
        [section(f"{question}\n{risk}"), *actions(sure, buttons.dismiss(keep))],
    )


def decided(verb: Verb, name: str) -> Message:
    """What takes the place of a question that was answered with yes, so that nobody answers it twice."""
    said = _DECIDED[verb].format(name=phrase(name, 240))
    return message(plainly(said), [section(said)])
