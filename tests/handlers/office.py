"""The real web application between a sandbox Slack and a real Redis, over HTTP, in the test's own event loop."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import uvicorn
import yaml
from redis.asyncio import Redis
from slack_sdk.web.async_client import AsyncWebClient
from starlette.types import ASGIApp

from bot import settings
from bot.domain.commands import Command
from bot.messages.message import Message
from bot.store.inbox import COMMAND
from bot.store.keys import Keys
from bot.store.state import RedisState
from bot.wiring.web import web_app
from sandbox.slack_workspace import Manifest, create_app

TEAM, ANA, BEN, DEPLOYS = "T0QUARTER", "U0ANA", "U0BEN", "C0DEPLOYS"
MANIFEST = Path(__file__).parents[2] / "manifest.yml"
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Office:
    """People act through `slack`, what they asked for is found in `redis`, what they are told in the answers."""

    slack: httpx.AsyncClient
    bot: AsyncWebClient
    web: str
    redis: Redis
    state: RedisState

    async def type(self, text: str, *, user: str = ANA, channel: str = DEPLOYS) -> Json:
        """Type `/pulumi <text>`; what the app answered."""
        return await self.act("command", user=user, channel=channel, command="/pulumi", text=text)

    async def press(self, ts: str, action_id: str, *, user: str = ANA, **more: Any) -> Json:
        """Press a button of a message in #deploys."""
        return await self.act("action", user=user, channel=DEPLOYS, ts=ts, action_id=action_id, **more)

    async def act(self, what: str, **fields: Any) -> Json:
        """One of the sandbox's controls."""
        answer = await self.slack.post(f"/sandbox/{what}", json=fields)
        assert answer.status_code == 200, answer.text
        told: Json = answer.json()
        return told

    async def post(self, message: Message) -> str:
        """A message of the bot in #deploys; its ts."""
        answer = await self.bot.chat_postMessage(channel=DEPLOYS, text=message.text, blocks=message.blocks)
        return str(answer["ts"])

    async def recorded(self) -> list[Command]:
        """What workers would find; it is theirs from then on."""
        entries: Any = await self.redis.xrange(Keys(TEAM).inbox)
        await self.redis.xtrim(Keys(TEAM).inbox, maxlen=0, approximate=False)
        return [COMMAND.decode(fields[b"c"]) for _, fields in entries]

    async def workspace(self) -> Json:
        """All that stands in Slack."""
        seen: Json = (await self.slack.get("/sandbox/state")).json()
        return seen

    async def whispers(self) -> list[str]:
        """Private messages in #deploys."""
        channels = (await self.workspace())["channels"]
        return [m["text"] for c in channels if c["id"] == DEPLOYS for m in c["ephemerals"]]


@asynccontextmanager
async def open_office(
    redis: Redis, redis_url: str, *, orgs: str = "acme", **environment: str
) -> AsyncIterator[Office]:
    """`redis_url` is what the app gets, beside the `environment`; `redis` is how the test looks into it."""
    with socket.create_server(("127.0.0.1", 0)) as slack_at, socket.create_server(("127.0.0.1", 0)) as web_at:
        slack_url, web_url = _url(slack_at), _url(web_at)
        manifest = Manifest.from_dict(yaml.safe_load(MANIFEST.read_text()))
        workspace = create_app(
            manifest=manifest, app_url=f"{web_url}/slack/events", public_url=slack_url, retry_delays=(0.01,)
        )
        app = web_app(
            settings.load(
                {
                    "SLACK_SIGNING_SECRET": "sandbox-signing-secret",
                    "SLACK_BOT_TOKEN": "xoxb-sandbox",
                    "SLACK_API_URL": f"{slack_url}/api/",
                    "PULUMI_ORG": orgs,
                    "REDIS_URL": redis_url,
                    **environment,
                },
                process=settings.Process.WEB,
            )
        )
        async with (
            serving((workspace, slack_at), (app, web_at)),
            httpx.AsyncClient(base_url=slack_url, timeout=10) as http,
        ):
            yield Office(
                slack=http,
                bot=AsyncWebClient(token="xoxb-sandbox", base_url=f"{slack_url}/api/"),
                web=web_url,
                redis=redis,
                state=RedisState(redis, TEAM),
            )


@asynccontextmanager
async def serving(*apps: tuple[ASGIApp, socket.socket]) -> AsyncIterator[None]:
    """Real HTTP servers at bound sockets, in this event loop."""
    servers = [
        uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="on", ws="none")) for app, _ in apps
    ]
    running = [
        asyncio.create_task(server.serve(sockets=[at])) for server, (_, at) in zip(servers, apps, strict=True)
    ]
    while not all(server.started for server in servers):  # noqa: ASYNC110  uvicorn has no event for it
        await asyncio.sleep(0.005)
    try:
        yield
    finally:
        for server in servers:
            server.should_exit = True
        await asyncio.gather(*running)


def _url(at: socket.socket) -> str:
    return f"http://127.0.0.1:{at.getsockname()[1]}"
