"""Steps adapt to the operation and the effective settings."""

from typing import Any

import pytest

from sandbox.pulumi_cloud.plan import PlannedStep, make_plan
from sandbox.pulumi_cloud.scenario import OPERATIONS, load_scenarios

SCENARIOS = load_scenarios()
SOURCE = {"git": {"repoURL": "https://github.com/acme/web.git"}}


def plan(
    scenario: str = "quick-success", operation: str = "update", **context: Any
) -> tuple[PlannedStep, ...]:
    settings = {"sourceContext": SOURCE, "operationContext": context}
    return make_plan(scenario=SCENARIOS[scenario], operation=operation, settings=settings)


def names(steps: tuple[PlannedStep, ...]) -> list[str]:
    return [step.name for step in steps]


def test_the_plain_order_of_steps() -> None:
    assert names(plan()) == [
        "Setup",
        "Download deployment executor",
        "Get source",
        "Download dependencies",
        "pulumi update",
    ]


def test_oidc_pre_run_commands_and_skipped_dependencies_show() -> None:
    steps = plan(
        oidc={"aws": {"roleArn": "r"}},
        preRunCommands=["a", "b"],
        options={"skipInstallDependencies": True},
    )
    assert names(steps)[2:] == [
        "Fetch provider credentials via OIDC",
        "Get source",
        "Pre-run command 1",
        "Pre-run command 2",
        "pulumi update",
    ]
    assert [step.command for step in steps if step.command] == ["a", "b"]


@pytest.mark.parametrize("operation", OPERATIONS)
def test_the_last_step_is_the_operation(operation: str) -> None:
    last = plan(operation=operation)[-1]
    assert (last.name, last.is_operation) == (f"pulumi {operation}", True)


def test_only_the_last_pre_run_command_fails_to_build() -> None:
    steps = plan("failing-pre-run", preRunCommands=["npm ci", "npm run lint", "npm run build"])
    outcomes = {step.command: step.script.outcome for step in steps if step.command}
    assert outcomes == {"npm ci": "succeeded", "npm run lint": "succeeded", "npm run build": "failed"}


def test_without_a_source_getting_it_fails() -> None:
    steps = make_plan(scenario=SCENARIOS["quick-success"], operation="update", settings={})
    assert [step.script.outcome for step in steps if step.name == "Get source"] == ["failed"]


@pytest.mark.parametrize(
    ("scenario", "least", "most"),
    [
        ("quick-success", 5.5, 8),
        ("slow-success", 40, 50),
        ("failing-update", 7, 12),
        ("failing-pre-run", 7, 12),
        ("failing-dependencies", 7, 12),
    ],
)
def test_scenarios_last_as_long_as_they_promise(scenario: str, least: float, most: float) -> None:
    commands = SCENARIOS[scenario].settings.get("operationContext", {}).get("preRunCommands", [])
    total = 0.5
    for step in plan(scenario, oidc={"aws": {}}, preRunCommands=commands):
        total += step.script.duration
        if step.script.outcome == "failed":
            break
    assert least <= total <= most


def test_the_slow_one_prints_several_hundred_lines() -> None:
    assert sum(len(step.script.lines) for step in plan("slow-success", preRunCommands=["x"])) >= 300
