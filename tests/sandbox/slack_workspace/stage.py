"""A sandbox workspace and a small app that it delivers to, both behind real HTTP, for one test."""

import asyncio
import json
import threading
import time
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import parse_qsl

import httpx
import uvicorn
from slack_sdk.errors import SlackApiError
from slack_sdk.signature import Clock as SignatureClock
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from sandbox.slack_workspace import Manifest, SlackSandbox, SlashCommand
from sandbox.slack_workspace.manifest import Shortcut

Result = TypeVar("Result")
SECRET = "sandbox-signing-secret"

MANIFEST = Manifest(
    commands=(
        SlashCommand(command="/pulumi", description="Deploy", usage_hint="deploy web/dev"),
        SlashCommand(command="/who", should_escape=True),
    ),
    shortcuts=(Shortcut(name="Deploy a stack", callback_id="deploy"),),
    scopes=frozenset(
        [
            "commands",
            "chat:write",
            "files:write",
            "users:read",
            "usergroups:read",
            "channels:read",
            "groups:read",
            "im:read",
            "channels:history",
            "groups:history",
            "im:history",
            "im:write",
        ]
    ),
    events=frozenset(
        [
            "app_home_opened",
            "app_mention",
            "message.channels",
            "message.groups",
            "message.im",
            "member_joined_channel",
        ]
    ),
    home_tab=True,
    messages_tab=True,
)


class HandClock:
    """Unix seconds that a test moves; it stands still otherwise."""

    def __init__(self) -> None:
        self.now = time.time()

    def __call__(self) -> float:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += seconds


class _Verified(SignatureClock):
    def __init__(self, clock: HandClock) -> None:
        self._clock = clock

    def now(self) -> float:
        return self._clock.now


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """One request that the app got: its form fields, or the JSON inside them or the body."""

    data: dict[str, Any]
    raw: bytes
    headers: Mapping[str, str]
    signed: bool


Answer = Callable[[Received], Response]


def quiet(_received: Received) -> Response:
    """An acknowledgement without words."""
    return Response()


