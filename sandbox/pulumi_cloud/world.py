"""The world that a fresh sandbox starts with: organisation `acme`, its stacks, and a past for each of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from sandbox.pulumi_cloud.deployment_settings import merge
from sandbox.pulumi_cloud.engine import Engine
from sandbox.pulumi_cloud.model import Account, Stack, StackRef
from sandbox.pulumi_cloud.scenario import Scenario
from sandbox.pulumi_cloud.times import seconds

__all__ = ["DEFAULT_WORLD", "PEOPLE", "StackSeed", "default_settings", "person", "populate"]

PEOPLE = (
    Account("Ada Lovelace", "ada"),
    Account("Grace Hopper", "grace"),
    Account("Katherine Johnson", "katherine"),
    Account("Margaret Hamilton", "margaret"),
)
"""Those who deployed before, from the console and by pushing."""


def person(login: str) -> Account:
    """Somebody by login: one of `PEOPLE`, or a stranger."""
    return next((one for one in PEOPLE if one.login == login), Account(login, login))


@dataclass(frozen=True, slots=True)
class Past:
    """A deployment that is long over: `PEOPLE[who]` started it `hours` ago."""

    hours: float
    who: int
    operation: str = "update"
    initiator: str = "console"
    scenario: str | None = None


@dataclass(frozen=True, slots=True)
class StackSeed:
    """A stack to start with; `has_settings` is False for one never configured for deployments."""

    ref: StackRef
    scenario: str
    past: tuple[Past, ...] = ()
    has_settings: bool = True


def _acme(path: str, scenario: str, *past: Past, has_settings: bool = True) -> StackSeed:
    project, _, stack = path.partition("/")
    return StackSeed(StackRef("acme", project, stack), scenario, past, has_settings=has_settings)


DEFAULT_WORLD = (
    _acme("web/dev", "quick-success", Past(50, 0), Past(26, 1, initiator="github"), Past(3, 0, "preview")),
    _acme("web/staging", "slow-success", Past(72, 1), Past(25.5, 3, initiator="github")),
    _acme("web/prod", "quick-success", Past(96, 3), Past(24, 0), Past(23, 0, "detect-drift")),
    _acme("api/dev", "failing-update", Past(30, 2, scenario="quick-success"), Past(5, 2)),
    _acme(
        "api/staging",
        "failing-pre-run",
        Past(49, 1, scenario="nothing-to-do"),
        Past(6, 1, initiator="github"),
    ),
    _acme("api/prod", "slow-success", Past(120, 3), Past(28, 2, "preview"), Past(27.8, 3)),
    _acme("data/dev", "failing-dependencies", Past(40, 2, scenario="quick-success"), Past(4, 2)),
    _acme("data/prod", "preview-changes", Past(52, 1), Past(8, 3, "preview", initiator="github")),
    _acme("legacy/main", "nothing-to-do", Past(700, 3), has_settings=False),
)
"""Nine stacks: one of every shipped behaviour, `legacy/main` without settings."""


def default_settings(ref: StackRef, scenario: Scenario) -> dict[str, Any]:
    """Settings of a stack when nobody says otherwise, with what its scenario needs."""
    own: dict[str, Any] = {
        "sourceContext": {
            "git": {
                "repoURL": f"https://github.com/{ref.org}/{ref.project}.git",
                "branch": "refs/heads/main",
                "repoDir": "infra",
            }
        },
        "operationContext": {
            "environmentVariables": {
                "AWS_REGION": "eu-west-1",
                "DATABASE_PASSWORD": {"secret": "correct-horse-battery-staple"},
            },
            "oidc": {
                "aws": {
                    "roleArn": f"arn:aws:iam::123456789012:role/{ref.project}-{ref.stack}-deploy",
                    "sessionName": "pulumi-deploy",
                }
            },
        },
    }
    merged: dict[str, Any] = merge(own, scenario.settings)
    return merged


def populate(engine: Engine, world: tuple[StackSeed, ...], *, now: int, seed: int) -> None:
    """Make the stacks and let their past happen, at the speed of life, up to `now`."""
    random = Random(f"past {seed}")
    stacks = {seeded.ref: _put(engine, seeded) for seeded in world}
    happened = sorted(
        ((past.hours, seeded.ref, past) for seeded in world for past in seeded.past),
        reverse=True,
        key=lambda one: one[0],
    )
    speed, engine.speed = engine.speed, 1.0
    for hours, ref, past in happened:
        at = now - seconds(hours * 3600) + seconds(random.uniform(0, 600))
        _happen(engine, stacks[ref], past, at=at, had=_past_settings(engine.scenarios, stacks[ref]))
    engine.advance(now)
    engine.speed = speed


def _put(engine: Engine, seeded: StackSeed) -> Stack:
    settings = (
        default_settings(seeded.ref, engine.scenarios[seeded.scenario]) if seeded.has_settings else None
    )
    return engine.put_stack(seeded.ref, scenario=seeded.scenario, settings=settings)


def _past_settings(scenarios: Mapping[str, Scenario], stack: Stack) -> dict[str, Any]:
    """What a past run used; a stack without settings was deployed with those of the request alone."""
    return stack.settings or default_settings(stack.ref, scenarios[stack.scenario])


def _happen(engine: Engine, stack: Stack, past: Past, *, at: int, had: dict[str, Any]) -> None:
    if past.initiator == "github":
        engine.push(had)
    engine.create(
        stack,
        operation=past.operation,
        settings=had,
        requested_by=PEOPLE[past.who],
        initiator=past.initiator,
        now=at,
        scenario=past.scenario,
    )
