"""Every action id and button value the bot hands out, and how to read one back.

An id is `qd:<verb>`, with a suffix where Block Kit wants ids to be unique (`qd:logs:2`). A value is a query string of short
keys, so that a button still works after a restart or an upgrade: it carries all it needs, and unknown keys are ignored.
Limits (Slack, "Button element"): action id 255 characters, value 2000.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from urllib.parse import parse_qs, urlencode

from bot.domain.commands import Verb

PREFIX = "qd:"
_VERBS = frozenset(verb.value for verb in Verb)
OPEN = (
    f"{PREFIX}open"  # a button with a URL: Slack tells of the press all the same, and nothing is to be done
)
DISMISS = (
    f"{PREFIX}dismiss"  # "never mind" on a private question: the question goes away, nothing else happens
)
_LONGEST = 2000
_NUMBER = re.compile(r"[0-9]{1,12}")
_KEYS = {
    "stack": "s",
    "version": "v",
    "deployment_id": "d",
    "request_id": "r",
    "branch": "b",
    "commit": "c",
    "confirmed": "y",
    "reason": "w",
    "status": "t",
    "page": "p",
    "lasts": "l",
    "person": "q",
    "place": "a",
}


@dataclass(frozen=True, slots=True)
class Press:
    """What a button asks for. `confirmed`: it was the answer to "are you sure".

    A button that starts something again names by `request_id` whose options it takes over.
    """

    verb: Verb
    stack: str = ""
    version: int | None = None
    deployment_id: str = ""
    request_id: str = ""
    branch: str = ""
    commit: str = ""
    confirmed: bool = False
    reason: str = ""
    status: str = ""
    page: int = 0
    lasts: int = 0
    person: str = ""
    place: str = ""


def action_id(verb: Verb, suffix: str = "") -> str:
    """The id of a button for `verb`; `suffix` tells two of the same message apart."""
    return f"{PREFIX}{verb.value}:{suffix}" if suffix else f"{PREFIX}{verb.value}"


def value_of(press: Press) -> str:
    """The value to put on the button, at most 2000 characters: names, branches and ids are bounded by Pulumi and git, a reason is cut."""
    fields = {short: getattr(press, name) for name, short in _KEYS.items()}
    given = {key: int(value) if value is True else value for key, value in fields.items() if value}
    value = urlencode(given, errors="replace")
    if len(value) > _LONGEST and press.reason:
        return value_of(replace(press, reason=press.reason[: len(press.reason) * 3 // 4]))
    return value


def parse(action: str, value: str) -> Press | None:
    """Read a button press back; None when it is not one of ours."""
    name = action.removeprefix(PREFIX).split(":")[0]
    if not action.startswith(PREFIX) or name not in _VERBS:
        return None
    got = {key: values[0] for key, values in parse_qs(value).items()}
    texts = {name: got.get(short, "") for name, short in _KEYS.items()}
    version, page, lasts = (_number(texts.pop(name)) for name in ("version", "page", "lasts"))
    confirmed = texts.pop("confirmed") == "1"
    return Press(Verb(name), version=version, page=page or 0, lasts=lasts or 0, confirmed=confirmed, **texts)


def _number(text: str) -> int | None:
    return int(text) if _NUMBER.fullmatch(text) else None
