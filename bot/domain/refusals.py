"""How the bot says no, and how it quotes what somebody typed without passing on what hides in it."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field

QUOTE_LIMIT = 60
# The names of rules that are in no policy file.
DEFAULT = "default"  # none of the file's decides
MEMBERS_ONLY = "members only"
OUR_BUTTONS = "buttons as they were made"
SIGNED = "signed by Slack or Pulumi"
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


@dataclass(frozen=True, slots=True)
class Refusal:
    """An honest no, to the one who asked: what is wrong, and what would be right (both plain text).

    `people` are the user ids the problem speaks of ("already decided" by whom); they are not in the text, which is
    escaped, so whoever renders it mentions them. `rule` is the rule of the policy that says so, for the audit; empty where none did.
    """

    problem: str
    remedy: str = ""
    people: tuple[str, ...] = ()
    rule: str = field(default="", compare=False)


def is_hidden(character: str) -> bool:
    """Whether a character shows nothing, or turns the text around it: control, format, separator, unassigned."""
    return unicodedata.category(character) in _HIDDEN


def shown(text: str, *, limit: int = QUOTE_LIMIT) -> str:
    """What was typed, fit to be quoted: on one line, nothing hidden, at most `limit` characters."""
    spaced = "".join(" " if character.isspace() else character for character in text)
    visible = " ".join("".join(character for character in spaced if not is_hidden(character)).split())
    return visible if len(visible) <= limit else visible[: limit - 1].rstrip() + "…"
