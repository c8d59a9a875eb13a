"""What can be read from a deployment."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.deployments import REQUEST_VARIABLE, Deployment, Job, Step
from bot.domain.stacks import StackRef

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = NOON + timedelta(seconds=9)


def a_deployment(status: str = "running", *jobs: Job) -> Deployment:
    return Deployment(id="d1", stack=StackRef("acme", "web", "dev"), version=42, status=status, jobs=jobs)


def test_people_name_a_deployment_by_project_stack_and_number() -> None:
    assert a_deployment().name == "web/dev#42"
    assert str(a_deployment().stack) == "acme/web/dev"


@pytest.mark.parametrize(
    ("status", "final", "queued"),
    [
        ("not-started", False, True),
        ("accepted", False, True),
        ("running", False, False),
        ("succeeded", True, False),
        ("failed", True, False),
        ("skipped", True, False),
        ("canceled", True, False),
        ("resting", False, False),
    ],
)
def test_a_status_says_whether_it_waits_or_is_over(status: str, final: object, queued: object) -> None:
    deployment = a_deployment(status)
    assert (deployment.is_final, deployment.is_queued) == (final, queued)


@pytest.mark.parametrize(
    ("started", "ended", "duration"),
    [
        (None, None, None),
        (NOON, None, None),
        (None, NOON, None),
        (NOON, LATER, timedelta(seconds=9)),
        (LATER, NOON, timedelta(0)),
    ],
)
def test_a_duration_is_known_once_both_ends_are_and_never_negative(
    started: datetime | None, ended: datetime | None, duration: timedelta | None
) -> None:
    assert Step("Get source", "running", started, ended).duration == duration
    assert a_deployment("running", Job("running", started, ended)).duration == duration


def test_steps_of_all_jobs_count_and_the_first_failed_one_says_why() -> None:
    broken = Step("pulumi update", "failed")
    deployment = a_deployment(
        "failed",
        Job("succeeded", LATER, steps=(Step("Setup", "succeeded"),)),
        Job("failed", NOON, steps=(broken, Step("Clean up", "failed"))),
    )
    assert [step.name for step in deployment.steps] == ["Setup", "pulumi update", "Clean up"]
    assert deployment.failed_step == broken
    assert deployment.started == NOON
    assert a_deployment().failed_step is None


def test_the_environment_names_the_request_a_deployment_came_from() -> None:
    name = f"{REQUEST_VARIABLE}01JABC"
    assert replace(a_deployment(), environment=frozenset({"AWS_REGION", name})).request_id == "01JABC"
    assert a_deployment().request_id == ""
