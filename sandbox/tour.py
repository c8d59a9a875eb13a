"""One scripted tour through the product, over real HTTP between real processes; every claim is checked."""

from __future__ import annotations

import asyncio
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
    """Success, failure with its excerpt, pause and resume, cancel, approvals of every kind; then nothing was refused by Slack."""

    def __init__(self, world: World) -> None:
        self._slack = SlackDriver(world.slack)
        self._world = world
        self._acts: list[str] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._slack.aclose()

    async def run(self) -> int:
        """0 when all of it happened, 1 when any of it did not; prints what people did, then the channels as they saw them."""
        began = time.monotonic()
        await self._ask("cleo", "prod", "deploy legacy/main")  # its rule gives it 15 s, which the rest takes
        self._acts.clear()
        missed = [await self._station(name, visit) for name, visit in self._stations()]
        state = await self._slack.state()
        print(f"\n{transcript(state, ['deploys', 'prod'])}")
        print(f"{len(missed) - sum(missed)} of {len(missed)} stations in {time.monotonic() - began:.0f} s")
        if any(missed):
            print(f"Logs are in {self._world.fleet.logs}.")
        return 1 if any(missed) else 0

    def _stations(self) -> list[tuple[str, Callable[[], Awaitable[None]]]]:
        return [
            ("a deployment that succeeds, told step by step", self._success),
            ("a failure, with the lines that say why", self._failure),
            ("a paused stack: queued, then resumed", self._pause),
            ("a deployment canceled half-way", self._cancel),
            ("an approval by somebody else", self._approval),
            ("a preview first, then two teams approve", self._two_approvals),
            ("a request rejected, with the reason", self._rejection),
            ("a freeze, which refuses and says until when", self._freeze),
            ("break-glass, which everybody hears of", self._break_glass),
            ("a request that nobody decides in time", self._expiry),
            ("status", self._status),
            ("Slack refused nothing", self._no_violations),
        ]

    async def _station(self, name: str, visit: Callable[[], Awaitable[None]]) -> bool:
        missed = ""
        try:
            await visit()
        except NotSeenError as missing:
            missed = str(missing)
        print(f"✗ {name}: {missed}" if missed else f"✓ {name}")
        print("".join(f"    {act}\n" for act in self._acts), end="", flush=True)
        self._acts.clear()
        return bool(missed)

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
        await self._press("dev", "deploys", card, "qd:cancel")
        await self._card("deploys", "web/staging", "canceled by", within=LATER)

    async def _approval(self) -> None:
        await self._ask("ana", "prod", "deploy web/prod")
        card = await self._card("prod", "web/prod", "approval", within=SOON)
        await self._press("ana", "prod", card, "qd:approve")
        await self._slack.ephemeral(
            "prod",
            lambda one: "somebody else" in one["text"].lower(),
            within=SOON,
            what="no to her own request",
        )
        await self._press("ben", "prod", card, "qd:approve")
        done = await self._card("prod", "web/prod", "succeeded", within=LATER)
        if find_button(done, "qd:approve"):
            raise NotSeenError("the Approve button is still there")

    async def _two_approvals(self) -> None:
        """The votes are on what the preview found, and on the commit that it ran."""
        await self._ask("ana", "prod", 'deploy data/prod --reason "the nightly load is late"')
        card = await self._card("prod", "data/prod", "warehouse", "staging-area", within=LATER)
        await self._press("ben", "prod", card, "qd:approve")
        await self._card("prod", "data/prod", "1 of 2 so far", within=SOON)
        dm = await self._card("D0DEV", "data/prod", "waiting for approval", within=SOON)
        await self._press("dev", "D0DEV", dm, "qd:approve")
        done = await self._card("prod", "data/prod", "succeeded", "Approved by", within=LATER)
        if find_button(done, "qd:approve"):
            raise NotSeenError("the Approve button is still there")

    async def _rejection(self) -> None:
        await self._ask("dev", "prod", "deploy web/prod --branch risky")
        card = await self._card("prod", "web/prod", "risky", "approval", within=SOON)
        await self._press("cleo", "prod", card, "qd:reject")
        view = await self._view("cleo", "qd:reject")
        answer = await self._slack.submit(
            "cleo", view["id"], {"reason": {"reason": "wait for the migration"}}
        )
        self._acts.append("cleo writes “wait for the migration”")
        if answer["status"] != 200:  # noqa: PLR2004  HTTP OK
            raise NotSeenError(f"the rejection answered {answer}")
        await self._card("prod", "web/prod", "rejected", "wait for the migration", within=SOON)

    async def _freeze(self) -> None:
        await self._ask("ana", "deploys", "refresh api/prod")
        await self._whisper("deploys", "The api is frozen", what="the refusal, with its reason")

    async def _break_glass(self) -> None:
        await self._ask("ana", "deploys", 'refresh api/prod --break-glass --reason "the shop is down"')
        await self._whisper("deploys", "Only @sre may break the glass", what="no to who is not of @sre")
        await self._ask("dev", "deploys", 'refresh api/prod --break-glass --reason "the shop is down"')
        await self._card("deploys", "Break-glass", "the shop is down", within=SOON)
        await self._card("prod", "Break-glass", "the shop is down", within=SOON)
        await self._card("deploys", "api/prod", "succeeded", "Break-glass by", within=LATER)

    async def _expiry(self) -> None:
        self._acts.append("cleo in #prod  /pulumi deploy legacy/main  (first of all)")
        card = await self._card("prod", "legacy/main", "expired", within=LATER)
        if find_button(card, "qd:approve"):
            raise NotSeenError("the Approve button is still there")

    async def _status(self) -> None:
        answer = await self._ask("ana", "deploys", "status")
        if "web/dev" not in str(answer["body"]):
            raise NotSeenError(f"status answered {answer}")

    async def _no_violations(self) -> None:
        totals = (await self._slack.state())["api"]
        if totals["violations"] or totals["ratelimited"]:
            raise NotSeenError(f"Slack refused: {totals}")

    async def _ask(self, user: str, channel: str, text: str) -> Json:
        self._acts.append(f"{user} in #{channel}  /pulumi {text}")
        answer = await self._slack.command(user, channel, text)
        if answer["status"] != 200:  # noqa: PLR2004  HTTP OK
            raise NotSeenError(f"/pulumi {text} answered {answer}")
        return answer

    async def _press(self, user: str, channel: str, card: Json, action: str) -> None:
        button = find_button(card, action)
        label = button["text"]["text"] if button else action
        where = "a direct message" if channel.startswith("D") else f"#{channel}"
        self._acts.append(f"{user} in {where}  presses [{label}]")
        await self._slack.press(user, channel, card, action)

    async def _card(self, channel: str, *words: str, within: float) -> Json:
        def says(message: Json) -> bool:
            return all(word in message["text"] for word in words)

        return await self._slack.message(channel, says, within=within, what=" ".join(words))

    async def _whisper(self, channel: str, words: str, *, what: str) -> None:
        await self._slack.ephemeral(channel, lambda one: words in one["text"], within=SOON, what=what)

    async def _view(self, user: str, callback: str) -> Json:
        """The modal that somebody has open."""
        end = time.monotonic() + SOON
        while time.monotonic() < end:
            views = (await self._slack.state())["views"]
            for view in views:
                if view["user"] == f"U0{user.upper()}" and view["callback_id"] == callback:
                    found: Json = view
                    return found
            await asyncio.sleep(0.1)
        raise NotSeenError(f"no modal {callback} of {user}")

    async def _thread(self, channel: str, card: Json, word: str, *, what: str) -> None:
        def reply_of(at: Json) -> Json | None:
            threads = (one["replies"] for one in at["messages"] if one["ts"] == card["ts"])
            return next((reply for replies in threads for reply in replies if word in str(reply)), None)

        await self._slack.seen(reply_of, channel, SOON, what)
