"""The whole product in Socket Mode: no address of the bot is known to Slack, and its connections go away at any moment."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import httpx
import pytest
import pytest_asyncio

from sandbox.fleet import free_port
from tests.scenarios.scene import SOON, Json, Scene, playing, until

pytestmark = [pytest.mark.scenario, pytest.mark.asyncio(loop_scope="module")]

NewScene = Callable[..., Awaitable[Scene]]
# Who asks where: Slack takes one post a second in each channel.
PEOPLE = {"ana": "deploys", "ben": "prod", "cleo": "deploys", "dev": "prod"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared_scene(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Scene]:
    """One world for the tests of this file."""
    async with playing(tmp_path_factory.mktemp("world"), socket_mode=True) as scene:
        yield scene


async def connected(scene: Scene, count: int = 1) -> list[Json]:
    """Wait until Slack has so many connections, none of which is to leave."""

    async def look() -> Json | None:
        sockets = (await scene.slack.state())["sockets"]
        return {"all": sockets} if [link["leaving"] for link in sockets] == [False] * count else None

    sockets: list[Json] = (await until(look, within=SOON, what=f"{count} connections"))["all"]
    return sockets


async def everybody_asks(scene: Scene, name: str) -> list[str]:
    """Four people deploy a stack each at the same moment; the stacks whose command Slack saw acknowledged."""
    paths = {f"{name}/{user}": user for user in PEOPLE}
    for path in paths:
        await scene.pulumi.put_stack(path, "quick-success")
    answers = await asyncio.gather(
        *(scene.slack.command(user, PEOPLE[user], f"deploy {path}") for path, user in paths.items())
    )
    acknowledged = [path for path, answer in zip(paths, answers, strict=True) if answer["status"] == 200]
    scene.allowed["violations"] += len(paths) - len(acknowledged)
    return acknowledged


async def each_once(scene: Scene, paths: list[str]) -> None:
    for path in paths:
        await scene.assert_told_once(PEOPLE[path.partition("/")[2]], path, outcome="succeeded")


async def second_web(scene: Scene) -> None:
    """One more web process; workers serve both."""
    port = free_port()
    environment = scene.world.environment | {"PORT": str(port)}
    ready = f"http://127.0.0.1:{port}/readyz"
    await scene.world.fleet.start("web-2", "bot", "web", environment=environment, ready=ready)


def logs(scene: Scene) -> str:
    return "".join(path.read_text() for path in scene.world.fleet.logs.glob("w*.log"))


async def test_a_deployment_from_a_command_and_again_from_its_button(scene: Scene) -> None:
    await scene.pulumi.put_stack("socket/dev", "quick-success")
    await scene.ask("ana", "deploys", "deploy socket/dev")
    card = await scene.assert_told_once("deploys", "socket/dev", outcome="succeeded")
    await scene.press_anew("ben", "deploys", card, "qd:deploy")
    await scene.card("deploys", "socket/dev#2", "succeeded")
    async with httpx.AsyncClient(base_url=scene.world.web) as web:
        assert (await web.post("/slack/events")).status_code == 404
        assert (await web.get("/readyz")).json() == {"redis": "ok", "socket": "ok"}


async def test_a_form_is_searched_refused_and_submitted(scene: Scene) -> None:
    await scene.pulumi.put_stack("socket-form/dev", "quick-success")
    await scene.slack.shortcut("cleo", "deploy", channel="deploys")
    view = await scene.view("cleo", lambda one: bool(one["callback_id"] == "qd:form"))
    offered = await scene.slack.options("cleo", view, "qd:stack", "acme/socket-form/dev")
    assert [each["value"] for each in offered] == ["acme/socket-form/dev"]
    values: Json = {
        "stack": {"qd:stack": "acme/socket-form/dev"},
        "environment": {"environment": "PULUMI_ACCESS_TOKEN=x"},
    }
    await scene.slack.submit("cleo", view["id"], values)
    (again,) = (await scene.slack.state())["views"]
    assert "reserved" in again["errors"]["environment"]
    await scene.slack.submit("cleo", view["id"], values | {"environment": {"environment": "REGION=eu"}})
    assert (await scene.slack.state())["views"] == []
    await scene.assert_told_once("deploys", "socket-form/dev", outcome="succeeded")


async def test_somebody_else_approves(scene: Scene) -> None:
    await scene.pulumi.put_stack("socket/prod", "quick-success")
    await scene.ask("ana", "prod", "deploy socket/prod")
    card = await scene.card("prod", "socket/prod", "approve")
    await scene.slack.press("ben", "prod", card, "qd:approve")
    await scene.assert_told_once("prod", "socket/prod", outcome="succeeded")


async def test_home_is_drawn_though_the_first_acknowledgement_was_lost(scene: Scene) -> None:
    await scene.slack.faults({"match": "SOCKET /events_api", "fault": "drop", "count": 1})
    await scene.slack.open_home("dev")
    scene.allowed["violations"] += 1

    async def look() -> Json | None:
        home: Json | None = (await scene.slack.state())["homes"].get("U0DEV")
        return home

    await until(look, within=SOON, what="the Home tab")
    await connected(scene)


async def test_asked_to_leave_it_loses_no_acknowledgement(scene: Scene) -> None:
    asking = asyncio.create_task(everybody_asks(scene, "refresh"))
    for reason in ("refresh_requested", "warning"):
        await connected(scene)
        await scene.slack.send_away(reason, after=1.0)
    acknowledged = await asking
    assert len(acknowledged) == len(PEOPLE)
    await each_once(scene, acknowledged)
    await connected(scene)


async def test_a_connection_cut_under_a_command_loses_nothing_and_repeats_nothing(scene: Scene) -> None:
    await scene.slack.faults({"match": "SOCKET /slash_commands", "fault": "drop", "count": 1})
    await scene.pulumi.put_stack("cut/dev", "quick-success")
    assert (await scene.slack.command("ana", "deploys", "deploy cut/dev"))["status"] == 0
    scene.allowed["violations"] += 1
    await scene.assert_told_once("deploys", "cut/dev", outcome="succeeded")
    await connected(scene)
    assert (await scene.slack.replay())["status"] == 200
    await scene.assert_told_once("deploys", "cut/dev", outcome="succeeded")


async def test_connections_cut_again_and_again_come_back_and_each_command_is_done_once(scene: Scene) -> None:
    acknowledged: list[str] = []
    for number in range(2):
        await connected(scene)
        asking = asyncio.create_task(everybody_asks(scene, f"cut-{number}"))
        await asyncio.sleep(0.02 * number)
        await scene.slack.cut()
        acknowledged += await asking
    await connected(scene)
    acknowledged += await everybody_asks(scene, "after")
    assert set(acknowledged) >= {f"after/{user}" for user in PEOPLE}
    await each_once(scene, acknowledged)


async def test_killed_and_started_again_it_connects_again(new_scene: NewScene) -> None:
    scene = await new_scene(socket_mode=True, overrides={"LOG_LEVEL": "debug"})
    await scene.pulumi.put_stack("killed/dev", "quick-success")
    await scene.pulumi.put_stack("killed/later", "quick-success")
    await scene.ask("ana", "deploys", "deploy killed/dev")
    await scene.world.fleet.kill("web")
    await connected(scene, 0)
    lost = await scene.slack.command("ana", "deploys", "deploy killed/later")
    assert lost["body"] == "the app is not connected"
    scene.allowed["violations"] += 1
    await scene.world.start_web("web-again")
    await scene.ask("ana", "deploys", "deploy killed/later")
    for path in ("killed/dev", "killed/later"):
        await scene.assert_told_once("deploys", path, outcome="succeeded")
    assert "ticket" not in logs(scene)
    assert "xapp-sandbox" not in logs(scene)


async def test_two_web_processes_share_what_comes_and_one_goes_without_a_loss(new_scene: NewScene) -> None:
    scene = await new_scene(socket_mode=True)
    await second_web(scene)
    await connected(scene, 2)
    done = await everybody_asks(scene, "both")
    assert all(link["acknowledged"] for link in await connected(scene, 2))
    asking = asyncio.create_task(everybody_asks(scene, "leaving"))
    await scene.world.fleet.stop("web")
    done += await asking
    await connected(scene)
    done += await everybody_asks(scene, "alone")
    assert set(done) >= {f"{name}/{user}" for name in ("both", "alone") for user in PEOPLE}
    await each_once(scene, done)
