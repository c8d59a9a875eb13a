"""A workspace with something to look at, and an app that is played by the test."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sandbox.slack_workspace.feed import Change, Feed
from sandbox.slack_workspace.ledger import Ledger, with_block_ids
from sandbox.slack_workspace.manifest import Manifest, SlashCommand
from sandbox.slack_workspace.model import File, Json, Message, View
from sandbox.slack_workspace.people import Delivery, People
from sandbox.slack_workspace.seed import BOT_USER, start_state
from sandbox.slack_workspace.typing_text import typed_message
from sandbox.slack_workspace.workspace import Workspace

NOW = 1_790_000_000.0
OK = Delivery(status=200, body="", elapsed_ms=1.0)
SILENCE = Delivery(status=0, body=None, elapsed_ms=3000.0)


class PlayedApp(People):
    """Acts of people whose app is the test: it keeps what was done, answers as told, and waits where the test holds it."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.done: list[tuple[str, Json]] = []
        self.answer = OK
        self.errors: dict[str, str] = {}
        self.options: list[Json] = []
        self._gate: asyncio.Event | None = None

    @contextmanager
    def held(self) -> Iterator[None]:
        """The app thinks until the block ends."""
        self._gate = asyncio.Event()
        try:
            yield
        finally:
            self._gate.set()
            self._gate = None

    def last(self, kind: str) -> Json:
        """What the newest deed of this kind said."""
        return next(said for name, said in reversed(self.done) if name == kind)

    async def _did(self, kind: str, **said: Any) -> Delivery:
        self.done.append((kind, said))
        if self._gate is not None:
            await self._gate.wait()
        return self.answer

    async def command(
        self, *, user: str, channel: str, command: str, text: str = "", thread_ts: str | None = None
    ) -> Delivery:
        return await self._did(
            "command", user=user, channel=channel, command=command, text=text, thread_ts=thread_ts
        )

    async def press(
        self,
        *,
        user: str,
        source: Message | View,
        action_id: str,
        block_id: str | None = None,
        value: Any = None,
        values: Json | None = None,
        stale: bool = False,
    ) -> Delivery:
        return await self._did(
            "press",
            user=user,
            source=source,
            action_id=action_id,
            block_id=block_id,
            value=value,
            values=values,
        )

    async def submit(self, *, user: str, view_id: str, values: Json | None = None) -> Delivery:
        delivery = await self._did("submit", user=user, view_id=view_id, values=values)
        stack = self.ledger.state.modals[user]
        if delivery.status == 200:
            stack[-1].errors = self.errors
            if not self.errors:
                stack.pop()
            self.ledger.feed.publish(Change(kind="view", user=user))
        return delivery

    async def close(self, *, user: str, view_id: str, clear: bool = False) -> Delivery | None:
        await self._did("close", user=user, view_id=view_id, clear=clear)
        stack = self.ledger.state.modals[user]
        del stack[0 if clear else -1 :]
        self.ledger.feed.publish(Change(kind="view", user=user))
        return None

    async def say(self, *, user: str, channel: str, text: str, thread_ts: str | None = None) -> Delivery:
        delivery = await self._did("say", user=user, channel=channel, text=text, thread_ts=thread_ts)
        said = typed_message(self.ledger.state, text)
        self.ledger.post(
            Message(ts=self.ledger.new_ts(), channel=channel, user=user, text=said, thread_ts=thread_ts)
        )
        return delivery

    async def open_home(self, *, user: str) -> Delivery | None:
        return await self._did("open_home", user=user)

    async def suggest(
        self, *, user: str, source: Message | View, action_id: str, value: str, block_id: str | None = None
    ) -> list[Json]:
        await self._did("suggest", user=user, source=source, action_id=action_id, value=value)
        return [option for option in self.options if value in option["text"]["text"]]


@dataclass
class Scene:
    """The workspace, who plays the app, and short ways to make things happen."""

    workspace: Workspace
    app: PlayedApp
    now: list[float]

    def post(
        self, text: str = "", *, channel: str = "C0DEPLOYS", user: str = BOT_USER, **more: Any
    ) -> Message:
        blocks = with_block_ids(more.pop("blocks", []), self.workspace.ledger)
        message = Message(
            ts=self.workspace.ledger.new_ts(),
            channel=channel,
            user=user,
            text=text,
            blocks=blocks,
            bot_id="B0QDECK" if user == BOT_USER else None,
            **more,
        )
        return self.workspace.ledger.post(message)

    def edit(self, message: Message, **changes: Any) -> None:
        if "blocks" in changes:
            changes["blocks"] = with_block_ids(changes["blocks"], self.workspace.ledger)
        self.workspace.ledger.edit(message, **changes)

    def open_modal(self, user: str, content: Json) -> View:
        view = self._view(user, "modal", content)
        self.workspace.state.modals.setdefault(user, []).append(view)
        self.workspace.feed.publish(Change(kind="view", user=user, view_id=view.id))
        return view

    def update_modal(self, view: View, content: Json) -> None:
        view.content = {**content, "blocks": with_block_ids(content["blocks"], self.workspace.ledger)}
        self.workspace.feed.publish(Change(kind="view", user=view.user, view_id=view.id))

    def publish_home(self, user: str, blocks: list[Json]) -> None:
        self.workspace.state.homes[user] = self._view(user, "home", {"type": "home", "blocks": blocks})
        self.workspace.feed.publish(Change(kind="home", user=user))

    def upload(self, name: str, content: str, *, channel: str = "C0DEPLOYS") -> str:
        data = content.encode()
        file = File(
            id=self.workspace.ledger.new_id("F"),
            name=name,
            title=name,
            size=len(data),
            user=BOT_USER,
            created=int(NOW),
            content=data,
            channels=[channel],
            shared=True,
        )
        self.workspace.state.files[file.id] = file
        return file.id

    def _view(self, user: str, kind: Any, content: Json) -> View:
        view_id = self.workspace.ledger.new_id("V")
        named = {**content, "blocks": with_block_ids(content["blocks"], self.workspace.ledger)}
        return View(id=view_id, user=user, type=kind, content=named, hash="1.a", root_id=view_id)


def new_scene(*, now: float = NOW) -> Scene:
    """Team Acme with `/pulumi` installed, nothing said yet. `scene.now[0]` is its clock."""
    clock, feed = [now], Feed()
    state = start_state(app_name="Quarterdeck", now=now)
    ledger = Ledger(state=state, clock=lambda: clock[0], seed=1, feed=feed)
    manifest = Manifest(
        commands=(
            SlashCommand(
                command="/pulumi",
                description="Deploy, pause, resume, cancel and watch stacks",
                usage_hint="deploy web/dev | status | help",
            ),
        )
    )
    app = PlayedApp(ledger)
    return Scene(Workspace(ledger=ledger, feed=feed, manifest=manifest, people=app), app, clock)


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def section(text: str, **more: Any) -> Json:
    return {"type": "section", "text": mrkdwn(text), **more}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def button(text: str, action_id: str, **more: Any) -> Json:
    return {"type": "button", "text": plain(text), "action_id": action_id, **more}


def field_block(label: str, element: Json, block_id: str, **more: Any) -> Json:
    return {"type": "input", "label": plain(label), "element": element, "block_id": block_id, **more}


def option(text: str, value: str) -> Json:
    return {"text": plain(text), "value": value}
