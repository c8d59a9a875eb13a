"""A running product and the people around it: what they do, what they see, and whether all has been said exactly once."""

from __future__ import annotations

import asyncio
import re
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.store.connect import connect
from bot.store.keys import Keys
from sandbox.pulumi_driver import OVER, PulumiDriver, name_of
from sandbox.slack_driver import NotSeenError, SlackDriver
from sandbox.transcript import transcript
from sandbox.world import POLICY, Ports, World, running

Json = dict[str, Any]

# Seconds: far more than anything takes, so that a slow machine tells the truth. A dead worker's command moves on after 30.
SOON = 30.0
LATER = 60.0
TEAM = "T0QUARTER"
CREATE = "POST /api/stacks/{org}/{project}/{stack}/deployments"
_LINE = re.compile(r"^\S* ?(?P<name>Started|Succeeded|Failed|Skipped|Canceled by)\b")
_STEP = re.compile(r"^(?P<icon>\S+) (?P<name>.+?) · (?P<rest>.+)$")


@dataclass(slots=True)
class Scene:
    """One world with a hand on each side. `refusals` are what the scenario itself makes Slack refuse."""

    world: World
    slack: SlackDriver
    pulumi: PulumiDriver
    redis: Redis
    allowed: Counter[str] = field(default_factory=Counter)

    # People

    async def ask(self, user: str, channel: str, text: str) -> Json:
        """Type `/pulumi text`; Slack got its acknowledgement in time."""
        answer = await self.slack.command(user, channel, text)
        assert answer["status"] == 200, answer
        return answer

    async def told(self, user: str, channel: str, text: str, *, within: float = SOON) -> str:
        """The private answer to a command, wherever it comes from."""
        before = {one["ts"] for one in (await self.slack.channel(channel))["ephemerals"]}
        await self.ask(user, channel, text)
        return str((await self.whisper(user, channel, ignoring=before, within=within))["text"])

    async def whisper(
        self, user: str, channel: str, *words: str, ignoring: set[str] | None = None, within: float = SOON
    ) -> Json:
        """A private message to somebody that holds the words."""

        def fits(one: Json) -> bool:
            mine = one["ephemeral_to"] == f"U0{user.upper()}" and one["ts"] not in (ignoring or set())
            return bool(mine and has(one["text"], *words))

        return await self.slack.ephemeral(
            channel, fits, within=within, what=f"a word to {user}: {' … '.join(words)}"
        )

    async def no_whisper_yet(self, channel: str) -> set[str]:
        """The private messages that stand already."""
        return {one["ts"] for one in (await self.slack.channel(channel))["ephemerals"]}

    async def card(self, channel: str, *words: str, within: float = LATER) -> Json:
        """A message of the channel that holds the words."""
        return await self.slack.message(
            channel, lambda one: has(one["text"], *words), within=within, what=" … ".join(words)
        )

    async def view(self, user: str, wanted: Callable[[Json], bool], *, within: float = SOON) -> Json:
        """An open modal of somebody."""

        async def look() -> Json | None:
            views = (await self.slack.state())["views"]
            return next((one for one in views if one["user"] == f"U0{user.upper()}" and wanted(one)), None)

        return await until(look, within=within, what=f"a modal of {user}")

    async def press_anew(self, user: str, channel: str, message: Json, action: str) -> Json:
        """Press a button of a message as it stands now."""
        fresh = await self.slack.message(
            channel, lambda one: bool(one["ts"] == message["ts"]), within=SOON, what="the message"
        )
        return await self.slack.press(user, channel, fresh, action)

    # Once

    async def deployed(self, path: str, **how: Any) -> Json:
        """The stack's newest deployment, when it is over."""
        return await self.pulumi.until(path, lambda one: one["status"] in OVER, within=LATER, what="the end")

    async def quiet(self, *, within: float = 90.0) -> None:
        """Wait until the bot has nothing left to do or to say: a second telling would have happened by then."""
        end = time.monotonic() + within
        still = 0
        while still < 3:
            left = await self._left()
            still = 0 if left else still + 1
            if time.monotonic() > end:
                raise NotSeenError(f"the bot is still busy after {within:.0f} s: {left}")
            await asyncio.sleep(0.15)

    async def first_look(self) -> None:
        """Wait until the bot has looked at Pulumi: what starts elsewhere from now on is news to it."""

        async def look() -> Json | None:
            return {} if await self.redis.exists(Keys(TEAM).overview("acme")) else None

        await until(look, within=SOON, what="the first look")

    async def _left(self) -> dict[str, int]:
        keys = Keys(TEAM)
        pipe = self.redis.pipeline(transaction=False)
        pipe.xlen(keys.inbox)
        for due in keys.due:
            pipe.zcard(due)
        pipe.zcard(keys.replies)
        pipe.scard(keys.active("acme"))
        names = ("inbox", "due 0", "due 1", "due 2", "replies", "active")
        try:
            counts = await pipe.execute()
        except RedisError:
            return {"redis": 1}
        return {name: count for name, count in zip(names, counts, strict=True) if count}

    async def card_of(self, channel: str, deployment: Json) -> Json:
        """The one card of a deployment in a channel."""
        name = name_of(deployment)
        messages = (await self.slack.channel(channel))["messages"]
        cards = [one for one in messages if has(one["text"], name) and not is_board(one)]
        assert len(cards) == 1, f"{len(cards)} cards of {name} in #{channel}"
        card: Json = cards[0]
        return card

    async def assert_told_once(
        self, channel: str, path: str, *, outcome: str = "", operations: int = 1
    ) -> Json:
        """The stack was deployed so many times, and its newest deployment's card and thread say exactly what happened."""
        deployment = await self.deployed(path)
        await self.quiet()
        assert len(await self.pulumi.deployments(path)) == operations
        card = await self.card_of(channel, deployment)
        ended = outcome or deployment["status"]
        assert ended in card["text"], card["text"]
        assert lines_of(card) == happened(deployment, ended), transcript(await self.slack.state(), [channel])
        whys = [one for one in card["replies"] if one["blocks"] and one["user_name"] == "quarterdeck"]
        assert len(whys) == (ended == "failed"), [one["text"] for one in whys]
        return card

    async def boards(self, channel: str) -> list[Json]:
        """The channel's boards, the oldest first."""
        return [one for one in (await self.slack.channel(channel))["messages"] if is_board(one)]

    # After it

    async def assert_nothing_refused(self) -> None:
        """Slack counted no broken rule and no call too many."""
        api = (await self.slack.state())["api"]
        counted = Counter(violations=api["violations"], ratelimited=api["ratelimited"])
        assert not counted - self.allowed, api

    async def story(self) -> str:
        """What people saw and what the processes wrote, for whoever has to find out why."""
        state = await self.slack.state()
        channels = [one["name"] for one in state["channels"] if one["messages"] or one["ephemerals"]]
        logs = [f"── {path.name}\n{tail(path)}" for path in sorted(self.world.fleet.logs.glob("*.log"))]
        return "\n".join([transcript(state, channels), *logs, str(state["api"]["last_violations"])])


