"""The end of a log, as much as a message or a modal holds."""

from __future__ import annotations

from collections.abc import Sequence

from bot.messages.mrkdwn import clean, truncate

LONGEST_LINE = 1_000


def tail(lines: Sequence[str], *, size: int) -> list[str]:
    """The last lines that fit into `size` characters; a very long line is cut."""
    kept: list[str] = []
    left = size
    for line in reversed(lines):
        shown = row(line, min(LONGEST_LINE, size - 1))
        left -= len(shown) + 1
        if left < 0:
            break
        kept.append(shown)
    return kept[::-1]


def row(line: str, limit: int) -> str:
    """One row of a log as it is shown: clean, indented with spaces, cut at `limit` characters."""
    return truncate(clean(line).replace("\n", " ").replace("\t", "    "), limit)


def chunks(lines: Sequence[str], *, size: int) -> list[str]:
    """The lines joined into as few texts as possible of at most `size` characters; lines are shorter than that."""
    texts: list[str] = []
    for line in lines:
        if texts and len(texts[-1]) + len(line) + 1 <= size:
            texts[-1] += f"\n{line}"
        else:
            texts.append(line)
    return texts


def shown_of(shown: int, total: int) -> str:
    """How much of a log is shown: `The last 150 of 2,431 lines.`."""
    if shown >= total:
        return "The only line." if total == 1 else f"All {total:,} lines."
    return f"The last {shown:,} of {total:,} lines."
