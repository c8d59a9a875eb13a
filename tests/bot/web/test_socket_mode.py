"""The web process in Socket Mode, connected to a strict Slack: every surface, as over HTTP."""

from __future__ import annotations

import asyncio
import json
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
import yaml
from redis.asyncio import Redis

from bot import settings
from bot.domain.audit_query import Query
from bot.domain.commands import Command, Surface, Verb
from bot.messages.actions import Press, action_id, value_of
from bot.messages.deploy_form import STACK_OPTIONS
from bot.store.inbox import COMMAND
from bot.store.keys import Keys
from bot.store.state import RedisState
from bot.wiring.web import web_app
from sandbox.fleet import free_port
from sandbox.slack_workspace import Manifest, SlackSandbox, create_app
from sandbox.slack_workspace.model import Message
from sandbox.slack_workspace.payloads import slash_fields

TEAM, ANA, DEPLOYS = "T0QUARTER", "U0ANA", "C0DEPLOYS"
MANIFEST = Path(__file__).parents[3] / "manifest.yml"
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Room:
    """Slack on one side, the web process's HTTP side on the other, and Redis behind it."""

    slack: SlackSandbox
    web: httpx.AsyncClient
    redis: Redis

    async def ready(self) -> Json:
        answer = await self.web.get("/readyz")
        told: Json = answer.json()
        assert (answer.status_code == 200) == (set(told.values()) == {"ok"})
        return told

    async def type(self, text: str, *, team: str = TEAM, user: str = ANA) -> Any:
        """Type `/pulumi text`, perhaps as somebody of another workspace; the body of the acknowledgement."""
        services = self.slack.workspace.services
        who, where = services.ledger.state.users[ANA], services.ledger.state.channels[DEPLOYS]
        fields = slash_fields(services, user=who, channel=where, command="/pulumi", text=text)
        delivery = await services.sender.form(fields | {"team_id": team, "user_id": user})
        assert delivery.status == 200, delivery
        return delivery.body

    async def recorded(self) -> list[Command]:
        """What workers would find."""
        entries: Any = await self.redis.xrange(Keys(TEAM).inbox)
        return [COMMAND.decode(fields[b"c"]) for _, fields in entries]

    async def views(self) -> list[Any]:
        return [view for stack in self.slack.workspace.state.modals.values() for view in stack]

    def press_on(self, verb: Verb) -> Message:
        """A message of the bot with a button."""
        press = Press(verb=verb, stack="acme/web/dev")
        button = {
            "type": "button",
            "action_id": action_id(verb),
            "value": value_of(press),
            "text": {"type": "plain_text", "text": "Do"},
        }
        ledger = self.slack.workspace.services.ledger
        blocks = [{"type": "actions", "block_id": "b", "elements": [button]}]
        message = Message(
            ts=ledger.new_ts(),
            channel=DEPLOYS,
            user="U0QDECK",
            bot_id="B0QDECK",
            text="A card",
            blocks=blocks,
        )
        return ledger.post(message)


@asynccontextmanager
async def room(redis: Redis, redis_url: str, **env: str) -> AsyncIterator[Room]:
    with socket.create_server(("127.0.0.1", 0)) as at:
        url = f"http://127.0.0.1:{at.getsockname()[1]}"
        manifest = Manifest.from_dict(yaml.safe_load(MANIFEST.read_text()))
        slack = create_app(manifest=manifest, app_url="", public_url=url, retry_delays=(0.01,))
        app = web_app(
            settings.load(
                {
                    "SLACK_APP_TOKEN": "xapp-sandbox",
                    "SLACK_BOT_TOKEN": "xoxb-sandbox",
                    "SLACK_API_URL": f"{url}/api/",
                    "PULUMI_ORG": "acme",
                    "REDIS_URL": redis_url,
                    **env,
                },
                process=settings.Process.WEB,
            )
        )
        web = httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://web")
        async with serving(slack, at), app.router.lifespan_context(app), web:
            yield Room(slack, web, redis)


