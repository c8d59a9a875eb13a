"""The figures as a table, and whether they are good enough."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.ack import BARE, DEFAULT, OURS, Series

PAGE = Path(__file__).parent.parent / "docs" / "benchmarks.md"
AT_MOST_BARE = 1.5
FASTER_THAN_DEFAULT = 15.0
AT_MOST_START = 2.0


@dataclass(frozen=True, slots=True)
class Result:
    """All that was measured. Starts in seconds."""

    series: list[Series]
    start_ours: list[float]
    start_bare: list[float]
    machine: str

    def p50(self, server: str, connections: int) -> float:
        """Microseconds."""
        return next(s.p50 for s in self.series if (s.server, s.connections) == (server, connections))


@dataclass(frozen=True, slots=True)
class Target:
    """A ratio and its bound."""

    what: str
    ratio: float
    bound: float
    at_least: bool = False

    @property
    def met(self) -> bool:
        """Whether the ratio is on the good side."""
        return self.ratio >= self.bound if self.at_least else self.ratio <= self.bound

    def __str__(self) -> str:
        word = "at least" if self.at_least else "at most"
        return f"{self.what}: {self.ratio:.2f} x ({word} {self.bound:g} x)"


def targets(result: Result) -> list[Target]:
    """What the product promises."""
    return [
        *(
            Target(
                f"ack against bare Bolt, p50, {connections} connection{'s' if connections > 1 else ''}",
                result.p50(OURS, connections) / result.p50(BARE, connections),
                AT_MOST_BARE,
            )
            for connections in (1, 16)
        ),
        Target(
            "ack faster than Bolt's default, p50, 1 connection",
            result.p50(DEFAULT, 1) / result.p50(OURS, 1),
            FASTER_THAN_DEFAULT,
            at_least=True,
        ),
        Target(
            "cold start against a bare app",
            median(result.start_ours) / median(result.start_bare),
            AT_MOST_START,
        ),
    ]


def table(result: Result) -> str:
    """As Markdown."""
    rows = [
        "| signed `/pulumi deploy`, recorded, then acked | connections | p50 | p99 |",
        "| --- | ---: | ---: | ---: |",
        *(
            f"| {each.server} | {each.connections} | {each.p50 / 1000:.2f} ms | {each.p99 / 1000:.2f} ms |"
            for each in result.series
        ),
        "",
        "| cold start to `/readyz` | median |",
        "| --- | ---: |",
        f"| `python -m bot web` | {median(result.start_ours) * 1000:.0f} ms |",
        f"| bare Bolt, Starlette and redis | {median(result.start_bare) * 1000:.0f} ms |",
        "",
        "| target | ratio | bound | |",
        "| --- | ---: | ---: | --- |",
        *(
            f"| {each.what} | {each.ratio:.2f} | {'≥' if each.at_least else '≤'} {each.bound:g} "
            f"| {'met' if each.met else 'missed'} |"
            for each in targets(result)
        ),
    ]
    return "\n".join(rows)


def write(result: Result) -> None:
    """Replace the figures in docs/benchmarks.md; what is said around them stays."""
    begin, end = "<!-- figures -->\n", "<!-- end of figures -->"
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(begin)
    _, _, after = rest.partition(end)
    figures = f"{begin}\nOn {result.machine}:\n\n{table(result)}\n\n{end}"
    PAGE.write_text(f"{before}{figures}{after}", encoding="utf-8")
