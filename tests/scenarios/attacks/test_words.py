"""Tokens and marks in what people type and services say: nothing of them is kept, posted or rendered."""

from __future__ import annotations

import json

import pytest

from bot.store.keys import Keys
from bot.store.state import RedisState
from tests.scenarios.attacks.attacker import SOURCE, Attacker, attack, request_of
from tests.scenarios.attacks.requests import command, submit
from tests.scenarios.scene import TEAM, Scene
from tests.scenarios.test_bad_input import assert_nobody_is_shouted_at

pytestmark = [
    pytest.mark.scenario,
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.usefixtures("forged_triggers"),
]

TOKEN = "pul-" + "0123456789abcdef" * 2
REJECT = "qd:reject"


def logged(scene: Scene) -> str:
    """What web and worker wrote."""
    return "".join(path.read_text(errors="replace") for path in scene.world.fleet.logs.glob("w*.log"))


async def everywhere(scene: Scene) -> str:
    """All that Slack shows, that the bot logged, and that Redis holds."""
    said = json.dumps(await scene.slack.state())
    kept = b""
    async for key in scene.redis.scan_iter("*"):
        for read in (scene.redis.hgetall, scene.redis.lrange, scene.redis.xrange, scene.redis.get):
            arguments = (key, 0, -1) if read == scene.redis.lrange else (key,)
            try:
                kept += repr(await read(*arguments)).encode()
            except Exception:  # noqa: BLE001, S112  of another type
                continue
    return said + logged(scene) + kept.decode(errors="replace")


async def link(attacker: Attacker, token: str) -> None:
    await attacker.send(submit("qd:link", {"token": token}, remember={"c": "C0DEPLOYS"}, user=attacker.user))


async def test_a_login_that_somebody_linked_is_taken_over_by_nobody(scene: Scene) -> None:
    async with attack(scene, "ana", answer="linked as ana", outcome="linked", rule="default") as ana:
        await link(ana, "pul-ana")
    for thief in ("ben", "cleo"):
        async with attack(scene, thief, answer="linked to somebody else") as attacker:
            await link(attacker, "pul-ana-second")
        assert await RedisState(scene.redis, TEAM).link_of(attacker.user) is None
        assert "no Pulumi login" in await scene.told(thief, "deploys", "whoami")
    assert "run as ana" in await scene.told("ana", "deploys", "whoami")
    assert "forgotten" in await scene.told("ana", "deploys", "unlink")
    assert "pul-ana" not in await everywhere(scene)


async def test_a_login_is_freed_by_nobody_whom_no_rule_lets(scene: Scene) -> None:
    async with attack(scene, "dev", answer="linked as ana", outcome="linked") as dev:
        await link(dev, "pul-ana")
    async with attack(
        scene, "cleo", answer="Only @platform may unlink", rule="platform unlinks who left"
    ) as attacker:
        await attacker.send(command("unlink U0DEV", user="U0CLEO"))
    assert await RedisState(scene.redis, TEAM).link_of("U0DEV") is not None
    await scene.told("dev", "deploys", "unlink")


NOBODYS = {
    "pul-none-such": "does not know this token",
    TOKEN: "does not know this token",
    "xoxb-0123456789-abcdef": "does not know this token",
    "pul-stranger": "in no organisation that I work for",
}


async def test_a_token_that_is_nobodys_links_nothing_and_is_kept_nowhere(scene: Scene) -> None:
    for token, answer in NOBODYS.items():
        async with attack(scene, "dev", answer=answer) as attacker:
            await link(attacker, token)
    assert await RedisState(scene.redis, TEAM).link_of("U0DEV") is None
    await scene.quiet()
    found = await everywhere(scene)
    assert [token for token in NOBODYS if token in found] == []


NO_TOKENS = ("two words", "x" * 5000, "", "line\nbreak")


async def test_what_can_be_no_token_is_refused_under_the_field(scene: Scene) -> None:
    for token in NO_TOKENS:
        async with attack(scene, "dev", answer="That is no access token") as attacker:
            answer = await attacker.send(submit("qd:link", {"token": token}, remember={}, user="U0DEV"))
        assert list(answer.json()["errors"]) == ["token"]
        assert not token or token not in answer.text + repr(await attacker.left())


async def test_a_sealed_token_is_of_no_use_to_somebody_else(scene: Scene) -> None:
    """Not even somebody who writes into Redis becomes Ana."""
    async with attack(scene, "ana", answer="linked as ana", outcome="linked") as ana:
        await link(ana, "pul-ana")
    stolen = Keys(TEAM).link("U0DEV")
    body = await scene.redis.hget(Keys(TEAM).link("U0ANA"), "body")
    assert body is not None
    await scene.redis.hset(stolen, "body", body)
    async with attack(scene, "dev", answer="can't be read any more") as attacker:
        await attacker.send(command("deploy web/dev", user="U0DEV"))
    await scene.redis.delete(stolen)
    await scene.told("ana", "deploys", "unlink")