@dataclass(slots=True)
class App:
    """The app under the workspace: keeps what it got and answers as told."""

    clock: HandClock
    received: list[Received] = field(default_factory=list)
    answer: Answer = quiet
    delay: float = 0.0
    """Seconds before the next request is answered; those after it are answered at once."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        raw = await request.body()
        verifier = SignatureVerifier(SECRET, clock=_Verified(self.clock))
        got = Received(
            data=_data(raw, request.headers["content-type"]),
            raw=raw,
            headers=dict(request.headers),
            signed=verifier.is_valid_request(raw, dict(request.headers)),
        )
        self.received.append(got)
        delay, self.delay = self.delay, 0.0
        await asyncio.sleep(delay)
        await self.answer(got)(scope, receive, send)

    @property
    def last(self) -> dict[str, Any]:
        """The last command or interaction."""
        return [got.data for got in self.received if "event" not in got.data][-1]

    @property
    def events(self) -> list[dict[str, Any]]:
        """All events, with their envelopes."""
        return [got.data for got in self.received if "event" in got.data]

    def will(self, body: Any = None, *, status: int = 200) -> None:
        """Answer everything with this JSON, or this text, or nothing."""

        def answer(_received: Received) -> Response:
            if isinstance(body, str) or body is None:
                return Response(body, status_code=status, media_type="text/plain")
            return JSONResponse(body, status_code=status)

        self.answer = answer


def _data(raw: bytes, content_type: str) -> dict[str, Any]:
    if content_type.startswith("application/json"):
        read: dict[str, Any] = json.loads(raw)
        return read
    fields = dict(parse_qsl(raw.decode(), keep_blank_values=True))
    return json.loads(fields["payload"]) if "payload" in fields else dict(fields)


class Switch:
    """An ASGI app that is another one in each test, so that servers start once."""

    def __init__(self) -> None:
        self.app: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert self.app is not None
        await self.app(scope, receive, send)


class Servers:
    """Two servers on their own loop in a thread, for the whole session."""

    def __init__(self, *, slack_port: int, app_port: int) -> None:
        self.slack, self.app = Switch(), Switch()
        self.slack_url = f"http://127.0.0.1:{slack_port}"
        self.app_url = f"http://127.0.0.1:{app_port}/slack/events"
        self.loop = asyncio.new_event_loop()
        self._servers = [_server(self.slack, slack_port), _server(self.app, app_port)]
        self._thread = threading.Thread(target=self._serve)

    def start(self) -> None:
        self._thread.start()
        while not all(server.started for server in self._servers):
            time.sleep(0.01)

    def stop(self) -> None:
        for server in self._servers:
            server.should_exit = True
        self._thread.join()
        self.loop.close()

    def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Do something on the servers' loop, where the workspace lives."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(timeout=10)

    def _serve(self) -> None:
        asyncio.set_event_loop(self.loop)
        self.loop.run_until_complete(self._both())

    async def _both(self) -> None:
        await asyncio.gather(*(server.serve() for server in self._servers))


def _server(app: ASGIApp, port: int) -> uvicorn.Server:
    config = uvicorn.Config(
        app,
        host="127.0.0.1",
        port=port,
        lifespan="off",
        log_level="error",
        ws="wsproto",
        timeout_graceful_shutdown=1,
    )
    return uvicorn.Server(config)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """What a test works with: the Web API client, the controls, the state, the app, the clock."""

    servers: Servers
    sandbox: SlackSandbox
    client: AsyncWebClient
    http: httpx.AsyncClient
    app: App
    clock: HandClock

    async def control(self, name: str, **body: Any) -> dict[str, Any]:
        """`POST /sandbox/<name>`, which must succeed."""
        answer = await self.http.post(f"/sandbox/{name}", json=body)
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told

    async def refused(self, name: str, **body: Any) -> tuple[int, str]:
        """`POST /sandbox/<name>`, which must fail: status and reason."""
        answer = await self.http.post(f"/sandbox/{name}", json=body)
        assert answer.status_code != 200, answer.text
        return answer.status_code, answer.json()["error"]

    async def state(self) -> dict[str, Any]:
        read: dict[str, Any] = (await self.http.get("/sandbox/state")).json()
        return read

    async def channel(self, name: str) -> dict[str, Any]:
        """One channel of the state, by name or id."""
        return next(c for c in (await self.state())["channels"] if name in (c["name"], c["id"]))

    async def post(self, channel: str = "C0DEPLOYS", **content: Any) -> str:
        """Post as the app, a second after the last one; the ts."""
        self.clock.advance(1)
        answer = await self.client.chat_postMessage(channel=channel, **({"text": "hello"} | content))
        return str(answer["ts"])

    async def command(self, text: str = "", *, user: str = "ana", channel: str = "deploys") -> dict[str, Any]:
        return await self.control("command", user=user, channel=channel, command="/pulumi", text=text)

    async def error(self, method: str, **arguments: Any) -> dict[str, Any]:
        """Call a Web API method that must be refused: the answer's body."""
        try:
            answer = await self.client.api_call(method, json=arguments)
        except SlackApiError as error:
            return dict(error.response.data)
        raise AssertionError(f"{method} was not refused: {answer.data!r}")

    def settle(self) -> None:
        """Wait until all events and their retries were sent."""
        self.servers.run(self.sandbox.workspace.services.events.settled())


def button(action_id: str = "go", **more: Any) -> dict[str, Any]:
    """A button element."""
    return {"type": "button", "action_id": action_id, "text": plain(action_id), **more}


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": text}


def actions(*elements: dict[str, Any], block_id: str = "row") -> dict[str, Any]:
    return {"type": "actions", "block_id": block_id, "elements": list(elements)}


def text_input(block_id: str = "reason", **more: Any) -> dict[str, Any]:
    """An input block with a text field, both of that name."""
    return {
        "type": "input",
        "block_id": block_id,
        "label": plain("Why"),
        "element": {"type": "plain_text_input", "action_id": block_id},
        **more,
    }


def modal(*blocks: dict[str, Any], **more: Any) -> dict[str, Any]:
    shown = list(blocks) or [text_input()]
    return {"type": "modal", "title": plain("Why?"), "submit": plain("Send"), "blocks": shown, **more}
