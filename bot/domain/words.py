"""Text as people type it in Slack, split into words: quotes that a phone made curly, dashes that it made long."""

from __future__ import annotations

import re

_STRAIGHT = str.maketrans(
    dict.fromkeys("\u201c\u201d\u201e\u201f\u00ab\u00bb", '"')
    | dict.fromkeys("\u2018\u2019\u201a\u201b", "'")
)
_QUOTED = r"\"[^\"]*\"|'[^']*'|`[^`]*`"
_WORD = re.compile(rf"(?:{_QUOTED}|\S)+")
_PIECE = re.compile(_QUOTED)
_LONG_DASHES = re.compile("^(?:-?[\u2012\u2013\u2014\u2015\u2212]+-?)")


def words(text: str) -> list[str]:
    """The words of `text`; what is quoted stays together, and a quote without a partner is a letter like any other.

    A long dash at the start of a word is the `--` it was typed as.
    """
    return [_unquoted(word) for word in _WORD.findall(text.translate(_STRAIGHT))]


def _unquoted(word: str) -> str:
    return _PIECE.sub(lambda piece: piece[0][1:-1], _LONG_DASHES.sub("--", word))
