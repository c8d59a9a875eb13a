"""Queue rules of Pulumi Deployments, on a clock that tests move."""

from typing import Any

import pytest

from sandbox.pulumi_cloud.engine import Engine
from sandbox.pulumi_cloud.model import Account, Deployment, Stack, StackRef
from sandbox.pulumi_cloud.options import Options, change_options
from sandbox.pulumi_cloud.scenario import load_scenarios
from sandbox.pulumi_cloud.times import SECOND, seconds
from sandbox.pulumi_cloud.wire import snapshot_json

SCENARIOS = load_scenarios()
SETTINGS: dict[str, Any] = {"sourceContext": {"git": {"repoURL": "https://github.com/acme/web.git"}}}
ADA = Account("Ada", "ada")
START = 1_767_614_400 * SECOND
LONG = seconds(60)
"""Longer than a quick success takes, shorter than two of the slow ones."""


class World:
    """An engine, its clock and a few stacks."""

    def __init__(self, *, concurrency: int = 5, seed: int = 1) -> None:
        self.engine = Engine(seed=seed, scenarios=SCENARIOS, concurrency=concurrency)
        self.now = START

    def stack(self, name: str, scenario: str = "quick-success", org: str = "acme") -> Stack:
        ref = StackRef(org, "web", name)
        return self.engine.stack(ref) or self.engine.put_stack(ref, scenario=scenario, settings=SETTINGS)

    def create(self, name: str, scenario: str = "quick-success", **more: Any) -> Deployment:
        arguments: dict[str, Any] = {
            "operation": "update",
            "settings": SETTINGS,
            "requested_by": ADA,
            "initiator": "api",
            **more,
        }
        return self.engine.create(self.stack(name, scenario), now=self.now, **arguments)

    def wait(self, by: int = LONG) -> None:
        self.now += by
        self.engine.advance(self.now)

    def statuses(self, *deployments: Deployment) -> list[str]:
        return [deployment.status(self.now) for deployment in deployments]


@pytest.fixture
def world() -> World:
    return World()


def test_a_deployment_is_accepted_then_runs_then_succeeds(world: World) -> None:
    deployment = world.create("dev")
    assert world.statuses(deployment) == ["accepted"]
    world.wait(seconds(1))
    assert world.statuses(deployment) == ["running"]
    world.wait()
    assert world.statuses(deployment) == ["succeeded"]


def test_one_runs_per_stack_first_in_first_out(world: World) -> None:
    first, second, third = (world.create("dev") for _ in range(3))
    world.wait(seconds(1))
    assert world.statuses(first, second, third) == ["running", "not-started", "not-started"]
    world.wait(first.end - world.now + seconds(1))
    assert world.statuses(first, second, third) == ["succeeded", "running", "not-started"]


def test_the_next_one_starts_when_the_slot_became_free_however_late_one_looks(world: World) -> None:
    first, second = world.create("dev"), world.create("dev")
    world.wait(seconds(3600))
    assert second.schedule is not None
    assert second.schedule.accepted == first.end
    assert world.statuses(second) == ["succeeded"]


