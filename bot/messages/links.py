"""Linking a Pulumi login: the form that takes a token, and what is said of it. A token is in none of it."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from bot.domain.links import Link
from bot.messages.blocks import context, message, plain, section
from bot.messages.message import Block, Message
from bot.messages.mrkdwn import date, person, phrase, plainly
from bot.messages.views import NOWHERE, Opener, typed_in, view

LINK = "qd:link"
TOKEN = "token"  # noqa: S105  the name of a field
LONGEST_TOKEN = 500
_TOKEN = re.compile(r"[\x21-\x7e]{4,500}")


class Handed(NamedTuple):
    """A submitted form. `token` is what was typed, and to be sealed before anything else; `problem` says why it can't be one."""

    token: str
    problem: str

    def __repr__(self) -> str:
        return f"Handed(problem={self.problem!r})"


def form(opener: Opener = NOWHERE) -> Block:
    """Asks for a token, and is honest about what Slack can't hide."""
    return view(
        "Link Pulumi",
        [
            section(
                "With your own access token linked, what you ask for runs as *you* at Pulumi Cloud, "
                "with your permissions there. The bot's rules and approvals apply as before."
            ),
            {
                "type": "input",
                "block_id": TOKEN,
                "label": plain("Personal access token", 2000),
                "element": {
                    "type": "plain_text_input",
                    "action_id": TOKEN,
                    "min_length": 4,
                    "max_length": LONGEST_TOKEN,
                    "placeholder": plain("pul-…", 150),
                },
                "hint": plain(
                    "Slack has no field for passwords: whoever looks at your screen can read it while this is open.",
                    2000,
                ),
            },
            *context(
                "It goes encrypted into my memory and is never shown, posted or logged. A form leaves no message, so there is nothing "
                "to delete afterwards. `unlink` forgets it at once; Pulumi can revoke it any time.",
                "Make one at Pulumi Cloud: your picture, Personal access tokens, Create token.",
            ),
        ],
        callback=LINK,
        remember=opener.remembered(),
        submit="Link",
        close="Not now",
    )


def read(submitted: dict[str, Any]) -> Handed:
    """What was typed into the form."""
    token = typed_in(submitted, TOKEN)
    problem = (
        "" if _TOKEN.fullmatch(token) else "That is no access token: it has no spaces, and begins with pul-."
    )
    return Handed(token, problem)


def linked(login: str, *, renewed: bool = False) -> Message:
    """It worked."""
    name = phrase(login, 80)
    if renewed:
        return _said(f"Your new token is in place. You are still *{name}* on Pulumi.")
    return _said(
        f"You are linked as *{name}* on Pulumi. From now on your commands run with your own permissions there."
    )


def unlinked(login: str) -> Message:
    """It is forgotten."""
    return _said(
        f"Your token is forgotten; you are no longer *{phrase(login, 80)}* on Pulumi here. Your commands run with the bot's own token again."
    )


def unlinked_another(user: str, login: str) -> Message:
    """Somebody else's is forgotten."""
    return _said(
        f"The token of {person(user)} is forgotten; they are no longer *{phrase(login, 80)}* on Pulumi here. "
        "Whoever has a token of that login can link it."
    )


def unlinked_by(user: str, login: str) -> Message:
    """What the one whose token it was is told."""
    return _said(
        f"{person(user)} unlinked you: your token is forgotten, and you are no longer *{phrase(login, 80)}* on Pulumi here. "
        "Your commands run with the bot's own token again."
    )


def not_linked(*, can_link: bool) -> Message:
    """The bot's own token is used."""
    more = " `link` lets them run with your own." if can_link else ""
    return _said(f"You have linked no Pulumi login: your commands run with the bot's own token.{more}")


def known_as(link: Link, *, works: bool) -> Message:
    """As whom somebody acts."""
    name = f"*{phrase(link.login, 80)}*{f' ({phrase(link.name, 80)})' if link.name else ''}"
    if works:
        return _said(f"Your commands run as {name} on Pulumi, linked {date(link.at)}.")
    return _said(
        f"You are linked as {name} on Pulumi, but your token is no longer accepted there, so I do nothing for you. "
        "Link a new one (`link`), or let the bot act with its own (`unlink`)."
    )


def _said(sentence: str) -> Message:
    return message(plainly(sentence), [section(sentence)])
