"""Pages of a log out of JSON (seed, "Get Deployment Logs")."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.ports import LogLine
from bot.pulumi.wire.fields import number, objects, text


@dataclass(frozen=True, slots=True)
class LogPage:
    """A part of the streaming log. An empty `next_token` means that there will never be more."""

    lines: tuple[LogLine, ...]
    next_token: str


@dataclass(frozen=True, slots=True)
class StepPage:
    """A part of one step's log. `next_offset` is None at the end of the step."""

    lines: tuple[LogLine, ...]
    next_offset: int | None


def read_log(raw: Mapping[str, Any]) -> LogPage:
    """A row may have a header, a line, or both: the header comes first (official OpenAPI, `DeploymentLogLine`)."""
    rows = objects(raw, "lines")
    return LogPage(
        lines=tuple(line for row in rows for line in _lines(row)), next_token=text(raw, "nextToken")
    )


def read_step_log(raw: Mapping[str, Any]) -> StepPage:
    """Every row is one line, whatever it holds: offsets count rows."""
    rows = objects(raw, "lines")
    return StepPage(
        lines=tuple(LogLine(text=_bare(text(row, "line"))) for row in rows),
        next_offset=number(raw, "nextOffset"),
    )


def _lines(row: Mapping[str, Any]) -> Iterator[LogLine]:
    if header := text(row, "header"):
        yield LogLine(header=header)
    if isinstance(row.get("line"), str) and not (header and not row["line"]):
        yield LogLine(text=_bare(row["line"]))


def _bare(line: str) -> str:
    """Without the line break that ends it; carriage returns inside are progress, and are kept."""
    return line.removesuffix("\n").removesuffix("\r")
