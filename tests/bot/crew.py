"""A bot with a real Redis between two fakes: what was said is read back from the store."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from redis.asyncio import Redis

from bot.domain.commands import Command
from bot.domain.deployments import Deployment
from bot.domain.requests import Request
from bot.domain.rules import Policy
from bot.messages.message import Message, Post, Reply
from bot.poller import Pace, Poller
from bot.ports import State, Tracked
from bot.runner import Runner
from bot.store.commit import MESSAGE, POST, REPLY
from bot.store.keys import Keys
from bot.store.state import RedisState
from bot.vault import Vault
from bot.verbs import Context
from bot.verbs.context import NO_VAULT
from tests.builders import TEAM
from tests.fakes import FakeChannels, FakeClock, FakePeople, FakePulumi, Life, mortal

KEYS = Keys(TEAM)
PACE = Pace()


@dataclass(slots=True)
class Crew:
    """A worker's core. `policy` may be replaced before something is asked of it."""

    redis: Redis
    pulumi: FakePulumi
    channels: FakeChannels
    clock: FakeClock
    policy: Policy = field(default_factory=Policy)
    vault: Vault = NO_VAULT
    people: FakePeople = field(default_factory=FakePeople)
    orgs: tuple[str, ...] = ("acme",)

    @property
    def state(self) -> State:
        """As one worker sees it: each has its own."""
        return RedisState(self.redis, TEAM)

    @property
    def context(self) -> Context:
        """What the verbs work with."""
        return Context(
            pulumi=self.pulumi,
            state=self.state,
            channels=self.channels,
            people=self.people,
            policy=self.policy,
            orgs=self.orgs,
            clock=self.clock,
            vault=self.vault,
        )

    def mortal_context(self, life: Life) -> Context:
        """The same, in a process that dies."""
        alive = self.context
        return replace(alive, pulumi=mortal(alive.pulumi, life), state=mortal(alive.state, life))

    async def run(self, *commands: Command) -> None:
        """Carry commands out, one after the other."""
        for command in commands:
            await Runner(self.context).run(command)

    async def look(self) -> bool:
        """One look of a poller at acme."""
        return await Poller(self.context, PACE).look("acme")

    async def dump(self) -> dict[bytes, bytes]:
        """Everything that Redis holds now."""
        found: dict[bytes, Any] = {key: await self.redis.dump(key) async for key in self.redis.scan_iter()}
        return found

    async def forget_since(self, dump: dict[bytes, bytes]) -> None:
        """Redis dies, and comes back as it was then (`appendfsync everysec`)."""
        await self.redis.flushdb()
        for key, value in dump.items():
            await self.redis.restore(key, 0, value)

    async def tell(self, lane: str) -> Message:
        """A card as it should look; an empty message when there is none."""
        root: Any = await self.redis.hget(KEYS.lane(lane), "root")
        return MESSAGE.decode(root) if root else Message("")

    async def card(self, lane: str) -> str:
        """The text of a card."""
        return (await self.tell(lane)).text

    async def lanes(self) -> list[str]:
        """The names of all lanes, sorted."""
        prefix = KEYS.lane("")
        return sorted([key.decode().removeprefix(prefix) async for key in self.redis.scan_iter(f"{prefix}*")])

    async def posts(self, lane: str) -> list[Post]:
        """What follows in a card's thread."""
        raw: Any = await self.redis.lrange(KEYS.posts(lane), 0, -1)
        return [POST.decode(each[1:]) for each in raw]

    async def thread(self, lane: str) -> list[str]:
        """The texts of what follows in a card's thread."""
        return [post.message.text for post in await self.posts(lane)]

    async def replies(self) -> list[Reply]:
        """Private answers that wait, one per key."""
        keys: Any = await self.redis.zrange(KEYS.replies, 0, -1)
        bodies: list[Any] = [await self.redis.hget(KEYS.reply(key.decode()), "body") for key in keys]
        return [REPLY.decode(body) for body in bodies]

    async def answer(self, command: Command) -> str:
        """The text of the private answer to a command."""
        [found] = [reply for reply in await self.replies() if reply.key == f"{command.id}:answer"]
        return found.message.text

    def creates(self) -> int:
        """How often Pulumi was asked to create a deployment."""
        return self.pulumi.calls.count("create")

    async def answers(self) -> list[str]:
        """The texts of private answers."""
        return [reply.message.text for reply in await self.replies()]

    async def request(self, request_id: str) -> Request:
        """A request that must be there."""
        found = await self.state.request(request_id)
        assert found is not None
        return found

    async def tracked(self, deployment: Deployment) -> Tracked:
        """What is known of a deployment that must be known."""
        return (await self.state.tracked(deployment.stack.org, [deployment.id]))[deployment.id]

    async def know(self, *deployments: Deployment, channel: str = "", request: Request | None = None) -> None:
        """They are watched already, as they are now."""
        for each in deployments:
            self.pulumi.put(each)
            lanes = ((request.id if request else f"{each.id}:{channel}", channel),) if channel else ()
            known = Tracked(each, lanes=lanes, request_id=request.id if request else "")
            await self.state.track(known)
            await self.state.add_stacks(each.stack.org, [each.stack])


def buttons(message: Message) -> list[str]:
    """The labels of a message's buttons."""
    return [
        element["text"]["text"]
        for block in message.blocks
        if block["type"] == "actions"
        for element in block["elements"]
        if element["type"] == "button"
    ]
