"""A crowd of deployments in #deploys, and its board."""

from __future__ import annotations

from bot.domain.boards import CROWDED, Board
from bot.domain.deployments import Deployment
from bot.domain.stacks import StackRef
from bot.messages.message import Rank
from bot.store.lanes import RedisLanes
from tests.bot.crew import KEYS, Crew
from tests.builders import DEPLOYS, TEAM, create_deployment, create_step, evolved

STEP = create_step("pulumi update", "running")
MANY = [
    create_deployment(number, "running", STEP, stack=StackRef("acme", "web", f"s{number}"))
    for number in range(1, CROWDED + 3)
]
CROWD = MANY[:CROWDED]
LINK = "https://acme.slack.com/archives/C0DEPLOYS/p17000001"


def lane(deployment: Deployment) -> str:
    return f"{deployment.id}:{DEPLOYS}"


async def board(crew: Crew) -> Board:
    """The channel's only board."""
    [only] = await crew.state.boards()
    return only


async def shown(crew: Crew) -> str:
    """What the newest board is to show."""
    return await crew.card((await board(crew)).lane)


async def board_lanes(crew: Crew) -> list[str]:
    return [each for each in await crew.lanes() if each.startswith("board:")]


async def post_board(crew: Crew) -> None:
    """The outbox has posted it, and nothing else."""
    lanes, name = RedisLanes(crew.redis, TEAM), (await board(crew)).lane
    claimed = await lanes.claim(lease=60)
    assert claimed
    assert claimed.name == name
    assert await lanes.begin(claimed, [name], lease=60)
    assert await lanes.posted(claimed, [name], ts="1700.0001")
    await lanes.release(claimed)


async def begin(crew: Crew, *deployments: Deployment) -> None:
    """A board that stands in Slack, and cards that say so."""
    crew.pulumi.put(*(deployments or CROWD))
    await crew.look()
    await post_board(crew)
    await crew.look()
    await crew.look()


async def end(crew: Crew, *deployments: Deployment, status: str = "succeeded") -> None:
    crew.pulumi.put(*(evolved(each, status, create_step("pulumi update", status)) for each in deployments))
    await crew.look()


async def rank(crew: Crew, name: str) -> Rank:
    return Rank(int(await crew.redis.hget(KEYS.lane(name), "rank") or 9))
