"""Logs of a deployment and their two ways of paging.

Streaming counts rows, a step's header being its first; a token is `job.step.row` with steps from zero, as in the REST
API page's example, and clients treat it as opaque. Step logs count lines without the header.
"""

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sandbox.pulumi_cloud.model import Deployment
from sandbox.pulumi_cloud.scenario import fill
from sandbox.pulumi_cloud.schedule import Span
from sandbox.pulumi_cloud.times import seconds

__all__ = ["FIRST_TOKEN", "LogBook", "Page", "Row", "StepPage"]

FIRST_TOKEN = "0.0.0"

_KEPT = 64
"""Deployments whose filled-in lines are kept at hand."""

_MOST_DIGITS = 9

Facts = Callable[[Deployment], Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Row:
    """A printed line, or the header of a step (no moment)."""

    text: str
    moment: int | None

    @property
    def is_header(self) -> bool:
        """Whether this row announces a step."""
        return self.moment is None


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of streaming logs; no token when that was all."""

    rows: list[Row]
    next_token: str | None


@dataclass(frozen=True, slots=True)
class StepPage:
    """Lines of one step; no offset when that was all."""

    name: str
    rows: list[Row]
    next_offset: int | None


@dataclass(frozen=True, slots=True)
class _Printed:
    """The lines of one step with their moments, ascending."""

    lines: list[Row]
    moments: list[int]

    def seen(self, now: int) -> list[Row]:
        return self.lines[: bisect_right(self.moments, now)]


class LogBook:
    """Reads logs at a moment. Lines are filled in when somebody first asks."""

    def __init__(self, facts: Facts) -> None:
        """`facts` names what placeholders in a deployment's lines stand for."""
        self._facts = facts
        self._printed: OrderedDict[str, list[_Printed]] = OrderedDict()

    def stream(self, deployment: Deployment, *, token: str, limit: int, now: int) -> Page:
        """The rows from `token` on that are there at `now`, at most `limit`.

        Raises:
            ValueError: a token that this service never gave.
        """
        step, row = _parse_token(token)
        rows: list[Row] = []
        position = (step, row)
        for index in self._started(deployment, now, first=step):
            there = self._rows(deployment, index, now)
            start = row if index == step else 0
            taken = there[start : start + limit - len(rows)]
            rows += taken
            position = (index, start + len(taken))
            if position[1] < len(there):
                return Page(rows, _token(*position))
        is_all = deployment.is_over(now)
        return Page(rows, None if is_all else _token(*position) if rows else token or FIRST_TOKEN)

    def step(
        self, deployment: Deployment, *, step: int, offset: int, count: int, now: int
    ) -> StepPage | None:
        """Lines of the step numbered from zero; None when there is no such step."""
        spans = deployment.schedule.spans if deployment.schedule else ()
        if not 0 <= step < len(spans):
            return None
        span, horizon = spans[step], deployment.horizon(now)
        there = self._seen(deployment, step, now) if span.status(horizon) != "not-started" else []
        taken = there[offset : offset + count]
        following = min(offset, len(there)) + len(taken)
        settled = deployment.is_over(now) or span.status(now) in ("succeeded", "failed")
        return StepPage(span.step.name, taken, None if settled and following >= len(there) else following)

    def _started(self, deployment: Deployment, now: int, *, first: int) -> list[int]:
        spans = deployment.schedule.spans if deployment.schedule else ()
        horizon = deployment.horizon(now)
        return [n for n, span in enumerate(spans) if n >= first and span.status(horizon) != "not-started"]

    def _rows(self, deployment: Deployment, step: int, now: int) -> list[Row]:
        spans = deployment.schedule.spans if deployment.schedule else ()
        return [Row(spans[step].step.name, None), *self._seen(deployment, step, now)]

    def _seen(self, deployment: Deployment, step: int, now: int) -> list[Row]:
        return self._lines(deployment)[step].seen(deployment.horizon(now))

    def _lines(self, deployment: Deployment) -> list[_Printed]:
        if deployment.id not in self._printed:
            self._printed[deployment.id] = self._print(deployment)
            if len(self._printed) > _KEPT:
                self._printed.popitem(last=False)
        self._printed.move_to_end(deployment.id)
        return self._printed[deployment.id]

    def _print(self, deployment: Deployment) -> list[_Printed]:
        schedule = deployment.schedule
        if schedule is None:
            return []
        facts = self._facts(deployment)
        return [_print_span(span, schedule.speed, facts) for span in schedule.spans]


def _print_span(span: Span, speed: float, facts: Mapping[str, str]) -> _Printed:
    if span.started is None or span.ended is None:
        return _Printed([], [])
    facts = {**facts, "command": span.step.command}
    filled = [(line, text) for line in span.step.script.lines if (text := fill(line.text, facts)) is not None]
    moments = [
        min(span.started + seconds(line.offset / speed) + number * 1_013, span.ended)
        for number, (line, _) in enumerate(filled)
    ]
    texts = [text + "\n" for _, text in filled]
    return _Printed([Row(text, moment) for text, moment in zip(texts, moments, strict=True)], moments)


def _token(step: int, row: int) -> str:
    return f"0.{step}.{row}"


def _parse_token(token: str) -> tuple[int, int]:
    """There is one job, the zeroth."""
    job, *parts = (token or FIRST_TOKEN).split(".")
    if job != "0" or len(parts) != FIRST_TOKEN.count(".") or not all(_is_index(part) for part in parts):
        raise ValueError(f"invalid continuation token {token!r}")
    return int(parts[0]), int(parts[1])


def _is_index(part: str) -> bool:
    return part.isascii() and part.isdecimal() and len(part) <= _MOST_DIGITS
