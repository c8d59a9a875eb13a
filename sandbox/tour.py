"""One scripted tour through the product, over real HTTP between real processes; every claim is checked."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Any, Self

from sandbox.slack_driver import NotSeenError, SlackDriver, find_button
from sandbox.transcript import transcript
from sandbox.world import World

Json = dict[str, Any]

# Seconds. Far more than anything takes, so that a slow machine tells the truth.
SOON = 20.0
LATER = 40.0


class Tour:
    """Success, failure with its excerpt, pause and queue and resume, cancel, approval; then nothing was refused by Slack."""

    def __init__(self, world: World) -> None:
        self._slack = SlackDriver(world.slack)
        self._world = world

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._slack.aclose()

    async def run(self) -> int:
        """0 when all of it happened, 1 when any of it did not; prints the channels as people saw them."""
        began = time.monotonic()
        missed = [await self._station(name, visit) for name, visit in self._stations()]
        state = await self._slack.state()
        print(transcript(state, ["deploys", "prod"]))
        print(f"{len(missed) - sum(missed)} of {len(missed)} stations in {time.monotonic() - began:.0f} s")
        return 1 if any(missed) else 0

    def _stations(self) -> list[tuple[str, Callable[[], Awaitable[None]]]]:
        return [
            ("a deployment that succeeds, told step by step", self._success),
            ("a failure, with the lines that say why", self._failure),
            ("a paused stack: queued, then resumed", self._pause),
            ("a deployment canceled half-way", self._cancel),
            ("an approval by somebody else", self._approval),
            ("status", self._status),
            ("Slack refused nothing", self._no_violations),
        ]

    async def _station(self, name: str, visit: Callable[[], Awaitable[None]]) -> bool:
        try:
            await visit()
        except NotSeenError as missing:
            print(f"✗ {name}: {missing}", flush=True)
            return True
        print(f"✓ {name}", flush=True)
        return False

    async def _success(self) -> None:
        await self._ask("ana", "deploys", "deploy web/dev")
        card = await self._card("deploys", "web/dev", "succeeded", within=LATER)
        await self._thread("deploys", card, "pulumi update", what="the operation's step in the thread")

    async def _failure(self) -> None:
        await self._ask("ben", "deploys", "deploy api/dev")
        card = await self._card("deploys", "api/dev", "failed", within=LATER)
        await self._thread("deploys", card, "error", what="the lines that say why")

    async def _pause(self) -> None:
        await self._ask("cleo", "deploys", "pause web/dev")
        await self._card("deploys", "web/dev", "paused", within=SOON)
        await self._ask("cleo", "deploys", "deploy web/dev --branch feature/search")
        await self._card("deploys", "feature/search", "queued", within=SOON)
        await self._ask("cleo", "deploys", "resume web/dev")
        await self._card("deploys", "feature/search", "succeeded", within=LATER)

    async def _cancel(self) -> None:
        await self._ask("dev", "deploys", "deploy web/staging")
        card = await self._card("deploys", "web/staging", "running", within=SOON)
        await self._slack.press("dev", "deploys", card, "qd:cancel")
        await self._card("deploys", "web/staging", "canceled by", within=LATER)

    async def _approval(self) -> None:
        await self._ask("ana", "prod", "deploy web/prod")
        card = await self._card("prod", "web/prod", "approval", within=SOON)
        await self._slack.press("ana", "prod", card, "qd:approve")
        await self._slack.ephemeral(
            "prod",
            lambda one: "somebody else" in one["text"].lower(),
            within=SOON,
            what="no to her own request",
        )
        await self._slack.press("ben", "prod", card, "qd:approve")
        done = await self._card("prod", "web/prod", "succeeded", within=LATER)
        if find_button(done, "qd:approve"):
            raise NotSeenError("the Approve button is still there")

    async def _status(self) -> None:
        answer = await self._slack.command("ana", "deploys", "status")
        if answer["status"] != 200 or "web/dev" not in str(answer["body"]):  # noqa: PLR2004  HTTP OK
            raise NotSeenError(f"status answered {answer}")

    async def _no_violations(self) -> None:
        totals = (await self._slack.state())["api"]
        if totals["violations"] or totals["ratelimited"]:
            raise NotSeenError(f"Slack refused: {totals}")

    async def _ask(self, user: str, channel: str, text: str) -> None:
        answer = await self._slack.command(user, channel, text)
        if answer["status"] != 200:  # noqa: PLR2004  HTTP OK
            raise NotSeenError(f"/pulumi {text} answered {answer}")

    async def _card(self, channel: str, *words: str, within: float) -> Json:
        def says(message: Json) -> bool:
            return all(word in message["text"] for word in words)

        return await self._slack.message(channel, says, within=within, what=" ".join(words))

    async def _thread(self, channel: str, card: Json, word: str, *, what: str) -> None:
        def reply_of(at: Json) -> Json | None:
            threads = (one["replies"] for one in at["messages"] if one["ts"] == card["ts"])
            return next((reply for replies in threads for reply in replies if word in str(reply)), None)

        await self._slack.seen(reply_of, channel, SOON, what)
