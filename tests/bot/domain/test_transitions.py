"""What a thread is told between two looks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.deployments import (
    ACCEPTED,
    FAILED,
    NOT_STARTED,
    RUNNING,
    SKIPPED,
    SUCCEEDED,
    Deployment,
    Job,
    Step,
)
from bot.domain.stacks import StackRef
from bot.domain.transitions import Kind, Transition, diff

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
NAMES = ("Get source", "Download dependencies", "pulumi update")


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def a_step(name: str, status: str) -> Step:
    if status == NOT_STARTED:
        return Step(name, status)
    return Step(name, status, started=at(30), last_updated=at(34))


def a_deployment(status: str, *steps: str, names: Sequence[str] = NAMES) -> Deployment:
    """A deployment created at noon; with steps, its job began 30 s later and last changed at 60 s."""
    job = Job(status, at(30), at(60), tuple(a_step(*pair) for pair in zip(names, steps, strict=False)))
    return Deployment(
        id="d1",
        stack=StackRef("acme", "web", "dev"),
        version=7,
        status=status,
        created=NOON,
        jobs=(job,) if steps else (),
    )


def keys(transitions: Sequence[Transition]) -> list[str]:
    return [transition.key for transition in transitions]


def test_a_queued_deployment_has_nothing_to_tell() -> None:
    assert diff(None, a_deployment(ACCEPTED)) == ()


def test_a_start_tells_how_long_it_waited() -> None:
    started = diff(a_deployment(ACCEPTED), a_deployment(RUNNING, RUNNING, NOT_STARTED))
    assert started == (Transition("started", Kind.STARTED, RUNNING, timedelta(seconds=30)),)


def test_a_start_without_times_is_told_without_a_wait() -> None:
    assert diff(a_deployment(ACCEPTED), a_deployment(RUNNING)) == (
        Transition("started", Kind.STARTED, RUNNING),
    )
    unknown = replace(a_deployment(RUNNING, RUNNING), created=None)
    assert diff(None, unknown) == (Transition("started", Kind.STARTED, RUNNING),)


def test_a_clock_that_runs_backwards_gives_no_negative_wait() -> None:
    early = replace(a_deployment(RUNNING, RUNNING), created=at(99))
    assert diff(None, early)[0].duration == timedelta(0)


def test_a_step_that_ended_is_told_with_its_duration_and_place() -> None:
    before = a_deployment(RUNNING, RUNNING, NOT_STARTED)
    after = a_deployment(RUNNING, SUCCEEDED, RUNNING)
    assert diff(before, after) == (
        Transition(
            "step:0:0:succeeded", Kind.STEP, SUCCEEDED, timedelta(seconds=4), "Get source", job=0, step=0
        ),
    )


def test_several_steps_at_once_are_told_in_order_and_the_end_last() -> None:
    before = a_deployment(RUNNING, RUNNING, NOT_STARTED, NOT_STARTED)
    after = a_deployment(FAILED, SUCCEEDED, FAILED, NOT_STARTED)
    told = diff(before, after)
    assert keys(told) == ["step:0:0:succeeded", "step:0:1:failed", "ended:failed"]
    assert told[-1] == Transition("ended:failed", Kind.ENDED, FAILED, timedelta(seconds=30))


def test_skipping_right_to_the_end_tells_everything() -> None:
    assert keys(diff(a_deployment(ACCEPTED), a_deployment(SUCCEEDED, SUCCEEDED, SUCCEEDED))) == [
        "started",
        "step:0:0:succeeded",
        "step:0:1:succeeded",
        "ended:succeeded",
    ]


@pytest.mark.parametrize("status", [SKIPPED, FAILED])
def test_a_deployment_that_left_the_queue_without_running_never_started(status: str) -> None:
    assert keys(diff(a_deployment(ACCEPTED), a_deployment(status))) == [f"ended:{status}"]


def test_a_success_without_jobs_has_started_all_the_same() -> None:
    assert keys(diff(a_deployment(ACCEPTED), a_deployment(SUCCEEDED))) == ["started", "ended:succeeded"]


def test_a_step_under_way_proves_the_start_where_the_job_has_no_time() -> None:
    job = Job(ACCEPTED, steps=(Step("Get source", RUNNING),))
    assert keys(diff(None, replace(a_deployment(ACCEPTED), jobs=(job,)))) == ["started"]
    waiting = Job(ACCEPTED, steps=(Step("Get source", NOT_STARTED),))
    assert diff(None, replace(a_deployment(ACCEPTED), jobs=(waiting,))) == ()


def test_nothing_is_told_of_a_status_that_goes_backwards() -> None:
    end = a_deployment(SUCCEEDED, SUCCEEDED, SUCCEEDED)
    assert diff(end, a_deployment(RUNNING, SUCCEEDED, RUNNING)) == ()
    assert diff(end, a_deployment(ACCEPTED)) == ()


def test_a_step_that_changes_how_it_ended_is_not_told_again() -> None:
    assert diff(a_deployment(RUNNING, "canceling"), a_deployment(RUNNING, "canceled")) == ()


def test_an_unknown_status_of_a_step_is_told_as_it_is() -> None:
    assert keys(diff(a_deployment(RUNNING, RUNNING), a_deployment(RUNNING, "timed-out"))) == [
        "step:0:0:timed-out"
    ]


def test_an_unknown_status_of_the_deployment_is_not_taken_for_an_end() -> None:
    assert diff(a_deployment(RUNNING, RUNNING), a_deployment("resting", RUNNING)) == ()


def test_a_step_renamed_after_it_ended_is_not_told_again() -> None:
    before = a_deployment(RUNNING, SUCCEEDED, RUNNING, names=("Pulumi operation", "x"))
    after = a_deployment(RUNNING, SUCCEEDED, RUNNING, names=("pulumi update", "x"))
    assert diff(before, after) == ()


def test_a_step_put_in_ahead_does_not_tell_the_ones_behind_it_twice() -> None:
    before = a_deployment(RUNNING, SUCCEEDED, SUCCEEDED, RUNNING, names=("a", "b", "c"))
    after = a_deployment(RUNNING, SUCCEEDED, RUNNING, SUCCEEDED, SUCCEEDED, names=("a", "new", "b", "c"))
    assert keys(diff(before, after)) == ["step:0:3:succeeded"]


def test_two_steps_of_the_same_name_are_told_apart_by_their_place() -> None:
    before = a_deployment(RUNNING, RUNNING, SUCCEEDED, names=("pre-run", "pre-run"))
    after = a_deployment(RUNNING, SUCCEEDED, SUCCEEDED, names=("pre-run", "pre-run"))
    assert keys(diff(before, after)) == ["step:0:0:succeeded"]


def test_a_job_that_appears_later_is_told_under_its_own_number() -> None:
    before = a_deployment(RUNNING, SUCCEEDED)
    second = Job(RUNNING, steps=(a_step("Report", SUCCEEDED), a_step("Clean up", RUNNING)))
    after = replace(before, jobs=(*before.jobs, second))
    assert keys(diff(before, after)) == ["step:1:0:succeeded"]


def test_a_step_that_ends_after_the_deployment_is_still_told() -> None:
    before = a_deployment(FAILED, RUNNING)
    assert keys(diff(before, a_deployment(FAILED, FAILED))) == ["step:0:0:failed"]


@st.composite
def runs(draw: st.DrawFn) -> list[Deployment]:
    """Every state of one run: queued with or without jobs, step after step (some skipped over), and an end."""
    endings = draw(st.lists(st.sampled_from([SUCCEEDED, SUCCEEDED, "odd"]), min_size=1, max_size=5))
    names = draw(st.lists(st.sampled_from(NAMES), min_size=5, max_size=5))
    final = draw(st.sampled_from([SUCCEEDED, FAILED]))
    endings[-1] = final
    states = [a_deployment(ACCEPTED), a_deployment(RUNNING)]
    for place, _ in enumerate(endings):
        ahead = [NOT_STARTED] * (len(endings) - place - 1) if draw(st.booleans()) else []
        states.append(a_deployment(RUNNING, *endings[:place], RUNNING, *ahead, names=names))
    return [*states, a_deployment(RUNNING, *endings, names=names), a_deployment(final, *endings, names=names)]


@given(runs(), st.data())
@settings(max_examples=150)
def test_however_often_one_looks_the_story_is_the_same_and_told_once(
    run: list[Deployment], data: st.DataObject
) -> None:
    chosen = data.draw(st.lists(st.integers(0, len(run) - 1), max_size=12).map(sorted))
    looks = [run[place] for place in chosen] + [run[-1]]
    story: list[Transition] = []
    before: Deployment | None = None
    for look in looks:
        story += diff(before, look)
        before = look
    assert keys(story) == keys(diff(None, run[-1]))
    assert len(set(keys(story))) == len(story)
    assert diff(run[-1], run[-1]) == ()


statuses = st.sampled_from([NOT_STARTED, ACCEPTED, RUNNING, SUCCEEDED, FAILED, SKIPPED, "odd", ""])
any_deployment = st.builds(
    lambda status, steps, names: a_deployment(status, *steps, names=names),
    statuses,
    st.lists(statuses, max_size=5),
    st.lists(st.sampled_from("abc"), min_size=5, max_size=5),
)


@given(any_deployment, any_deployment)
@settings(max_examples=150)
def test_whatever_follows_whatever_keys_are_unique_and_nothing_known_is_repeated(
    before: Deployment, after: Deployment
) -> None:
    told = keys(diff(before, after))
    assert len(set(told)) == len(told)
    assert not set(told) & set(keys(diff(None, before)))
