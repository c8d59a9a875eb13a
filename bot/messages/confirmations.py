"""Where a rule wants the stack's name typed: the private question, the modal, and what was typed into it."""

from __future__ import annotations

from typing import Any, NamedTuple

from bot.domain.commands import Command, Verb
from bot.domain.stacks import StackRef, short_name
from bot.messages import buttons
from bot.messages.actions import Press, action_id, parse, value_of
from bot.messages.blocks import actions, message, section, text_input
from bot.messages.message import Block, Message
from bot.messages.mrkdwn import code, phrase, plainly
from bot.messages.views import NOWHERE, Opener, remembered, typed_in, view

TYPE = "type"  # the suffix of a button that opens the modal, and its callback
CALLBACK = "qd:type"
NAME = "name"
_LONGEST = 300


class Confirmed(NamedTuple):
    """A submitted name, and what it was typed for; `press` is None in a modal of another version."""

    press: Press | None
    typed: str


def ask_to_type(command: Command, stack: StackRef) -> Message:
    """A mis-tap must not be enough: the name is typed, in a modal or on the command line."""
    what = f"{command.verb} *{phrase(stack.short, 240)}*"
    wrong = f"{code(command.typed)} is not its name. " if command.typed else ""
    asked = f"{wrong}To {what}, type its name once more: a rule of the policy wants that."
    shown = f"{asked}\nOr add {code(f'--confirm {stack.short}')} to the command."
    press = Press(
        verb=command.verb,
        stack=str(stack),
        branch=command.branch,
        commit=command.commit,
        reason=command.reason,
        request_id=command.id if command.options else command.request_id,
    )
    sure = buttons.press("Type the name…", press, suffix=TYPE, style="primary")
    return message(plainly(shown), [section(shown), *actions(sure, buttons.dismiss("Never mind"))])


def opens(action: str) -> bool:
    """Whether a button asks for the modal."""
    return action.endswith(f":{TYPE}")


def modal(press: Press, opener: Opener = NOWHERE) -> Block:
    """Asks for the name."""
    verb, short = press.verb.value.capitalize(), short_name(press.stack)
    risk = f" {buttons.DESTROY_RISK}" if press.verb is Verb.DESTROY else ""
    return view(
        f"{verb}?",
        [
            section(f"This starts a {press.verb} of *{phrase(short, 240)}*.{risk}"),
            text_input(
                name=NAME, label=f"Type {short}", placeholder=short, longest=_LONGEST, multiline=False
            ),
        ],
        callback=CALLBACK,
        remember={"v": press.verb.value, "p": value_of(press), **opener.remembered()},
        submit=verb,
        close="Not now",
    )


def read(submitted: dict[str, Any]) -> Confirmed:
    """What a submitted modal says."""
    kept = remembered(submitted)
    verb = kept.get("v", "")
    press = parse(action_id(Verb(verb)), kept.get("p", "")) if verb in set(Verb) else None
    return Confirmed(press, typed_in(submitted, NAME)[:_LONGEST])


def problem(stack: str, typed: str) -> str:
    """What is wrong with what was typed for the name of a stack; empty when nothing is."""
    short = short_name(stack)
    return "" if typed in {short, stack} else f"Type {short}, exactly, or leave everything as it is."
