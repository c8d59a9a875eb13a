"""Text as people type it in Slack, split into words: quotes that a phone made curly, dashes that it made long, letters that show nothing."""

from __future__ import annotations

import re

_STRAIGHT = str.maketrans(
    dict.fromkeys("\u201c\u201d\u201e\u201f\u00ab\u00bb", '"')
    | dict.fromkeys("\u2018\u2019\u201a\u201b", "'")
    | dict.fromkeys("\u2010\u2011", "-")
)
# What a paste brings along: it shows nothing, and turns nothing around. Other hidden letters are refused by who reads the text.
_EMPTY = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"))
# An apostrophe between letters is no quote.
_QUOTED = r"\"[^\"]*\"|(?<!\w)'(?:[^']|(?<=\w)'(?=\w))*'(?!\w)|`[^`]*`"
_WORD = re.compile(rf"(?:{_QUOTED}|\S)+")
_PIECE = re.compile(_QUOTED)
_LONG_DASHES = re.compile("^(?:-?[\u2012\u2013\u2014\u2015\u2212]+-?)")
_AFTER = ".,;:!?\u2026"


def as_typed(text: str) -> str:
    """What was typed, out of what Slack sends of it: `&`, `<` and `>` come escaped (Slack, "Formatting text for app surfaces")."""
    if not text.isprintable():
        text = text.translate(_EMPTY)
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") if "&" in text else text


def words(text: str) -> list[str]:
    """The words of `text`; what is quoted stays together, and a quote without a partner is a letter like any other.

    A long dash at the start of a word is the `--` it was typed as.
    """
    return [_unquoted(word) for word in _WORD.findall(text.translate(_STRAIGHT))]


def bare(word: str) -> str:
    """A word without the punctuation after it; one that is nothing else stays."""
    return word.rstrip(_AFTER) or word


def _unquoted(word: str) -> str:
    return _PIECE.sub(lambda piece: piece[0][1:-1], _LONG_DASHES.sub("--", word))
