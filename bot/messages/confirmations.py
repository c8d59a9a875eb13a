"""Where a rule wants the stack's name typed: the private question, the modal, and what was typed into it."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from bot.domain.commands import Command, Verb
from bot.domain.stacks import StackRef
from bot.messages import buttons
from bot.messages.actions import Press, action_id, parse, value_of
from bot.messages.blocks import METADATA, actions, message, plain, section, text_input
from bot.messages.message import Block, Message
from bot.messages.mrkdwn import code, phrase, plainly

TYPE = "type"  # the suffix of a button that opens the modal, and its callback
CALLBACK = "qd:type"
NAME = "name"
_LONGEST = 300


class Confirmed(NamedTuple):
    """A submitted name, and what it was typed for; `press` is None in a modal of another version."""

    press: Press | None
    typed: str
    channel: str
    message_ts: str
    response_url: str


def ask_to_type(command: Command, stack: StackRef) -> Message:
    """A mis-tap must not be enough: the name is typed, in a modal or on the command line."""
    what = f"{command.verb} *{phrase(stack.short, 240)}*"
    asked = f"To {what}, type its name once more: a rule of the policy wants that."
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


def modal(press: Press, *, channel: str = "", message_ts: str = "", response_url: str = "") -> Block:
    """Asks for the name. It is compared by the policy, not here."""
    short = "/".join(press.stack.split("/")[-2:])
    remember = {
        "v": press.verb.value,
        "p": value_of(press),
        "c": channel,
        "t": message_ts,
        "u": response_url,
    }
    metadata = json.dumps(remember)
    risk = f" {buttons.DESTROY_RISK}" if press.verb is Verb.DESTROY else ""
    field = text_input(name=NAME, label=f"Type {short}", placeholder=short, longest=_LONGEST)
    field["element"]["multiline"] = False
    return {
        "type": "modal",
        "callback_id": CALLBACK,
        "title": plain(f"{press.verb.value.capitalize()}?", 24),
        "submit": plain(press.verb.value.capitalize(), 24),
        "close": plain("Not now", 24),
        "blocks": [section(f"This starts a {press.verb} of *{phrase(short, 240)}*.{risk}"), field],
        "private_metadata": metadata if len(metadata) <= METADATA else "{}",
    }


def read(view: dict[str, Any]) -> Confirmed:
    """What a submitted modal says."""
    try:
        kept = json.loads(view.get("private_metadata") or "{}")
    except ValueError:
        kept = {}
    values = view.get("state", {}).get("values", {})
    typed = str(values.get(NAME, {}).get(NAME, {}).get("value") or "").strip()
    verb = kept.get("v", "")
    press = parse(action_id(Verb(verb)), kept.get("p", "")) if verb in set(Verb) else None
    return Confirmed(press, typed[:_LONGEST], kept.get("c", ""), kept.get("t", ""), kept.get("u", ""))
