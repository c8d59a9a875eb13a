"""The words by which a verb is typed."""

from __future__ import annotations

from bot.domain.commands import Verb

TYPED = tuple(Verb)[: tuple(Verb).index(Verb.HELP) + 1]
_ALIKE = {
    Verb.DEPLOY: ("up", "update", "redeploy"),
    Verb.STATUS: ("st", "ls", "list", "stacks"),
    Verb.LOGS: ("log",),
    Verb.RESUME: ("unpause",),
    Verb.CANCEL: ("stop", "abort"),
    Verb.SETTINGS: ("setting", "config"),
    Verb.HELP: ("--help", "-h", "?"),
}
VERBS = {verb.value: verb for verb in TYPED} | {
    word: verb for verb, words in _ALIKE.items() for word in words
}
OPPOSITES = {"undeploy": Verb.DESTROY}  # nearest in letters to what they undo
POLITE = frozenset({"please", "pls", "thanks"})