# What is typed, what is said to it in private (None: it goes through, without the token), what is on record, and how often Pulumi is told to change something.
LEAKS: dict[str, tuple[str, str | None, str, int]] = {
    "as a word after link": (f"link {TOKEN}", "type no token here", "refused", 0),
    "as somebody to unlink": (f"unlink @{TOKEN}", "don't know anybody", "refused", 0),
    "as a stack": (f"deploy {TOKEN}", "redacted", "refused", 0),
    "as a verb": (TOKEN, "I don't know", "refused", 0),
    "in a message": (f'deploy leak/dev -m "uses {TOKEN}"', None, "started", 1),
    "in a reason": (f"pause leak/dev because {TOKEN}", None, "done", 1),
    "as a person": (f"can @{TOKEN} deploy web/dev", "don't know anybody", "refused", 0),
    "as somebody's records": (f"audit @{TOKEN}", "don't know anybody", "refused", 0),
}


async def test_a_token_typed_in_the_wrong_place_is_neither_posted_nor_logged(scene: Scene) -> None:
    await scene.pulumi.put_stack("leak/dev", "quick-success", settings=SOURCE)
    for text, answer, outcome, runs in LEAKS.values():
        async with attack(scene, answer=answer, outcome=outcome, runs=runs) as attacker:
            assert (await attacker.send(command(text, user="U0CLEO"))).status_code == 200
        assert TOKEN not in repr(await attacker.left())
    await scene.ask("cleo", "deploys", "resume leak/dev")
    await scene.quiet()
    state = await scene.slack.state()
    posted = json.dumps([message for channel in state["channels"] for message in channel["messages"]])
    assert TOKEN not in posted + logged(scene)


async def test_a_token_in_a_reason_is_taken_out_before_anybody_reads_it(scene: Scene) -> None:
    request = await request_of(scene, "leak/prod")
    async with attack(
        scene, "ben", answer="reject", outcome="rejected", rule="production in general"
    ) as attacker:
        reason = f"the token {TOKEN} is wrong"
        await attacker.send(submit(REJECT, {"reason": reason}, remember={"r": request.id}, user="U0BEN"))
    assert "[redacted" in (await attacker.recorded("rejected")).reason
    await scene.card("prod", "leak/prod", "rejected", "redacted")
    await scene.quiet()
    assert TOKEN not in await everywhere(scene)


SHOUT = (
    "<!channel> <!everyone> <@U0BEN> <#C0PROD|prod> <https://evil.example|click> *bold* `code` ~x~ ```y```"
)
SHOUTS: dict[str, tuple[str, str | None, str, int]] = {
    "a message": (f'deploy shout/dev -m "{SHOUT}"', None, "started", 1),
    "a pause's reason": (f"pause shout/dev {SHOUT}", None, "done", 1),
    "a lock's reason": (f"lock shout/dev {SHOUT}", None, "done", 0),
    "a branch": (
        "deploy shout/dev --branch <!channel>|*main*`x`",
        "can't be the name of a branch",
        "refused",
        0,
    ),
    "a stack": ("deploy <!channel>/<@U0BEN>", "can't be the name of a stack", "refused", 0),
    "a verb": ("<!here> deploy", "I don't know", "refused", 0),
    "a person": ("can @<!channel> deploy shout/dev", "is not a person", "refused", 0),
    "records": ("audit <!channel>", "a stack", "refused", 0),
    "a name that only Pulumi could have given": (
        'deploy "acme/web/<!channel>"',
        "can't be the name of a stack",
        "refused",
        0,
    ),
}


async def test_what_people_type_mentions_nobody(scene: Scene) -> None:
    await scene.pulumi.put_stack("shout/dev", "quick-success")
    for text, answer, outcome, runs in SHOUTS.values():
        async with attack(scene, answer=answer, outcome=outcome, runs=runs) as attacker:
            assert (await attacker.send(command(text, user="U0CLEO"))).status_code == 200
    for text in ("resume shout/dev", "unlock shout/dev"):
        await scene.ask("cleo", "deploys", text)
    await scene.quiet()
    await assert_nobody_is_shouted_at(scene)


async def test_a_reason_mentions_nobody_on_the_card_and_in_the_audit(scene: Scene) -> None:
    request = await request_of(scene, "shout/prod")
    async with attack(scene, "ben", answer="reject", outcome="rejected") as attacker:
        await attacker.send(submit(REJECT, {"reason": SHOUT}, remember={"r": request.id}, user="U0BEN"))
    await scene.card("prod", "shout/prod", "rejected")
    assert "rejected" in await scene.told("ana", "deploys", "audit acme/shout/prod")
    await scene.quiet()
    await assert_nobody_is_shouted_at(scene)
