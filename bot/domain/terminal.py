"""What a terminal would show of a line: colours and titles gone, progress that overwrote itself resolved."""

from __future__ import annotations

import re

LINE_LIMIT = 200  # characters
_TAB = 8
_FURTHEST = 500  # columns a cursor may jump to
CONTROL = re.compile(
    r"(?:\x1b\[|\x9b)(?P<arguments>[0-?]*)[ -/]*(?P<final>[@-~])"  # CSI: colours, cursor, erase
    r"|(?:\x1b\]|\x9d)[^\x07\x1b\x9c\n]*(?:\x07|\x1b\\|\x9c)?"  # OSC: titles, links
    r"|(?:\x1b[PX^_]|[\x90\x98\x9e\x9f])[^\x1b\x9c\n]*(?:\x1b\\|\x9c)?"  # DCS, SOS, PM, APC
    r"|\x1b[ -/]*[0-~]?"
    r"|[\x00-\x08\x0b-\x1f\x7f-\x9f]"
    r"|[\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\ue000-\uf8ff]"
)
_TOKEN = re.compile(rf"{CONTROL.pattern}|\t")


def clean(text: str) -> str:
    """`text` as a terminal shows it, without the line feed at its end. What is hidden or turns text around is dropped."""
    return "\n".join(_line(line) for line in text.removesuffix("\n").split("\n"))


def cut(line: str, *, limit: int = LINE_LIMIT) -> str:
    """At most `limit` characters. To be done after redaction: half a secret is recognised by nobody."""
    return line if len(line) <= limit else f"{line[: limit - 1]}…"


def _line(line: str) -> str:
    if not _TOKEN.search(line):
        return line.rstrip()
    screen = _Screen()
    end = 0
    for token in _TOKEN.finditer(line):
        screen.write(line[end : token.start()])
        screen.obey(token)
        end = token.end()
    screen.write(line[end:])
    return "".join(screen.cells).rstrip()


class _Screen:
    """One line of a terminal: cells and a cursor."""

    def __init__(self) -> None:
        self.cells: list[str] = []
        self.column = 0

    def write(self, text: str) -> None:
        self.cells += " " * (self.column - len(self.cells))
        self.cells[self.column : self.column + len(text)] = text
        self.column += len(text)

    def obey(self, token: re.Match[str]) -> None:
        sequence = token[0]
        if sequence == "\r":
            self.column = 0
        elif sequence == "\b":
            self.column = max(self.column - 1, 0)
        elif sequence == "\t":
            self.write(" " * (_TAB - self.column % _TAB))
        elif token["final"] == "K":
            self._erase(token["arguments"])
        elif token["final"] in ("C", "D", "G"):
            self._move(token["final"], token["arguments"])

    def _erase(self, arguments: str) -> None:
        if arguments in ("", "0"):
            del self.cells[self.column :]
        elif arguments == "1":
            self.cells[: self.column] = " " * min(self.column, len(self.cells))
        elif arguments == "2":
            self.cells.clear()

    def _move(self, final: str, arguments: str) -> None:
        count = min(int(arguments), _FURTHEST) if re.fullmatch("[0-9]{1,9}", arguments) else 1
        target = {"C": self.column + count, "D": self.column - count, "G": count - 1}[final]
        furthest = max(len(self.cells), _FURTHEST)
        self.column = min(max(target, 0), furthest)
