"""One deployment at the moments of its life, and looks at it."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.deployments import Deployment
from bot.observer import Observer, Surroundings
from bot.ports import OrgMetadata
from tests.bot.crew import Crew
from tests.builders import DEPLOYS, create_deployment, create_step, evolved

QUEUED = create_deployment(7, "not-started")
LANE = f"dev-7:{DEPLOYS}"
SOURCE, UPDATE = create_step("Get source", took=2), create_step("pulumi update", took=30)
STAGES = [
    QUEUED,
    evolved(QUEUED, "running"),
    evolved(QUEUED, "running", create_step("Get source", "running")),
    evolved(QUEUED, "running", SOURCE),
    evolved(QUEUED, "running", SOURCE, create_step("pulumi update", "running")),
    evolved(QUEUED, "running", SOURCE, UPDATE),
    evolved(QUEUED, "succeeded", SOURCE, UPDATE),
]
TOLD = ["dev-7:started", "dev-7:step:0:0:succeeded", "dev-7:step:0:1:succeeded", "dev-7:ended:succeeded"]
ALONE = Surroundings(OrgMetadata(paused=False))
BROKEN = evolved(QUEUED, "failed", SOURCE, create_step("pulumi update", "failed"))


async def see(crew: Crew, *stages: Deployment, metadata: OrgMetadata | None = None) -> None:
    for stage in stages:
        crew.pulumi.put(stage)
        listed = replace(stage, environment=frozenset())
        await Observer(crew.context).observe(
            listed, Surroundings(metadata or OrgMetadata(paused=False), [listed])
        )


async def keys(crew: Crew, lane: str = LANE) -> list[str]:
    return [post.key for post in await crew.posts(lane)]