@asynccontextmanager
async def serving(slack: SlackSandbox, at: socket.socket) -> AsyncIterator[None]:
    server = uvicorn.Server(uvicorn.Config(slack, log_level="error", ws="wsproto"))
    running = asyncio.create_task(server.serve(sockets=[at]))
    try:
        await until(lambda: server.started)
        yield
    finally:
        server.should_exit = True
        await running


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not true():  # noqa: ASYNC110  there is no event for it
            await asyncio.sleep(0.005)


async def eventually(look: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(5):
        while not await look():  # noqa: ASYNC110  the same
            await asyncio.sleep(0.005)


async def is_ready(at: Room) -> bool:
    return set((await at.ready()).values()) == {"ok"}


@pytest.fixture
async def here(redis: Redis, redis_url: str) -> AsyncIterator[Room]:
    """Connected, and Slack has broken no rule's heart at the end."""
    async with room(redis, redis_url) as here:
        await eventually(lambda: is_ready(here))
        yield here
        assert list(here.slack.workspace.services.counts.violations) == []


async def test_a_command_is_recorded_and_acknowledged(here: Room) -> None:
    assert await here.type("deploy web/dev") == ""
    (command,) = await here.recorded()
    assert (command.verb, command.stack, command.origin.surface) == (Verb.DEPLOY, "web/dev", Surface.SLASH)


async def test_an_answer_at_once_is_shown(here: Room) -> None:
    delivery = await here.slack.workspace.people.command(
        user="ana", channel="deploys", command="/pulumi", text="help"
    )
    assert delivery.body["response_type"] == "ephemeral"
    (shown,) = here.slack.workspace.state.channels[DEPLOYS].ephemerals
    assert "/pulumi deploy" in shown.text + str(shown.blocks)


async def test_a_press_is_recorded(here: Room) -> None:
    message = here.press_on(Verb.PAUSE)
    delivery = await here.slack.workspace.people.press(
        user="ana", source=message, action_id=action_id(Verb.PAUSE)
    )
    assert (delivery.status, delivery.body) == (200, "")
    (command,) = await here.recorded()
    assert (command.verb, command.origin.message_ts) == (Verb.PAUSE, message.ts)


async def test_a_form_is_opened_searched_refused_and_submitted(here: Room) -> None:
    people = here.slack.workspace.people
    assert await here.type("deploy") == ""
    (view,) = await here.views()
    assert await people.suggest(user="ana", source=view, action_id=STACK_OPTIONS, value="web") == []
    wrong = {"stack": {STACK_OPTIONS: "acme/web/dev"}, "environment": {"environment": "PULUMI_X=1"}}
    delivery = await people.submit(user="ana", view_id=view.id, values=wrong)
    assert delivery.body["response_action"] == "errors"
    assert "environment" in view.errors
    right = wrong | {"environment": {"environment": "REGION=eu"}}
    assert (await people.submit(user="ana", view_id=view.id, values=right)).body in ("", {})
    (command,) = await here.recorded()
    assert (command.verb, command.stack) == (Verb.DEPLOY, "acme/web/dev")
    assert await here.views() == []


async def test_home_and_the_shortcut_are_taken(here: Room) -> None:
    people = here.slack.workspace.people
    delivery = await people.open_home(user="ana")
    assert delivery is not None
    assert delivery.status == 200
    assert (await people.shortcut(user="ana", callback_id="deploy")).status == 200
    assert [command.verb for command in await here.recorded()] == [Verb.HOME]
    assert len(await here.views()) == 1


async def test_an_event_whose_acknowledgement_is_lost_comes_again_and_is_one_command(here: Room) -> None:
    workspace = here.slack.workspace
    async with httpx.AsyncClient(base_url=workspace.services.response_urls._base_url) as http:
        rule = {"match": "SOCKET /events_api", "fault": "drop", "count": 1}
        assert (await http.post("/sandbox/faults", json=[rule])).status_code == 200
    await workspace.people.open_home(user="ana")
    await until(lambda: workspace.services.sockets.live)
    await workspace.services.events.settled()
    assert workspace.services.counts.of("socket").calls == 2
    workspace.services.counts.violations.clear()  # the acknowledgement that Slack did not get
    assert len(await here.recorded()) == 1
    await eventually(lambda: is_ready(here))


async def test_a_replay_is_one_command(here: Room) -> None:
    await here.type("deploy web/dev")
    assert (await here.slack.workspace.services.sender.replay()).status == 200  # type: ignore[union-attr]
    assert len(await here.recorded()) == 1


async def test_somebody_of_another_workspace_is_refused_and_it_is_on_record(here: Room, redis: Redis) -> None:
    await until(lambda: "auth.test" in here.slack.workspace.services.counts.methods)
    whispers = here.slack.workspace.state.channels[DEPLOYS].ephemerals

    async def refused() -> bool:
        await here.type("deploy web/dev", team="T0OTHER", user="U0EVE")
        return any("another Slack workspace" in said.text for said in whispers)

    await eventually(refused)
    found = await RedisState(redis, TEAM).audited(Query())
    assert {(entry.rule, entry.reason) for entry in found.entries} == {
        ("members only", "from workspace T0OTHER")
    }


async def test_slack_gets_no_answer_over_http_where_nothing_is_signed(here: Room) -> None:
    answer = await here.web.post("/slack/events", content=b"command=%2Fpulumi&text=deploy+web%2Fdev")
    assert answer.status_code == 404
    assert (await here.web.get("/healthz")).status_code == 200
    assert (await here.web.post("/pulumi/webhook")).status_code == 404
    assert "quarterdeck_slack_ack_seconds" in (await here.web.get("/metrics")).text


async def test_the_time_to_the_acknowledgement_is_measured(here: Room) -> None:
    await here.type("deploy web/dev")
    text = (await here.web.get("/metrics")).text
    assert 'quarterdeck_slack_ack_seconds_count{surface="command"} 1.0' in text


async def test_with_a_signing_secret_too_both_ways_are_open(redis: Redis, redis_url: str) -> None:
    async with room(redis, redis_url, SLACK_SIGNING_SECRET="0123456789abcdef") as here:
        assert (await here.web.post("/slack/events", content=b"x")).status_code == 401


async def test_it_is_not_ready_before_it_is_connected_and_says_why(redis: Redis, redis_url: str) -> None:
    async with room(redis, redis_url, SLACK_APP_TOKEN="xapp-wrong") as here:

        async def told() -> bool:
            return "invalid_auth" in (await here.ready())["socket"]

        await eventually(told)
        assert (await here.ready())["redis"] == "ok"


async def test_without_redis_the_person_is_told_in_the_acknowledgement(redis: Redis) -> None:
    async with room(redis, f"redis://127.0.0.1:{free_port()}") as here:
        await until(lambda: here.slack.workspace.services.sockets.live)
        told = await here.type("deploy web/dev")
        assert "finds this in its log as" in told["text"]


async def test_at_a_stop_the_command_under_way_is_recorded_and_acknowledged(
    redis: Redis, redis_url: str
) -> None:
    async with room(redis, redis_url) as here:
        await eventually(lambda: is_ready(here))
        await redis.client_pause(200)
        typing = asyncio.create_task(here.type("deploy web/dev"))
        await until(lambda: here.slack.workspace.services.sockets.as_json()[0]["delivered"] == 1)
        assert not typing.done()
    assert await typing == ""
    assert [command.verb for command in await here.recorded()] == [Verb.DEPLOY]


@pytest.mark.parametrize("app_token", ["", "xapp-0123456789"])
def test_the_libraries_of_socket_mode_are_loaded_only_where_it_is_used(app_token: str) -> None:
    code = """
import json, sys
from bot import settings
from bot.wiring.web import web_app
web_app(settings.load(json.loads(sys.argv[1]), process=settings.Process.WEB))
print([name for name in ("bot.web.slack_socket", "bot.web.slack_link", "bot.slack.api") if name in sys.modules])
"""
    env = {
        "SLACK_SIGNING_SECRET": "0123456789abcdef",
        "SLACK_APP_TOKEN": app_token,
        "SLACK_BOT_TOKEN": "xoxb-test",
        "PULUMI_ORG": "acme",
        "REDIS_URL": "redis://127.0.0.1:1",
    }
    told = subprocess.run([sys.executable, "-c", code, json.dumps(env)], capture_output=True, check=True)
    loaded = ["bot.web.slack_socket", "bot.web.slack_link", "bot.slack.api"] if app_token else []
    assert told.stdout.decode().strip() == str(loaded)
