"""A plan: the steps that one operation takes with given settings, before any clock is known."""

from collections.abc import Iterator
from dataclasses import dataclass

from sandbox.pulumi_cloud.deployment_settings import (
    Settings,
    has_oidc,
    image,
    option,
    pre_run_commands,
    repository,
)
from sandbox.pulumi_cloud.scenario import Scenario, Script

__all__ = ["PlannedStep", "make_plan"]


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """A step by its displayed name; `command` is the pre-run command it runs, if it runs one."""

    name: str
    script: Script
    command: str = ""
    is_operation: bool = False


def make_plan(*, scenario: Scenario, operation: str, settings: Settings) -> tuple[PlannedStep, ...]:
    """The steps in order, as the service lists them: those that would never run included."""
    return tuple(_steps(scenario, operation, settings))


def _steps(scenario: Scenario, operation: str, settings: Settings) -> Iterator[PlannedStep]:
    scripts = scenario.steps
    yield PlannedStep("Setup", _setup_script(scenario, settings))
    yield PlannedStep("Download deployment executor", scripts["download-executor"])
    if has_oidc(settings):
        yield PlannedStep("Fetch provider credentials via OIDC", scripts["oidc"])
    has_source = repository(settings) is not None
    yield PlannedStep("Get source", scripts["get-source" if has_source else "no-source"])
    if not option(settings, "skipInstallDependencies"):
        yield PlannedStep("Download dependencies", scripts["dependencies"])
    commands = pre_run_commands(settings)
    for number, command in enumerate(commands, start=1):
        script = _pre_run_script(scenario, number, len(commands))
        yield PlannedStep(f"Pre-run command {number}", script, command=command)
    yield PlannedStep(f"pulumi {operation}", scenario.operations[operation], is_operation=True)


def _setup_script(scenario: Scenario, settings: Settings) -> Script:
    """An executor image of one's own is slower: it has to be pulled."""
    own, _ = image(settings)
    return scenario.steps["setup-own-image" if own else "setup"]


def _pre_run_script(scenario: Scenario, number: int, count: int) -> Script:
    """The most particular script there is: by number, for the last, for any."""
    keys = [f"pre-run-command-{number}", "pre-run-command"]
    if number == count:
        keys.insert(1, "last-pre-run-command")
    return next(scenario.steps[key] for key in keys if key in scenario.steps)
