"""The few lines of a log that say why a step failed: clean, redacted, in order, and how many were left out."""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from bot.domain.cards import Excerpt
from bot.domain.log_signs import Sign, sign_of
from bot.domain.redaction import redact
from bot.domain.terminal import LINE_LIMIT, clean, cut

LIMIT = 12  # lines
_REACH = 8  # lines from a cause within which a line may belong to it
_DIAGNOSTICS = re.compile(r"\s*Diagnostics:$")
_RESOURCE = re.compile(r"  \S.*:$")
_SEVERITY = re.compile(r" {4}(error|warning|info|debug):")
_CODE_FOLLOWS = re.compile(r"\s+File \"")
_NEVER = 10_000  # a distance that is no distance
_TIMES = "\u00d7"
_WINDOW = 2_000  # lines before the end of the log in which the cause is looked for
_BEFORE = 100  # rows before those, redacted with them: a private key may have begun there
_MOST = 2_000_000  # characters of rows that are kept

Worth = tuple[int, int]  # how soon a line is given up when there is no room: the higher, the sooner
_FIRST: Worth = (Sign.CAUSE, 0)
_LEAST: Worth = (Sign.NOISE, 0)


@dataclass(frozen=True, slots=True)
class _Line:
    """A candidate, and where it stood in the log."""

    place: float
    text: str
    worth: Worth
    times: int = 1


def readable(rows: Iterable[str], *, secrets: Collection[str] = ()) -> list[str]:
    """Every line of a log, fit to be shown: as a terminal would show it, redacted before that and after, not cut.

    Rows are redacted together, because a private key has several.
    """
    raw = "\n".join(row.removesuffix("\n") for row in rows)
    return redact(clean(redact(raw, secrets) + "\n"), secrets).split("\n")


class Tail:
    """What an excerpt can use of a log of any length: its last rows, and how many lines with text there were before them."""

    def __init__(self) -> None:
        self.rows: deque[str] = deque()
        self.before = 0
        self._size = 0

    def add(self, row: str) -> None:
        """The log goes on. The last row is kept, however long it is."""
        self.rows.append(row)
        self._size += len(row)
        while len(self.rows) > _WINDOW + _BEFORE or (self._size > _MOST and len(self.rows) > 1):
            gone = self.rows.popleft()
            self._size -= len(gone)
            self.before += sum(bool(text) for text in clean(gone).split("\n"))


def excerpt(
    lines: Iterable[str], *, before: int = 0, limit: int = LIMIT, secrets: Collection[str] = ()
) -> Excerpt:
    """What says why, in at most `limit` lines of at most 200 characters; `omitted` counts the other lines with text, `before` among them.

    The errors of Pulumi's diagnostics first; else lines that name an error and what belongs to them; else the last lines.
    """
    told = readable(lines, secrets=secrets)
    log = _Log(told[-_WINDOW:])
    chosen = _merged(log.diagnosed() or log.erroneous() or log.last())
    kept = sorted(sorted(chosen, key=lambda line: line.worth)[:limit], key=lambda line: line.place)
    omitted = before + sum(bool(text) for text in told) - sum(line.times for line in kept)
    return Excerpt(tuple(_outdented(kept)), omitted=omitted)


class _Log:
    """Clean lines, what each is, and how far it is from a cause."""

    def __init__(self, told: Sequence[str]) -> None:
        self.told = told
        self.signs = _signs(told)
        anchor = Sign.CAUSE if Sign.CAUSE in self.signs else Sign.HINT
        anchors = [sign is anchor for sign in self.signs]
        self.since = _distances(anchors)
        self.until = _distances(anchors[::-1])[::-1]

    def diagnosed(self) -> list[_Line]:
        """The errors of the last diagnostics that name a cause, each under its resource."""
        starts = [place for place, text in enumerate(self.told) if _DIAGNOSTICS.match(text)]
        blocks = (self._errors_after(start) for start in reversed(starts))
        return next((block for block in blocks if any(line.worth == _FIRST for line in block)), [])

    def erroneous(self) -> list[_Line]:
        """Lines that name an error, and those that belong to them."""
        return [
            self._line(place, text)
            for place, text in enumerate(self.told)
            if self.signs[place] <= Sign.HINT or (self.signs[place] < Sign.NOISE and self._is_near(place))
        ]

    def last(self) -> list[_Line]:
        """The lines before the end, the nearest worth most; progress only where there is nothing else."""
        spoken = [place for place, sign in enumerate(self.signs) if sign is not Sign.NOISE]
        places = spoken or [place for place, text in enumerate(self.told) if text]
        return [_Line(place, self.told[place], (Sign.PLAIN, -place)) for place in places]

    def _is_near(self, place: int) -> bool:
        """It follows a cause, or is a frame that leads to one (Python tells the cause last)."""
        reach = min(self.since[place], self.until[place] if self.signs[place] is Sign.FRAME else _NEVER)
        return reach <= _REACH

    def _line(self, place: int, text: str) -> _Line:
        """Causes are worth most, then hints, then what follows soon, then the frames nearest to a cause."""
        sign = self.signs[place]
        distances = {Sign.PLAIN: self.since[place], Sign.FRAME: min(self.since[place], self.until[place])}
        return _Line(place, text, (sign, distances.get(sign, 0)))

    def _errors_after(self, start: int) -> list[_Line]:
        """Of each resource its errors with all that belongs to them; warnings and messages are left out."""
        found: list[_Line] = []
        heading = ""
        in_error = False
        for place, text in enumerate(self.told[start + 1 :], start=start + 1):
            severity = _SEVERITY.match(text)
            if text and not text.startswith(" "):
                break
            if _RESOURCE.match(text):
                heading, in_error = text, False
            elif severity:
                in_error = severity[1] == "error"
            if in_error and text:
                line = self._explaining(place, text)
                found += [replace(line, place=place - 0.5, text=heading)] if heading else []
                found.append(line)
                heading = ""
        return found

    def _explaining(self, place: int, text: str) -> _Line:
        """A bare "update failed" is worth the least: others say why."""
        line = self._line(place, text)
        return replace(line, worth=_LEAST) if _SEVERITY.match(text) and line.worth > _FIRST else line


def _signs(told: Sequence[str]) -> list[Sign]:
    """The sign of each line; the code that follows a Python frame belongs to it."""
    signs: list[Sign] = []
    code = False
    for text in told:
        signs.append(Sign.FRAME if code and text else sign_of(text))
        code = bool(_CODE_FOLLOWS.match(text))
    return signs


def _distances(anchors: Sequence[bool]) -> list[int]:
    """How many lines ago the last anchor was."""
    distances = []
    distance = _NEVER
    for anchor in anchors:
        distance = 0 if anchor else distance + 1
        distances.append(distance)
    return distances


def _merged(lines: Sequence[_Line]) -> list[_Line]:
    """Lines that are told again as one, where it was told first, with how often."""
    times = Counter(line.text for line in lines)
    first: dict[str, _Line] = {}
    for line in lines:
        known = first.setdefault(line.text, replace(line, times=times[line.text]))
        first[line.text] = replace(known, worth=min(known.worth, line.worth))
    return list(first.values())


def _outdented(lines: Sequence[_Line]) -> list[str]:
    """The lines without the indentation that all of them have, cut, with how often each was told."""
    margin = min((len(line.text) - len(line.text.lstrip()) for line in lines), default=0)
    return [_shown(line.text[margin:], line.times) for line in lines]


def _shown(text: str, times: int) -> str:
    suffix = f" ({_TIMES}{times})" if times > 1 else ""
    return cut(text, limit=LINE_LIMIT - len(suffix)) + suffix
