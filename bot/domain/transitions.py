"""What happened between two looks at a deployment, each thing worth a line told once.

A look yields the facts that can be read from it alone; what is new is what the look before could not tell. So a poller may
skip states, look twice, or come late, and a thread reads the same. Steps are known by their place, not by their text,
which the service has changed before.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from bot.domain.deployments import ACCEPTED, NOT_STARTED, RUNNING, SUCCEEDED, Deployment, Job, Step

_UNDER_WAY = frozenset({NOT_STARTED, ACCEPTED, RUNNING, ""})
_WAITING = frozenset({NOT_STARTED, ACCEPTED, ""})


class Kind(StrEnum):
    """What sort of thing happened."""

    STARTED = "started"
    STEP = "step"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Transition:
    """One thing that happened. `key` names it for ever within its deployment: `started`, `step:0:3:failed`, `ended:failed`.

    `duration` is how long it waited in the queue (STARTED), ran (STEP), or took in all (ENDED); None while unknown.
    `job` and `step` count from 0 and are set for a STEP; `name` is the step's.
    """

    key: str
    kind: Kind
    status: str
    duration: timedelta | None = None
    name: str = ""
    job: int | None = None
    step: int | None = None


def diff(before: Deployment | None, after: Deployment) -> tuple[Transition, ...]:
    """What `after` tells that `before` did not, in order; a status that goes backwards tells nothing."""
    jobs = before.jobs if before else ()
    told = {_place(fact) for fact in _facts(before)} if before else set()
    moved = {
        (number, place)
        for number, (old, new) in enumerate(zip(jobs, after.jobs, strict=False))
        for place in _moved(old, new)
    }
    return tuple(
        fact for fact in _facts(after) if _place(fact) not in told and (fact.job, fact.step) not in moved
    )


def _place(fact: Transition) -> tuple[Kind, int | None, int | None]:
    """What a fact is about: a step ends once, whatever status it ended with."""
    return fact.kind, fact.job, fact.step


def _facts(deployment: Deployment) -> list[Transition]:
    facts = []
    if _has_started(deployment):
        facts.append(Transition("started", Kind.STARTED, RUNNING, _waited(deployment)))
    for number, job in enumerate(deployment.jobs):
        facts += [
            Transition(
                f"step:{number}:{place}:{step.status}",
                Kind.STEP,
                step.status,
                step.duration,
                step.name,
                number,
                place,
            )
            for place, step in enumerate(job.steps)
            if _has_ended(step)
        ]
    if deployment.is_final:
        facts.append(
            Transition(f"ended:{deployment.status}", Kind.ENDED, deployment.status, deployment.duration)
        )
    return facts


def _has_started(deployment: Deployment) -> bool:
    """A deployment that failed or was skipped in the queue never started, so its end alone is no proof."""
    return deployment.status in {RUNNING, SUCCEEDED} or any(
        job.started or any(step.status not in _WAITING for step in job.steps) for job in deployment.jobs
    )


def _waited(deployment: Deployment) -> timedelta | None:
    if deployment.created is None or deployment.started is None:
        return None
    return max(deployment.started - deployment.created, timedelta(0))


def _has_ended(step: Step) -> bool:
    """An unknown status is shown rather than swallowed: whatever is neither ahead nor under way has ended."""
    return step.status not in _UNDER_WAY


def _moved(before: Job, after: Job) -> list[int]:
    """Places of ended steps that were told at another place, before a step was put in ahead of them."""
    told = Counter(step.name for step in before.steps if _has_ended(step))
    seen: Counter[str] = Counter()
    places = []
    for place, step in enumerate(after.steps):
        if not _has_ended(step):
            continue
        seen[step.name] += 1
        stayed = place < len(before.steps) and before.steps[place].name == step.name
        if not stayed and seen[step.name] <= told[step.name]:
            places.append(place)
    return places
