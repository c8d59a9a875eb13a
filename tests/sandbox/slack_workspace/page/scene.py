"""A workspace with something to look at, and an app that is played by the test."""

import asyncio
import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Send
from starlette.types import Scope as AsgiScope

from sandbox.slack_workspace.ledger import with_block_ids
from sandbox.slack_workspace.manifest import Manifest, SlashCommand
from sandbox.slack_workspace.model import File, Json, Message, View
from sandbox.slack_workspace.seed import BOT_USER
from sandbox.slack_workspace.workspace import Workspace

NOW = 1_790_000_000.0


class PlayedApp:
    """The app at the other end: it keeps what Slack sent, answers as the test says, and waits where the test holds it."""

    def __init__(self) -> None:
        self.heard: list[Json] = []
        self.status = 200
        self.answers: dict[str, Json] = {}
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
        """The newest request of this type; a slash command's type is `command`."""
        return next(said for said in reversed(self.heard) if said["type"] == kind)

    async def __call__(self, scope: AsgiScope, receive: Receive, send: Send) -> None:
        said = _read(await Request(scope, receive).body())
        self.heard.append(said)
        if self._gate is not None:
            await self._gate.wait()
        answer = self.answers.get(said["type"])
        response = JSONResponse(answer) if answer is not None else Response()
        response.status_code = self.status
        await response(scope, receive, send)


def _read(body: bytes) -> Json:
    if body.startswith(b"{"):
        envelope: Json = json.loads(body)
        event: Json = envelope["event"]
        return event
    fields = dict(parse_qsl(body.decode()))
    payload: Json = json.loads(fields["payload"]) if "payload" in fields else {"type": "command", **fields}
    return payload


MANIFEST = Manifest(
    commands=(
        SlashCommand(
            command="/pulumi",
            description="Deploy, pause, resume, cancel and watch stacks",
            usage_hint="deploy web/dev | status | help",
        ),
    ),
    events=frozenset({"app_home_opened"}),
    home_tab=True,
    messages_tab=True,
)


@dataclass
class Scene:
    """The workspace, who plays the app, and short ways to make things happen."""

    workspace: Workspace
    app: PlayedApp
    listening: socket.socket
    address: str
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
        return self.workspace.services.modals.open(user, content)

    def push_modal(self, user: str, content: Json) -> View:
        return self.workspace.services.modals.push(user, content)

    def update_modal(self, view: View, content: Json) -> None:
        self.workspace.services.modals.update(view, content)

    def publish_home(self, user: str, blocks: list[Json]) -> None:
        self.workspace.services.modals.publish(user, {"type": "home", "blocks": blocks})

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


def new_scene(listening: socket.socket, *, now: float = NOW) -> Scene:
    """Team Acme with `/pulumi` installed, nothing said yet. Page and app are to be served at `listening`; `scene.now[0]` is the clock."""
    clock = [now]
    address = f"http://127.0.0.1:{listening.getsockname()[1]}"
    workspace = Workspace.build(
        app_url=f"{address}/slack/events",
        base_url=address,
        signing_secret="sandbox-signing-secret",
        manifest=MANIFEST,
        clock=lambda: clock[0],
        retry_delays=(),
    )
    return Scene(workspace=workspace, app=PlayedApp(), listening=listening, address=address, now=clock)


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


def modal(title: str, *blocks: Json, submit: str = "Send") -> Json:
    return {"type": "modal", "title": plain(title), "submit": plain(submit), "blocks": list(blocks)}