def has(text: str, *words: str) -> bool:
    """Whether all the words stand in a text; `web/dev#1` is not in `web/dev#10`."""
    return all(
        re.search(re.escape(word) + (r"(?!\d)" if word[-1:].isdigit() else ""), text) for word in words
    )


def is_board(message: Json) -> bool:
    """Whether a message shows many deployments."""
    payload = (message["metadata"] or {}).get("event_payload", {})
    return str(payload.get("key", "")).startswith("board:")


def tail(path: Path, lines: int = 40) -> str:
    """The end of a file."""
    return "\n".join(path.read_text(errors="replace").splitlines()[-lines:])


async def until(look: Callable[[], Awaitable[Json | None]], *, within: float, what: str) -> Json:
    """Wait until `look` finds something."""
    end = time.monotonic() + within
    while (found := await look()) is None:
        if time.monotonic() > end:
            raise NotSeenError(f"{what}: not seen within {within:.0f} s")
        await asyncio.sleep(0.1)
    return found


def lines_of(card: Json) -> list[str]:
    """What the thread of a card tells of transitions, without durations."""
    lines = [line for reply in card["replies"] if not reply["blocks"] for line in reply["text"].splitlines()]
    return [_plain(line) for line in lines]


def happened(deployment: Json, ended: str) -> list[str]:
    """The same, as the service has it."""
    steps = [
        f"{step['name']} {step['status']}"
        for step in deployment["steps"]
        if step["status"] in {"succeeded", "failed"}
    ]
    return [*(["started"] if steps else []), *steps, f"ended {ended}"]


def _plain(line: str) -> str:
    if found := _LINE.match(line):
        name = found["name"].split()[0].lower()
        return name if name == "started" else f"ended {name}"
    step = _STEP.match(line)
    if step is None:
        return line
    return f"{step['name']} {'failed' if step['rest'].startswith('failed') else 'succeeded'}"


@asynccontextmanager
async def playing(
    data: Path,
    *,
    speed: float = 10.0,
    workers: int = 1,
    policy: Path = POLICY,
    redis_url: str = "",
    socket_mode: bool = False,
    overrides: Mapping[str, str] | None = None,
) -> AsyncIterator[Scene]:
    """Everything started on free ports; stopped at the end."""
    async with running(
        ports=Ports.free(),
        data=data,
        speed=speed,
        workers=workers,
        policy=policy,
        redis_url=redis_url,
        socket_mode=socket_mode,
        overrides=overrides,
    ) as world:
        slack, pulumi, redis = SlackDriver(world.slack), PulumiDriver(world.pulumi), connect(world.redis_url)
        try:
            scene = Scene(world=world, slack=slack, pulumi=pulumi, redis=redis)
            await scene.first_look()
            yield scene
        finally:
            await asyncio.gather(slack.aclose(), pulumi.aclose(), redis.aclose())