def test_looking_often_or_once_gives_the_same_history() -> None:
    def ends(look_every: int) -> list[int]:
        world = World(concurrency=2)
        made = [world.create(name, scenario="failing-update") for name in ("a", "b", "a", "c", "b", "a")]
        for _ in range(seconds(120) // look_every):
            world.wait(look_every)
        return [deployment.end for deployment in made]

    assert ends(seconds(0.7)) == ends(seconds(120))


def test_an_organisation_runs_no_more_than_its_concurrency() -> None:
    world = World(concurrency=2)
    made = [world.create(name) for name in "abc"]
    elsewhere = world.engine.create(
        world.stack("x", org="other"),
        operation="update",
        settings=SETTINGS,
        requested_by=ADA,
        initiator="api",
        now=START,
    )
    world.wait(seconds(1))
    assert world.statuses(*made, elsewhere) == ["running", "running", "not-started", "running"]


def test_more_concurrency_starts_what_waits() -> None:
    world = World(concurrency=1)
    made = [world.create(name) for name in "ab"]
    world.engine.set_concurrency(2, now=world.now)
    world.wait(seconds(1))
    assert world.statuses(*made) == ["running", "running"]


def test_a_busy_stack_does_not_block_others(world: World) -> None:
    world.create("dev", scenario="slow-success")
    waiting, other = world.create("dev"), world.create("prod")
    world.wait(seconds(1))
    assert world.statuses(waiting, other) == ["not-started", "running"]


def test_a_paused_stack_queues_new_deployments_and_lets_the_running_one_finish(world: World) -> None:
    running = world.create("dev")
    world.engine.pause(world.stack("dev"), paused=True, now=world.now)
    queued, elsewhere = world.create("dev"), world.create("prod")
    world.wait()
    assert world.statuses(running, queued, elsewhere) == ["succeeded", "not-started", "succeeded"]
    world.engine.pause(world.stack("dev"), paused=False, now=world.now)
    world.wait(seconds(1))
    assert world.statuses(queued) == ["running"]


def test_a_paused_organisation_starts_nothing(world: World) -> None:
    org = world.engine.organization("acme")
    running = world.create("dev")
    world.engine.pause(org, paused=True, now=world.now)
    queued = [world.create("dev"), world.create("prod")]
    world.wait()
    assert world.statuses(running, *queued) == ["succeeded", "not-started", "not-started"]
    world.engine.pause(org, paused=False, now=world.now)
    world.wait(seconds(1))
    assert world.statuses(*queued) == ["running", "running"]


def test_a_paused_stack_stays_paused_when_its_organisation_resumes(world: World) -> None:
    org = world.engine.organization("acme")
    world.engine.pause(world.stack("dev"), paused=True, now=world.now)
    world.engine.pause(org, paused=True, now=world.now)
    queued = world.create("dev")
    world.engine.pause(org, paused=False, now=world.now)
    world.wait()
    assert world.statuses(queued) == ["not-started"]


def test_canceling_a_running_one_ends_it_now_and_starts_the_next(world: World) -> None:
    running, queued = world.create("dev"), world.create("dev")
    world.wait(seconds(2))
    assert world.engine.cancel(running, now=world.now)
    assert world.statuses(running, queued) == ["failed", "accepted"]
    steps = snapshot_json(running, world.now + LONG, Options())["jobs"][0]["steps"]
    assert [step["status"] for step in steps] == [
        "succeeded",
        "succeeded",
        "failed",
        "not-started",
        "not-started",
    ]


def test_canceling_a_queued_one_removes_it_from_the_queue(world: World) -> None:
    world.create("dev")
    queued = world.create("dev")
    assert world.engine.cancel(queued, now=world.now)
    world.wait()
    assert world.statuses(queued) == ["skipped"]
    assert queued.schedule is None


def test_what_is_over_cannot_be_canceled(world: World) -> None:
    deployment = world.create("dev")
    world.wait()
    assert not world.engine.cancel(deployment, now=world.now)
    assert world.statuses(deployment) == ["succeeded"]


def test_statuses_after_a_cancel_are_one_set_of_options(world: World) -> None:
    world.engine.options = change_options(
        Options(), {"canceled_running": "canceled", "canceled_queued": "removed"}
    )
    running, queued = world.create("dev"), world.create("dev")
    for deployment in (queued, running):
        world.engine.cancel(deployment, now=world.now)
    assert world.statuses(running) == ["canceled"]
    assert queued.id not in world.engine.deployments
    with pytest.raises(ValueError, match="unknown option"):
        change_options(Options(), {"canceled": "x"})


def test_a_failure_keeps_later_steps_from_starting(world: World) -> None:
    deployment = world.create("dev", scenario="failing-dependencies")
    world.wait()
    steps = snapshot_json(deployment, world.now, Options())["jobs"][0]["steps"]
    assert [step["status"] for step in steps[-2:]] == ["failed", "not-started"]
    assert steps[-1]["started"] == "0001-01-01T00:00:00Z"
    assert world.statuses(deployment) == ["failed"]


def test_speed_divides_durations() -> None:
    def lasts(speed: float) -> float:
        world = World()
        world.engine.speed = speed
        deployment = world.create("dev")
        return (deployment.end - deployment.created) / SECOND

    assert lasts(10) == pytest.approx(lasts(1) / 10, rel=0.01)


def test_the_same_seed_gives_the_same_ids_and_times() -> None:
    def made(seed: int) -> list[tuple[str, int, str]]:
        world = World(seed=seed)
        return [(d.id, d.end, d.commit) for d in (world.create("a"), world.create("b"))]

    assert made(5) == made(5)
    assert made(5) != made(6)


def test_a_push_moves_the_head_and_a_pinned_commit_wins(world: World) -> None:
    before = world.create("dev")
    world.engine.push(SETTINGS)
    after = world.create("dev")
    pinned = world.create("dev", settings={"sourceContext": {"git": {"repoURL": "x", "commit": "abc"}}})
    assert before.commit != after.commit
    assert pinned.commit == "abc"


def test_a_fresher_one_skips_those_that_wait_where_settings_say_so(world: World) -> None:
    collapsing = SETTINGS | {"operationContext": {"options": {"skipIntermediateDeployments": True}}}
    running, update, preview = (
        world.create("dev"),
        world.create("dev"),
        world.create("dev", operation="preview"),
    )
    fresh = world.create("dev", settings=collapsing)
    assert world.statuses(running, update, preview, fresh) == [
        "accepted",
        "skipped",
        "not-started",
        "not-started",
    ]


def test_seven_days_in_the_queue_are_enough(world: World) -> None:
    world.engine.pause(world.stack("dev"), paused=True, now=world.now)
    queued = world.create("dev")
    world.wait(seconds(7 * 24 * 3600))
    assert world.statuses(queued) == ["skipped"]


def test_removing_a_running_one_frees_its_slot(world: World) -> None:
    running, queued = world.create("dev"), world.create("dev")
    world.engine.remove(running, now=world.now)
    assert world.statuses(queued) == ["accepted"]
    assert running.id not in world.engine.deployments


def test_updates_count_up_and_previews_do_not(world: World) -> None:
    made = [world.create("dev", operation=operation) for operation in ("update", "preview", "destroy")]
    world.wait(seconds(600))
    assert [deployment.update_version for deployment in made] == [1, 1, 2]


def test_an_unknown_scenario_is_refused(world: World) -> None:
    with pytest.raises(ValueError, match="unknown scenario"):
        world.engine.put_stack(StackRef("acme", "web", "dev"), scenario="nope", settings=None)
