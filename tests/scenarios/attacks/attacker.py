"""Somebody who can send anything to the bot's one address, and what has to come of each try: an answer, a record, and nothing that runs."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx

from bot.domain.audit import Entry
from bot.domain.audit_query import Query
from bot.domain.requests import Request
from bot.store.state import RedisState
from sandbox.slack_driver import NotSeenError
from tests.scenarios.attacks.requests import Signed, signed
from tests.scenarios.scene import SOON, TEAM, Json, Scene, has, until

SOURCE = {"sourceContext": {"git": {"repoURL": "https://github.com/acme/a.git", "branch": "refs/heads/main"}}}


@dataclass(slots=True)
class Attacker:
    """Somebody who tries something: what was on record, said to them and changed before it is not their doing."""

    scene: Scene
    user: str
    answers: list[str] = field(default_factory=list)
    known: set[str] = field(default_factory=set)
    changed: int = 0

    async def begin(self) -> Attacker:
        """From here on."""
        self.known = {entry.id for entry in await records(self.scene)} | set(await self._words())
        self.changed = await changes(self.scene)
        return self

    async def send(self, what: Signed | Json, *, times: int = 1) -> httpx.Response:
        """Send it, and again; the last answer."""
        request = what if isinstance(what, Signed) else signed(what)
        async with httpx.AsyncClient(timeout=10) as http:
            for _ in range(times):
                answer = await http.post(
                    f"{self.scene.world.web}/slack/events", content=request.body, headers=request.headers
                )
        self.answers.append(told_in(answer))
        return answer

    async def press(self, card: Json, action: str, value: str, *, channel: str = "prod") -> None:
        """A button that the card does not have."""
        name = self.user[2:].lower()
        answer = await self.scene.slack.press_unseen(name, channel, card["ts"], action, value)
        assert answer["status"] == 200, answer

    async def left(self) -> list[Entry]:
        """What the audit has of it, the oldest first."""
        return [entry for entry in await records(self.scene) if entry.id not in self.known]

    async def recorded(self, outcome: str, rule: str | None = None) -> Entry:
        """The record of it, once it is there."""

        async def look() -> Json | None:
            fits = [
                each
                for each in await self.left()
                if (each.user, each.outcome) == (self.user, outcome) and rule in {None, each.rule}
            ]
            return {"entry": fits[0]} if fits else None

        try:
            found: Entry = (await until(look, within=SOON, what=f"a record: {outcome} by {rule}"))["entry"]
        except NotSeenError as error:
            raise AssertionError(f"{error}, but {await self.left()}") from None
        return found

    async def heard(self, *words: str) -> None:
        """They were answered so, in the ack or in private."""

        async def look() -> Json | None:
            fresh = [text for text in await self._words() if text not in self.known]
            return {} if any(has(text, *words) for text in (*self.answers, *fresh)) else None

        try:
            await until(look, within=SOON, what=f"an answer: {words}")
        except NotSeenError as error:
            said = [text for text in await self._words() if text not in self.known]
            raise AssertionError(f"{error}, but {self.answers} {said}") from None

    async def _words(self) -> list[str]:
        """Each of what was said to them in private, under a name of its own."""
        state = await self.scene.slack.state()
        whispers = [
            one for at in state["channels"] for one in at["ephemerals"] if one["ephemeral_to"] == self.user
        ]
        direct = [
            one
            for at in state["channels"]
            if at["kind"] == "im" and self.user in at["members"]
            for one in at["messages"]
        ]
        return [f"{one['ts']} {one['text']}" for one in (*whispers, *direct)]


@asynccontextmanager
async def attack(
    scene: Scene,
    by: str = "cleo",
    *,
    answer: str | tuple[str, ...] | None,
    rule: str | None = None,
    outcome: str = "refused",
    runs: int = 0,
) -> AsyncIterator[Attacker]:
    """One try, and all that has to come of it: whoever made it is answered, it is on record, and nothing runs.

    `answer` are words of what they are told, None where nobody is left to be told; `rule` is the one that the record names. What does
    no harm may have another `outcome`, and change something at Pulumi so many times (`runs`).
    """
    attacker = await Attacker(scene, f"U0{by.upper()}").begin()
    yield attacker
    await attacker.recorded(outcome, rule)
    if answer is not None:
        await attacker.heard(*((answer,) if isinstance(answer, str) else answer))
    assert await changes(scene) == attacker.changed + runs


async def records(scene: Scene) -> list[Entry]:
    """What the audit has, the oldest first."""
    return list((await RedisState(scene.redis, TEAM).audited(Query(), count=200)).entries)[::-1]


async def changes(scene: Scene) -> int:
    """How often anybody told Pulumi to change something."""
    requests = (await scene.pulumi.state())["requests"]
    return sum(count for route, count in requests.items() if not route.startswith("GET "))


def told_in(answer: httpx.Response) -> str:
    """What an HTTP answer says to the person, without the marks that Slack takes out."""
    if not answer.content:
        return ""
    try:
        return json.dumps(answer.json(), ensure_ascii=False)
    except ValueError:
        return answer.text


def value_of(card: Json, action: str) -> str:
    """What a button of a card says."""
    elements = [each for block in card["blocks"] for each in block.get("elements", ())]
    return str(next(each["value"] for each in elements if each.get("action_id") == action))


async def asked(
    scene: Scene, path: str, *, by: str = "ana", text: str = "deploy", channel: str = "prod"
) -> Json:
    """A request that waits for votes on a stack made for it: its card."""
    await scene.pulumi.put_stack(path, "quick-success", settings=SOURCE)
    await scene.ask(by, channel, f"{text} {path}")
    return await scene.card(channel, path, "waiting for approval")


async def request_of(scene: Scene, path: str) -> Request:
    """The same request, as the bot has it."""
    await asked(scene, path)
    [found] = [one for one in await RedisState(scene.redis, TEAM).awaiting() if one.stack.short == path]
    return found


async def ran(scene: Scene, path: str, *, operation: str = "update") -> int:
    """How often an operation ran on a stack, once everything is quiet."""
    await scene.quiet()
    return sum(one["operation"] == operation for one in await scene.pulumi.deployments(path))
