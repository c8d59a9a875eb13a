"""The form in which a deployment is put together, and how what was filled in is read back.

`private_metadata` remembers where it was opened from; nothing that was typed ever goes there.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.domain import drafts
from bot.domain.commands import OPERATION_OF, Invocation, Verb
from bot.domain.drafts import Draft, Source
from bot.domain.options import LONGEST_MESSAGE, Variable
from bot.domain.stacks import StackRef
from bot.messages.blocks import context, option, plain
from bot.messages.message import Block
from bot.messages.views import NOWHERE, Opener, view

FORM = "qd:form"
STACK_OPTIONS = "qd:stack"  # the action id by which Slack asks for stacks while one types
UNREACHABLE = "?"  # the value of the one option where the stacks can't be read
_OPERATIONS = {
    Verb.DEPLOY: ("Deploy", "make the resources what the program says"),
    Verb.PREVIEW: ("Preview", "show what a deploy would change"),
    Verb.REFRESH: ("Refresh", "read the real state of the resources"),
    Verb.DESTROY: ("Destroy", "delete every resource; asks once more"),
}
_SOURCES = {
    Source.SETTINGS: "What the stack's settings say",
    Source.BRANCH: "The head of a branch",
    Source.COMMIT: "One commit",
}
_INHERIT = "inherit"
_LONGEST_ENVIRONMENT = 3000
_LONGEST_REF = 250
_LONGEST_VALUE = 150
_MOST_OPTIONS = 100


def form(
    asked: Invocation | None = None,
    opener: Opener = NOWHERE,
) -> Block:
    """Empty, or with what was typed before it opened."""
    given = asked or Invocation(Verb.DEPLOY)
    return view(
        "Deploy",
        [
            _input(drafts.STACK, "Stack", _stack(), hint="Type any part of its name."),
            _input(drafts.OPERATION, "What to do", _operation(given.verb)),
            _input(drafts.SOURCE, "What to run", _source(given)),
            _input(
                drafts.REF,
                "Branch or commit",
                _text(
                    drafts.REF,
                    given.commit or given.branch,
                    longest=_LONGEST_REF,
                    placeholder="main, or 1f0c9ab",
                ),
                optional=True,
            ),
            _input(
                drafts.ENVIRONMENT,
                "Extra environment variables",
                _text(
                    drafts.ENVIRONMENT,
                    _lines(given.options.environment),
                    longest=_LONGEST_ENVIRONMENT,
                    placeholder="REGION=eu-west-1",
                    multiline=True,
                ),
                hint="One a line. NAME=secret:value is sealed at once and shown to nobody; what looks like a secret is sealed too.",
                optional=True,
            ),
            _input(drafts.INHERIT, "Settings", _inherit(on=given.options.inherit), optional=True),
            _input(
                drafts.MESSAGE,
                "Why",
                _text(
                    drafts.MESSAGE,
                    given.options.message,
                    longest=LONGEST_MESSAGE,
                    placeholder="Everybody in the channel reads this",
                ),
                optional=True,
            ),
            _input(drafts.CHANNEL, "Card goes to", _channel(opener.channel)),
            *context("The card tells how it goes, in a channel that I'm in."),
        ],
        callback=FORM,
        remember=opener.remembered(),
        submit="Start",
        close="Not now",
    )


def read(submitted: dict[str, Any]) -> Draft:
    """What a submitted form says; what is missing is empty."""
    values: dict[str, Any] = submitted.get("state", {}).get("values", {})

    def held(name: str) -> dict[str, Any]:
        found = next(iter(values.get(name, {}).values()), None)
        return found if isinstance(found, dict) else {}

    def chosen(name: str) -> str:
        return str((held(name).get("selected_option") or {}).get("value") or "")

    stack = chosen(drafts.STACK)
    return Draft(
        stack="" if stack == UNREACHABLE else stack,
        operation=chosen(drafts.OPERATION),
        source=chosen(drafts.SOURCE) or Source.SETTINGS.value,
        ref=str(held(drafts.REF).get("value") or ""),
        environment=str(held(drafts.ENVIRONMENT).get("value") or ""),
        inherit=bool(held(drafts.INHERIT).get("selected_options")),
        message=str(held(drafts.MESSAGE).get("value") or ""),
        channel=str(held(drafts.CHANNEL).get("selected_conversation") or ""),
    )


def stack_options(found: Sequence[StackRef], *, several: bool) -> list[Block]:
    """For the select, at most 100: `several` organisations are told apart by name. One whose name does not fit can only be typed.

    Slack, "Select menu element": 150 characters of a value.
    """
    fitting = [ref for ref in found if len(str(ref)) <= _LONGEST_VALUE]
    return [option(str(ref) if several else ref.short, str(ref)) for ref in fitting[:_MOST_OPTIONS]]


def unreachable() -> list[Block]:
    """In place of stacks, when they can't be read."""
    return [option("I can't reach my memory (Redis) right now. Try again in a moment.", UNREACHABLE)]


def _stack() -> Block:
    return {
        "type": "external_select",
        "action_id": STACK_OPTIONS,
        "placeholder": plain("web/dev", 150),
        "min_query_length": 0,
    }


def _operation(verb: Verb) -> Block:
    offered = {each: option(*_labelled(each), about=_OPERATIONS[each][1]) for each in OPERATION_OF}
    return {
        "type": "static_select",
        "action_id": drafts.OPERATION,
        "options": list(offered.values()),
        "initial_option": offered.get(verb, offered[Verb.DEPLOY]),
    }


def _labelled(verb: Verb) -> tuple[str, str]:
    return _OPERATIONS[verb][0], verb.value


def _source(given: Invocation) -> Block:
    offered = {source: option(label, source.value) for source, label in _SOURCES.items()}
    first = Source.COMMIT if given.commit else Source.BRANCH if given.branch else Source.SETTINGS
    return {
        "type": "radio_buttons",
        "action_id": drafts.SOURCE,
        "options": list(offered.values()),
        "initial_option": offered[first],
    }


def _text(name: str, value: str, *, longest: int, placeholder: str, multiline: bool = False) -> Block:
    element: Block = {
        "type": "plain_text_input",
        "action_id": name,
        "multiline": multiline,
        "max_length": longest,
        "placeholder": plain(placeholder, 150),
    }
    return {**element, "initial_value": value[:longest]} if value else element


def _lines(environment: Sequence[Variable]) -> str:
    return "\n".join(
        f"{variable.name}={variable.value}" for variable in environment if not variable.is_sealed
    )


def _inherit(*, on: bool) -> Block:
    only = option("Inherit the stack's deployment settings", _INHERIT)
    element: Block = {"type": "checkboxes", "action_id": drafts.INHERIT, "options": [only]}
    return {**element, "initial_options": [only]} if on else element


def _channel(channel: str) -> Block:
    """Slack knows the conversation that is open; what was typed in a channel names it for certain."""
    element: Block = {
        "type": "conversations_select",
        "action_id": drafts.CHANNEL,
        "placeholder": plain("#deploys", 150),
        "default_to_current_conversation": True,
        "filter": {"include": ["public", "private"]},
    }
    return {**element, "initial_conversation": channel} if channel[:1] in ("C", "G") else element


def _input(name: str, label: str, element: Block, *, hint: str = "", optional: bool = False) -> Block:
    block: Block = {
        "type": "input",
        "block_id": name,
        "label": plain(label, 2000),
        "element": element,
        "optional": optional,
    }
    return {**block, "hint": plain(hint, 2000)} if hint else block
