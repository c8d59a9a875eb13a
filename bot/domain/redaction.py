"""Nothing secret reaches Slack: what looks like a credential is replaced before a person or a channel sees it.

Redaction errs towards hiding, but leaves what makes a log useful: commit hashes, URNs, types and names of resources.
Control sequences are looked through, since a colour code in the middle would hide a token from a pattern.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from urllib.parse import quote

from bot.domain.credentials import (
    AUTHORIZATION,
    BEARER,
    BLOB,
    KIND,
    KINDS,
    LONG,
    PAIRS,
    SECRETISH,
    URL,
    is_harmless,
    looks_random,
)
from bot.domain.terminal import CONTROL

SHORTEST = 4  # characters of a known secret; less would blot out ordinary words
_SHORTEST_LINE = 8  # of one line of a secret that has several

_NEAR = 40  # characters before a long string in which a name makes it suspicious

Span = tuple[int, int, str]  # from, to, what it was


def redact(text: str, secrets: Collection[str] = ()) -> str:
    """`text` with every credential replaced by `[redacted]` or `[redacted AWS key]`; `secrets` are hidden wherever they stand."""
    plain, places = _visible(text)
    parts = []
    end = 0
    for start, stop, kind in _merged(sorted(_spans(plain, secrets))):
        parts += [text[end : places[start]], f"[redacted {kind}]" if kind else "[redacted]"]
        end = places[stop - 1] + 1
    return "".join((*parts, text[end:]))


def _visible(text: str) -> tuple[str, Sequence[int]]:
    """The text without control sequences, and where each of its characters stood."""
    if not CONTROL.search(text):
        return text, range(len(text))
    places: list[int] = []
    end = 0
    for control in CONTROL.finditer(text):
        places += range(end, control.start())
        end = control.end()
    places += range(end, len(text))
    return "".join([text[place] for place in places]), places


def _merged(spans: Iterable[Span]) -> list[Span]:
    """Overlapping spans as one; the first kind that is known names it."""
    merged: list[Span] = []
    for start, stop, kind in spans:
        if merged and start < merged[-1][1]:
            first, last, known = merged.pop()
            merged.append((first, max(last, stop), known or kind))
        else:
            merged.append((start, stop, kind))
    return merged


def _spans(text: str, secrets: Collection[str]) -> Iterator[Span]:
    yield from _known(text, secrets)
    for match in KIND.finditer(text):
        yield match.start(), match.end(), KINDS[str(match.lastgroup)]
    for pattern in (URL, AUTHORIZATION, BEARER):
        for match in pattern.finditer(text):
            yield from _value(match, after="")
    for match in BLOB.finditer(text):
        if looks_random(match["value"]):
            yield *match.span("value"), ""
    if SECRETISH.search(text):
        yield from _named(text)


def _known(text: str, secrets: Collection[str]) -> Iterator[Span]:
    for secret in {secret.strip() for secret in secrets}:
        if len(secret) < SHORTEST:
            continue
        lines = {line.strip() for line in secret.splitlines() if len(line.strip()) >= _SHORTEST_LINE}
        for spelling in {secret, quote(secret, safe=""), *lines}:
            for found in re.finditer(re.escape(spelling), text):
                yield *found.span(), ""


def _named(text: str) -> Iterator[Span]:
    for pattern in PAIRS:
        for match in pattern.finditer(text):
            yield from _value(match, after=match["after"] or "")
    for match in LONG.finditer(text):
        before = text[max(match.start() - _NEAR, 0) : match.start()].rpartition("\n")[2]
        if looks_random(match["value"]) and SECRETISH.search(before):
            yield *match.span("value"), ""


def _value(match: re.Match[str], *, after: str) -> Iterator[Span]:
    """The value that a pattern found, without the quotes around it, unless it is none."""
    value = match["value"]
    if is_harmless(value, after=after):
        return
    quoted = len(value) > 1 and value[0] in "\"'" and value[-1] == value[0]
    start, stop = match.span("value")
    yield start + quoted, stop - quoted, ""
