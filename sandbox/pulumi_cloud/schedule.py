"""A schedule: a plan put on the clock. Whatever a run looks like at a moment follows from it alone."""

from dataclasses import dataclass
from random import Random

from sandbox.pulumi_cloud.plan import PlannedStep
from sandbox.pulumi_cloud.times import seconds

__all__ = ["Schedule", "Span", "make_schedule"]

_ACCEPTED = 0.5
"""Seconds from leaving the queue until an executor runs."""

_GAPS = (0.03, 0.12)
"""Seconds between two steps, from and to."""


@dataclass(frozen=True, slots=True)
class Span:
    """One step on the clock; both None when an earlier failure keeps it from running."""

    step: PlannedStep
    started: int | None
    ended: int | None

    def status(self, now: int) -> str:
        """The step's status at `now`."""
        if self.started is None or self.ended is None or now < self.started:
            return "not-started"
        return "running" if now < self.ended else self.step.script.outcome


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a run is accepted, starts and ends, and each step with it. `speed` divides the script's seconds."""

    accepted: int
    started: int
    ended: int
    outcome: str
    spans: tuple[Span, ...]
    speed: float

    def status(self, now: int) -> str:
        """The job's status at `now`, which is the deployment's too."""
        if now < self.started:
            return "accepted"
        return "running" if now < self.ended else self.outcome

    def touched(self, now: int) -> int:
        """The newest moment up to `now` at which something changed."""
        moments = [self.accepted, self.started, self.ended]
        moments += [
            moment for span in self.spans for moment in (span.started, span.ended) if moment is not None
        ]
        return max(moment for moment in moments if moment <= max(now, self.accepted))


def make_schedule(*, plan: tuple[PlannedStep, ...], at: int, speed: float, random: Random) -> Schedule:
    """Put `plan` on the clock from `at` on."""
    started = clock = at + seconds(_ACCEPTED / speed) + random.randrange(1_000)
    spans: list[Span] = []
    outcome = "succeeded"
    for step in plan:
        if outcome == "failed":
            spans.append(Span(step, None, None))
            continue
        ended = clock + seconds(step.script.duration / speed) + random.randrange(1_000)
        spans.append(Span(step, clock, ended))
        outcome = step.script.outcome
        clock = ended + seconds(random.uniform(*_GAPS) / speed)
    last = max(span.ended for span in spans if span.ended is not None)
    return Schedule(
        accepted=at, started=started, ended=last, outcome=outcome, spans=tuple(spans), speed=speed
    )
