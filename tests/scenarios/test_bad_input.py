"""Whatever people type, press or print: a clear answer, and nothing half done."""

from __future__ import annotations

import asyncio
import os
import sys
import unicodedata
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.slack_driver import find_button
from tests.scenarios.scene import CREATE, LATER, Json, Scene

pytestmark = [pytest.mark.scenario, pytest.mark.asyncio(loop_scope="module")]

NewScene = Callable[..., Awaitable[Scene]]
BROADCASTS = {"channel", "here", "everyone"}
RTL_OVERRIDE = "\u202e"


def everything_said(state: Json) -> Iterator[Json]:
    """Every message of the bot, private ones and replies too."""
    for channel in state["channels"]:
        for message in (*channel["messages"], *channel["ephemerals"]):
            yield from (
                one for one in (message, *message.get("replies", ())) if one["user_name"] == "quarterdeck"
            )


def strings(node: Any) -> Iterator[str]:
    """Every text in a JSON tree."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for value in node.values():
            yield from strings(value)
    elif isinstance(node, list):
        for value in node:
            yield from strings(value)


async def assert_nobody_is_shouted_at(scene: Scene) -> None:
    for message in everything_said(await scene.slack.state()):
        assert not BROADCASTS & {mention["kind"] for mention in message["mentions"]}, message["text"]


def invisible(text: str) -> set[str]:
    return {letter for letter in text if unicodedata.category(letter) == "Cc" and letter != "\n"} | (
        {RTL_OVERRIDE} & set(text)
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ["I run Pulumi Deployments"]),
        ("deply web/dev", ['I don\'t know "deply"', "/pulumi deploy"]),
        ("abracadabra", ["abracadabra", "/pulumi deploy web/dev"]),
        ("approve web/prod", ["Press the button"]),
        ("pause", ["/pulumi pause web/dev"]),
        ("deploy web/dve", ["web/dve", "Did you mean web/dev"]),
        ("deploy other/web/dev", ["which I don't work for", "acme"]),
        ("deploy a/b/c/d", ["more parts"]),
        ("deploy dev", ["could be", "api/dev", "web/dev"]),
        ("deploy web/dev api/dev", ["api/dev"]),
        ("deploy web/dev#4", ["web/dev#4"]),
        ("deploy web/dev --brnch main", ["Did you mean --branch"]),
        ("deploy web/dev --branch", ["needs a name"]),
        ("deploy web/dev --branch main --commit 1f0c9ab", ["one too many"]),
        ("deploy web/dev --commit main", ["is not a commit"]),
        ("status web/dev --branch main", ["does not take --branch"]),
        ("logs web/dev#999", ["web/dev#999", "does not exist"]),
        ("logs web/dev#none", ["not the number of a deployment"]),
        ("cancel web/dev", ["nothing to cancel"]),
        ("resume web/dev", ["not paused"]),
        ("deploy " + "x" * 2_993, ["can't be the name of a stack"]),
        ("deploy web/dev " + "y" * 3_000, ["at most 3,000"]),
        ("deploy 🚀/🔥", ["can't be the name of a stack"]),
        ("deploy שלום/مرحبا", ["can't be the name of a stack"]),
        (f"deploy {RTL_OVERRIDE}ved/bew", ["invisible character"]),
        ("deploy web/\x07dev", ["invisible character"]),
        ("deploy <!channel>", ["can't be the name of a stack"]),
        ("<!here> <!everyone>", ["I don't know"]),
        ("deploy \"web/dev' --branch `x`", ["web/dev"]),
        ("deploy *bold*/_it_", ["can't be the name of a stack"]),
    ],
    ids=lambda value: ascii(value)[1:30].strip() if isinstance(value, str) else "",
)
async def test_what_cannot_be_understood_is_answered_and_starts_nothing(
    scene: Scene, text: str, words: list[str]
) -> None:
    before = await scene.pulumi.requests(CREATE)
    standing = len((await scene.slack.channel("deploys"))["messages"])
    view = text.startswith("logs ") and "none" not in text
    if view:
        await scene.ask("ana", "deploys", text)
        modal = await scene.view("ana", lambda one: one["callback_id"] == "qd:problem")
        said = " ".join(strings(modal["blocks"]))
        await scene.slack.close("ana", modal["id"])
    else:
        said = await scene.told("ana", "deploys", text)
    assert [word for word in words if word not in said] == [], said
    assert not invisible(said)
    await scene.quiet()
    await assert_nobody_is_shouted_at(scene)
    assert await scene.pulumi.requests(CREATE) == before
    assert len((await scene.slack.channel("deploys"))["messages"]) == standing


async def test_a_run_that_prints_hostile_lines_hurts_nobody(scene: Scene) -> None:
    await scene.pulumi.put_stack("hostile/names", "hostile-names")
    await scene.ask("ana", "oncall", 'deploy hostile/names --branch "<!channel>`_x_`"')
    card = await scene.assert_told_once("oncall", "hostile/names", outcome="failed")
    await whole_log_in_thread(scene, "oncall", card)
    await assert_nobody_is_shouted_at(scene)
    state = await scene.slack.state()
    for message in everything_said(state):
        for text in strings([message["text"], message["blocks"]]):
            assert not invisible(text.replace("\t", "")), ascii(text)
    assert "x" * 5_000 not in str([message["blocks"] for message in everything_said(state)])


async def whole_log_in_thread(scene: Scene, channel: str, card: Json) -> str:
    """Open the log, post it as a file, and read what was posted."""
    await scene.press_anew("ana", channel, card, "qd:logs")
    view = await scene.view("ana", lambda one: find_button(one, "qd:send_log") is not None)
    await scene.slack.press_in_view("ana", view, "qd:send_log")

    def file(at: Json) -> Json | None:
        replies = [
            reply
            for one in at["messages"]
            if one["ts"] == card["ts"]
            for reply in one["replies"]
            if reply["files"]
        ]
        return replies[0]["files"][0] if replies else None

    found = await scene.slack.seen(file, channel, LATER, "the log as a file in the thread")
    await scene.slack.close("ana", view["id"])
    return str(found["content"])


async def test_no_secret_that_a_run_prints_is_shown_kept_or_logged(scene: Scene) -> None:
    secrets = (
        "AKIAIOSFODNN7EXAMPLE",
        "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        "IQoJb3JpZ2luX2VjEXAMPLE",
        "ghp_0123456789abcdefghijklmnopqrstuvwxyz",
        "pul-0123456789abcdef0123456789abcdef01234567",
        "AbCdEfGhIjKlMnOpQrStUvWx",
        "MIIBOgIBAAJBAKj34GkxFhD90vcNLYLInFEX6Ppy1tPf9Cnzj4p4WGeKLs1Pt8Qu",
        "hunter2-Sup3r",
        "eyJhbGciOiJIUzI1NiJ9",
        "correct-horse-battery-staple",
        "sandbox-signing-secret",
    )
    await scene.pulumi.put_stack("leaky/main", "secret-leak")
    await scene.ask("ana", "oncall", "deploy leaky/main")
    card = await scene.assert_told_once("oncall", "leaky/main", outcome="failed")
    content = await whole_log_in_thread(scene, "oncall", card)
    assert "password authentication failed" in content
    logs = "".join(path.read_text() for path in scene.world.fleet.logs.glob("w*.log"))
    kept = b""
    async for key in scene.redis.scan_iter():
        kept += await scene.redis.dump(key) or b""
    for secret in secrets:
        assert secret not in str(await scene.slack.state()), secret
        assert secret not in logs, secret
        assert secret.encode() not in kept, secret


async def test_cancel_on_a_card_whose_deployment_is_over_says_so(scene: Scene) -> None:
    await scene.pulumi.put_stack("over/already", "quick-success")
    await scene.ask("ana", "prod", "deploy over/already")
    card = await scene.card("prod", "over/already", "running")
    await scene.assert_told_once("prod", "over/already", outcome="succeeded")
    button = find_button(card, "qd:cancel")
    assert button is not None
    now = await scene.card("prod", "over/already", "succeeded")
    stale = {**now, "blocks": card["blocks"]}
    await scene.slack.press("ana", "prod", stale, "qd:cancel", value=button["value"], stale=True)
    await scene.whisper("ana", "prod", "over/already", "is over already")


async def test_a_button_pressed_twice_at_once_acts_once(scene: Scene) -> None:
    await scene.pulumi.put_stack("double/click", "slow-success")
    await scene.ask("ana", "deploys", "deploy double/click")
    card = await scene.card("deploys", "double/click", "running")
    before = await scene.no_whisper_yet("deploys")
    await asyncio.gather(*(scene.slack.press("ana", "deploys", card, "qd:cancel") for _ in range(3)))
    card = await scene.assert_told_once("deploys", "double/click", outcome="canceled")
    words = [one for one in (await scene.slack.channel("deploys"))["ephemerals"] if one["ts"] not in before]
    assert len(words) == 1, [one["text"] for one in words]
    await asyncio.gather(*(scene.slack.press("ana", "deploys", card, "qd:deploy") for _ in range(3)))
    await scene.card("deploys", "double/click#2", "succeeded")
    await scene.assert_told_once("deploys", "double/click", outcome="succeeded", operations=2)


async def test_nobody_cancels_what_somebody_else_started(scene: Scene) -> None:
    await scene.pulumi.put_stack("not/yours", "slow-success")
    await scene.ask("ana", "oncall", "deploy not/yours")
    card = await scene.card("oncall", "not/yours", "running")
    await scene.slack.press("ben", "oncall", card, "qd:cancel")
    await scene.whisper("ben", "oncall", "Somebody else started that deployment")
    await scene.assert_told_once("oncall", "not/yours", outcome="succeeded")


async def test_nobody_approves_what_they_asked_for(scene: Scene) -> None:
    await scene.pulumi.put_stack("self/prod", "quick-success")
    await scene.ask("cleo", "prod", "deploy self/prod")
    card = await scene.card("prod", "self/prod", "approve")
    await scene.slack.press("cleo", "prod", card, "qd:approve")
    await scene.whisper("cleo", "prod", "somebody else has to approve")
    await scene.quiet()
    assert await scene.pulumi.deployments("self/prod") == []


async def test_destroying_what_no_rule_allows_is_refused(new_scene: NewScene, tmp_path: Path) -> None:
    policy = tmp_path / "no-rules.toml"
    policy.write_text("")
    scene = await new_scene(policy=policy)
    assert "not allowed unless a rule says so" in await scene.told("ana", "deploys", "destroy web/staging")
    assert await scene.pulumi.requests(CREATE) == 0


async def test_an_unknown_button_is_answered_and_does_nothing(scene: Scene) -> None:
    await scene.ask("ana", "prod", "pause api/staging")
    card = await scene.card("prod", "api/staging", "paused")
    made_up = {
        **card,
        "blocks": [{"type": "actions", "elements": [{"type": "button", "action_id": "qd:dance"}]}],
    }
    await scene.slack.press("ana", "prod", made_up, "qd:dance", value="s=web%2Fdev", stale=True)
    await scene.whisper("ana", "prod", "I don't know this button")


async def test_nothing_is_started_from_a_channel_that_the_bot_is_not_in(scene: Scene) -> None:
    before = await scene.pulumi.requests(CREATE)
    said = await scene.told("ana", "random", "deploy web/dev")
    assert "not in this channel" in said
    assert "/invite" in said
    assert "not in this channel" in await scene.told("ana", "random", "pause web/dev")
    await scene.quiet()
    assert await scene.pulumi.requests(CREATE) == before
    state = await scene.pulumi.state()
    assert not next(one for one in state["stacks"] if (one["project"], one["stack"]) == ("web", "dev"))[
        "paused"
    ]


async def test_a_request_sent_again_and_again_deploys_once(scene: Scene) -> None:
    await scene.pulumi.put_stack("replayed/one", "quick-success")
    await scene.ask("ana", "deploys", "deploy replayed/one")
    answer = await scene.slack.replay(5)
    assert answer["status"] == 200
    await scene.assert_told_once("deploys", "replayed/one", outcome="succeeded")
    assert (await scene.slack.replay(2))["status"] == 200
    await scene.assert_told_once("deploys", "replayed/one", outcome="succeeded")


async def ended(*arguments: str, **environment: str) -> tuple[int | None, str]:
    """The exit code of a process of ours, and what it wrote."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        *arguments,
        env={"PATH": os.environ["PATH"], **environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    written, _ = await asyncio.wait_for(process.communicate(), LATER)
    return process.returncode, written.decode()


async def test_wrong_settings_are_all_named_at_once_and_never_printed(scene: Scene) -> None:
    wrong = {
        **scene.world.environment,
        "SLACK_BOT_TOKEN": "xoxp-somebody-elses-token",
        "PULUMI_BACKEND_URL": "ftp://hidden-host",
        "PULUMI_ORG": "no/slashes",
        "REDIS_URL": "mysql://user:hidden-password@host",
        "ENCRYPTION_KEY": "too-short-to-be-a-key",
        "POLICY_FILE": "/nowhere/policy.toml",
    }
    del wrong["PULUMI_ACCESS_TOKEN"]
    code, said = await ended("worker", **wrong)
    assert code == 2
    for name in (
        *(name for name in wrong if wrong[name] != scene.world.environment[name]),
        "PULUMI_ACCESS_TOKEN",
    ):
        assert name in said
    for value in ("somebody-elses", "hidden", "too-short", "nowhere", "no/slashes"):
        assert value not in said
    assert "Traceback" not in said


async def test_a_wrong_policy_is_named_line_by_line_and_nothing_starts(scene: Scene, tmp_path: Path) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text(
        '[[rules]]\nname = "one"\nstacks = ["acme/web"]\noperations = ["deply"]\neffect = "perhaps"\n'
        '[[subscriptions]]\nchannel = "prod channel"\nstacks = ["acme/*/prod"]\n'
    )
    code, said = await ended("worker", **{**scene.world.environment, "POLICY_FILE": str(policy)})
    assert code == 2
    for word in ("acme/web", "deply", "effect", "prod channel"):
        assert word in said
    assert "Traceback" not in said
