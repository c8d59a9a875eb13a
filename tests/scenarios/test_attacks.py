"""An attacker's table, over signed HTTP: each is refused or harmless, on record where it was taken for a command, and nothing runs.

Votes and policy have their own: test_approval_attacks.py. What hostile log lines do: test_bad_input.py.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import httpx
import pytest
import pytest_asyncio

from bot.domain.requests import Request
from bot.forgeries import RULE
from bot.store.state import RedisState
from tests.scenarios.attacker import Attacker, Signed, command, press, signed, submit
from tests.scenarios.scene import CREATE, TEAM, Json, Scene
from tests.scenarios.test_bad_input import assert_nobody_is_shouted_at

pytestmark = [pytest.mark.scenario, pytest.mark.asyncio(loop_scope="module")]

CANCEL = "POST /api/stacks/{org}/{project}/{stack}/deployments/{deployment}/cancel"
TOKEN = "pul-" + "0123456789abcdef" * 2
REJECT = "qd:reject"
BUTTONS = "buttons as they were made"


@pytest_asyncio.fixture(autouse=True, loop_scope="module")
async def what_slack_refuses_is_the_attackers(scene: Scene) -> AsyncIterator[None]:
    """Forged triggers open no form, nobody is told who is not there, and answers to a flood are limited: Slack's part of the defence."""
    yield
    await scene.quiet()
    api = (await scene.slack.state())["api"]
    scene.allowed.update(violations=api["violations"], ratelimited=api["ratelimited"])


async def done(scene: Scene) -> int:
    """How often the bot changed something at Pulumi."""
    return await scene.pulumi.requests(CREATE) + await scene.pulumi.requests(CANCEL)


async def waiting(scene: Scene, path: str) -> Request:
    """A request of Ana's that waits for an approval."""
    await scene.pulumi.put_stack(path, "quick-success")
    await scene.ask("ana", "prod", f"deploy {path}")
    await scene.card("prod", path, "approv")
    found = [one for one in await RedisState(scene.redis, TEAM).awaiting() if one.stack.short == path]
    return found[-1]


# Not Slack's

KINDS: dict[str, Callable[[], Json]] = {
    "command": lambda: command("deploy web/dev"),
    "button": lambda: press("qd:deploy", "s=acme/web/dev&y=1"),
    "modal": lambda: submit(REJECT, {"reason": "no"}, remember={"r": "r-1"}),
}


def _altered(request: Signed) -> Signed:
    return replace(request, body=request.body.replace(b"U0ANA", b"U0BEN"))


def _without(name: str) -> Callable[[Signed], Signed]:
    return lambda request: replace(
        request, headers={key: text for key, text in request.headers.items() if key != name}
    )


def _with(name: str, text: str) -> Callable[[Signed], Signed]:
    return lambda request: replace(request, headers={**request.headers, name: text})


FORGERIES: dict[str, Callable[[Json], Signed]] = {
    "another's secret": lambda fields: signed(fields, secret="guessed-signing-secret"),
    "stale": lambda fields: signed(fields, shift=-301),
    "from the future": lambda fields: signed(fields, shift=600),
    "another body": lambda fields: _altered(signed(fields)),
    "no signature": lambda fields: _without("X-Slack-Signature")(signed(fields)),
    "no timestamp": lambda fields: _without("X-Slack-Request-Timestamp")(signed(fields)),
    "a fresh timestamp on an old signature": lambda fields: _with(
        "X-Slack-Request-Timestamp", str(int(time.time()))
    )(signed(fields, shift=-600)),
    "an empty signature": lambda fields: _with("X-Slack-Signature", "v0=")(signed(fields)),
    "a timestamp in words": lambda fields: _with("X-Slack-Request-Timestamp", "now")(signed(fields)),
}


@pytest.mark.parametrize("kind", KINDS)
async def test_what_is_not_slacks_is_not_even_read(scene: Scene, kind: str) -> None:
    before, attacker = await done(scene), await Attacker(scene).begin()
    for how, forge in FORGERIES.items():
        assert (await attacker.send(forge(KINDS[kind]()))).status_code == 401, how
    await scene.quiet()
    assert {each.rule for each in await attacker.records()} <= {RULE}
    assert await done(scene) == before


# Again and again


async def test_a_replayed_command_runs_once(scene: Scene) -> None:
    await scene.pulumi.put_stack("again/dev", "quick-success")
    attacker = await Attacker(scene).begin()
    assert (await attacker.send(signed(command("deploy again/dev")), times=5)).status_code == 200
    await scene.deployed("again/dev")
    await scene.quiet()
    assert len(await scene.pulumi.deployments("again/dev")) == 1
    assert [each.outcome for each in await attacker.records()] == ["allowed", "started"]


async def test_a_replayed_vote_counts_once(scene: Scene) -> None:
    request = await waiting(scene, "again/prod")
    attacker = await Attacker(scene).begin()
    vote = press("qd:approve", f"s={request.stack}&r={request.id}", user="U0BEN", channel="C0PROD")
    await attacker.send(signed(vote), times=5)
    await scene.deployed("again/prod")
    await scene.quiet()
    assert len(await scene.pulumi.deployments("again/prod")) == 1
    assert [each.outcome for each in await attacker.records()] == ["approved", "started"]


async def test_a_replayed_modal_counts_once(scene: Scene) -> None:
    request = await waiting(scene, "modal/prod")
    attacker = await Attacker(scene).begin()
    await attacker.send(
        signed(submit(REJECT, {"reason": "no"}, remember={"r": request.id}, user="U0BEN")), times=5
    )
    await attacker.refused(outcome="rejected")
    await scene.quiet()
    assert [each.outcome for each in await attacker.records()] == ["rejected"]
    assert await scene.pulumi.deployments("modal/prod") == []


# Buttons that were altered

VALUES = {
    "another stack's deployment, to cancel": ("qd:cancel", "s=acme/{other}&d={id}&v=1&y=1"),
    "another stack's deployment, unconfirmed": ("qd:cancel", "s=acme/{other}&d={id}"),
    "another stack's log": ("qd:logs", "s=acme/{other}&d={id}"),
    "another stack's log, into the channel": ("qd:send_log", "s=acme/{other}&d={id}"),
    "a deployment of nobody": ("qd:cancel", "s=acme/{other}&d=00000000-0000-4000-8000-000000000000&y=1"),
    "a path for an id": ("qd:cancel", "s=acme/{other}&d=..%2F..%2Fpause&y=1"),
    "a path for a stack": ("qd:deploy", "s=acme/..%2F..%2Fweb%2Fdev&y=1"),
    "a number of 1,900 digits": ("qd:cancel", "s=acme/{other}&y=1&v=" + "9" * 1900),
    "2,000 characters": ("qd:deploy", "s=" + "a" * 1998),
    "50,000 characters": ("qd:deploy", "s=" + "a" * 50_000),
    "no value": ("qd:cancel", ""),
    "not a query": ("qd:cancel", "\x00\x01{%s}\udcff".encode(errors="replace").decode()),
    "an approval of nothing": ("qd:approve", "s=acme/{other}&r=no-such-request"),
    "somebody else's organisation": ("qd:pause", "s=globex/web/dev"),
    "a destroy that was never confirmed by a rule": ("qd:destroy", "s=acme/{path}&y=1"),
    "a verb without a button": ("qd:help", "s=acme/{other}"),
    "a link without a token": ("qd:link", ""),
    "a record of nothing": ("qd:audit", "a=%3C0-0%0AFLUSHALL&q=U0BEN"),
}


async def test_altered_buttons_act_on_nothing(scene: Scene) -> None:
    await scene.pulumi.put_stack("alter/running", "slow-success")
    await scene.pulumi.put_stack("alter/other", "quick-success")
    started = await scene.pulumi.start("alter/running")
    before = await done(scene)
    for name, (action, value) in VALUES.items():
        attacker = await Attacker(scene).begin()
        filled = (
            value.replace("{id}", started["id"])
            .replace("{other}", "alter/other")
            .replace("{path}", "alter/running")
        )
        answer = await attacker.send(press(action, filled, user="U0CLEO"))
        assert answer.status_code == 200, name
        told = await attacker.refused(what=name)
        assert told.user == "U0CLEO", name
    assert await done(scene) == before
    assert (await scene.deployed("alter/running"))["status"] == "succeeded"
    assert await scene.pulumi.deployments("alter/other") == []


UNKNOWN = ("qd:launch", "qd:deploy_everything", "approve", "qd:", "' OR 1=1")


async def test_unknown_buttons_are_on_record_and_do_nothing(scene: Scene) -> None:
    before = await done(scene)
    for action in UNKNOWN:
        attacker = await Attacker(scene).begin()
        await attacker.send(press(action, "s=acme/web/dev&y=1"))
        assert (await attacker.refused(rule=BUTTONS)).reason == action
    assert await done(scene) == before


async def test_an_unknown_form_is_on_record_and_does_nothing(scene: Scene) -> None:
    attacker = await Attacker(scene).begin()
    answer = await attacker.send(submit("qd:grant", {"reason": "x"}, remember={"r": "r-1"}))
    assert "Nothing was done" in json.dumps(answer.json())
    assert (await attacker.refused(rule=BUTTONS)).reason == "qd:grant"


async def test_a_vote_button_of_one_stack_does_not_vote_on_another(scene: Scene) -> None:
    request = await waiting(scene, "swap/prod")
    attacker = await Attacker(scene).begin()
    await attacker.send(press("qd:approve", f"s=acme/web/dev&r={request.id}", user="U0BEN", channel="C0PROD"))
    assert (await attacker.refused(rule=BUTTONS)).user == "U0BEN"
    assert await scene.pulumi.deployments("swap/prod") == []


async def test_a_button_that_skips_the_question_still_needs_the_approval(scene: Scene) -> None:
    await scene.pulumi.put_stack("skip/prod", "quick-success")
    attacker = await Attacker(scene).begin()
    await attacker.send(press("qd:deploy", "s=acme/skip/prod&y=1", channel="C0PROD"))
    await attacker.refused(outcome="awaiting")
    assert await scene.pulumi.deployments("skip/prod") == []


# Not one of us

STRANGERS: dict[str, Callable[[], Json]] = {
    "a command of another workspace": lambda: command("deploy web/dev", team="T0GLOBEX"),
    "a button of another workspace": lambda: press("qd:deploy", "s=acme/web/dev&y=1", team="T0GLOBEX"),
    "a modal of another workspace": lambda: submit(
        REJECT, {"reason": "x"}, remember={"r": "r"}, team="T0GLOBEX"
    ),
    "a guest's button": lambda: press("qd:deploy", "s=acme/web/dev&y=1", home="T0GLOBEX"),
    "a guest's modal": lambda: submit(REJECT, {"reason": "x"}, remember={"r": "r"}, home="T0GLOBEX"),
    "a command of somebody who left": lambda: command("deploy web/dev", user="U0EVE"),
    "a button of somebody who left": lambda: press("qd:deploy", "s=acme/web/dev&y=1", user="U0EVE"),
    "a modal of somebody who left": lambda: submit(
        REJECT, {"reason": "x"}, remember={"r": "r"}, user="U0EVE"
    ),
    "a command of nobody": lambda: command("deploy web/dev", user="U0NOBODY"),
}


async def test_strangers_and_those_who_left_are_turned_away_and_on_record(scene: Scene) -> None:
    before = await done(scene)
    for name, ask in STRANGERS.items():
        attacker = await Attacker(scene).begin()
        assert (await attacker.send(ask())).status_code == 200, name
        await attacker.refused(rule="members only", what=name)
    await scene.quiet()
    assert await done(scene) == before


# Tokens


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


async def linked(scene: Scene, attacker: Attacker, token: str, user: str) -> None:
    await attacker.send(submit("qd:link", {"token": token}, remember={"c": "C0DEPLOYS"}, user=user))


async def test_a_login_that_somebody_linked_is_taken_over_by_nobody(scene: Scene) -> None:
    attacker = await Attacker(scene).begin()
    await linked(scene, attacker, "pul-ana", "U0ANA")
    assert (await attacker.refused(outcome="linked")).user == "U0ANA"
    for thief in ("U0BEN", "U0CLEO"):
        await linked(scene, attacker, "pul-ana-second", thief)
        await scene.whisper(thief[2:].lower(), "deploys", "linked to somebody else")
        assert await RedisState(scene.redis, TEAM).link_of(thief) is None
        assert "no Pulumi login" in await scene.told(thief[2:].lower(), "deploys", "whoami")
    assert "run as ana" in await scene.told("ana", "deploys", "whoami")
    assert "forgotten" in await scene.told("ana", "deploys", "unlink")
    found = await everywhere(scene)
    assert "pul-ana" not in found


NOBODYS = ("pul-none-such", TOKEN, "xoxb-0123456789-abcdef", "pul-stranger")


async def test_a_token_that_is_nobodys_links_nothing_and_is_kept_nowhere(scene: Scene) -> None:
    for token in NOBODYS:
        attacker = await Attacker(scene).begin()
        await linked(scene, attacker, token, "U0DEV")
        await attacker.refused(what=token)
    assert await RedisState(scene.redis, TEAM).link_of("U0DEV") is None
    await scene.quiet()
    found = await everywhere(scene)
    assert [token for token in NOBODYS if token in found] == []


NO_TOKENS = ("two words", "x" * 5000, "", "line\nbreak")


async def test_what_can_be_no_token_is_refused_under_the_field(scene: Scene) -> None:
    attacker = await Attacker(scene).begin()
    for token in NO_TOKENS:
        answer = await attacker.send(submit("qd:link", {"token": token}, remember={}, user="U0DEV"))
        assert list(answer.json()["errors"]) == ["token"], token
        assert not token or token not in answer.text
        assert (await attacker.refused()).verb == "link"


async def test_a_sealed_token_out_of_a_request_is_of_no_use_to_somebody_else(scene: Scene) -> None:
    """Not even somebody who reads Redis and can put commands into the inbox becomes Ana."""
    attacker = await Attacker(scene).begin()
    await linked(scene, attacker, "pul-ana", "U0ANA")
    await attacker.refused(outcome="linked")
    state = RedisState(scene.redis, TEAM)
    link = await state.link_of("U0ANA")
    assert link is not None
    body = await scene.redis.hget("qd:{T0QUARTER}:link:U0ANA", "body")
    await scene.redis.hset("qd:{T0QUARTER}:link:U0DEV", "body", body or b"")
    await attacker.send(command("deploy web/dev", user="U0DEV"))
    assert "can't be read" in (await attacker.refused()).reason
    await scene.redis.delete("qd:{T0QUARTER}:link:U0DEV")
    await scene.told("ana", "deploys", "unlink")


LEAKS = {
    "as a word after link": f"link {TOKEN}",
    "as a stack": f"deploy {TOKEN}",
    "as a verb": TOKEN,
    "in a message": f'deploy leak/dev -m "uses {TOKEN}"',
    "in a reason": f"pause leak/dev because {TOKEN}",
    "as a person": f"can @{TOKEN} deploy web/dev",
    "as somebody's records": f"audit @{TOKEN}",
}


async def test_a_token_typed_in_the_wrong_place_is_neither_posted_nor_logged(scene: Scene) -> None:
    await scene.pulumi.put_stack("leak/dev", "quick-success")
    attacker = await Attacker(scene).begin()
    for text in (*LEAKS.values(), "resume leak/dev"):
        assert (await attacker.send(command(text, user="U0CLEO"))).status_code == 200
        await scene.quiet()
    state = await scene.slack.state()
    posted = json.dumps([message for channel in state["channels"] for message in channel["messages"]])
    assert TOKEN not in posted
    assert TOKEN not in logged(scene)
    assert TOKEN not in repr(await attacker.records())


async def test_a_token_in_a_reason_is_taken_out_before_anybody_reads_it(scene: Scene) -> None:
    request = await waiting(scene, "leak/prod")
    attacker = await Attacker(scene).begin()
    reason = f"the token {TOKEN} is wrong"
    await attacker.send(submit(REJECT, {"reason": reason}, remember={"r": request.id}, user="U0BEN"))
    assert "[redacted" in (await attacker.refused(outcome="rejected")).reason
    await scene.card("prod", "leak/prod", "rejected", "redacted")
    await scene.quiet()
    assert TOKEN not in await everywhere(scene)


# Marks and mentions

SHOUT = (
    "<!channel> <!everyone> <@U0BEN> <#C0PROD|prod> <https://evil.example|click> *bold* `code` ~x~ ```y```"
)
SHOUTS = {
    "a message": f'deploy shout/dev -m "{SHOUT}"',
    "a pause's reason": f"pause shout/dev {SHOUT}",
    "a lock's reason": f"lock shout/dev {SHOUT}",
    "a branch": "deploy shout/dev --branch <!channel>|*main*`x`",
    "a stack": "deploy <!channel>/<@U0BEN>",
    "a verb": "<!here> deploy",
    "a person": "can @<!channel> deploy shout/dev",
    "records": "audit <!channel>",
}


async def test_what_people_type_mentions_nobody(scene: Scene) -> None:
    await scene.pulumi.put_stack("shout/dev", "quick-success")
    attacker = await Attacker(scene).begin()
    for text in (*SHOUTS.values(), "resume shout/dev", "unlock shout/dev"):
        assert (await attacker.send(command(text, user="U0CLEO"))).status_code == 200
        await scene.quiet()
    await assert_nobody_is_shouted_at(scene)


async def test_a_reason_mentions_nobody_on_the_card_and_in_the_audit(scene: Scene) -> None:
    request = await waiting(scene, "shout/prod")
    attacker = await Attacker(scene).begin()
    await attacker.send(submit(REJECT, {"reason": SHOUT}, remember={"r": request.id}, user="U0BEN"))
    await scene.card("prod", "shout/prod", "rejected")
    assert "rejected" in await scene.told("ana", "deploys", "audit acme/shout/prod")
    await scene.quiet()
    await assert_nobody_is_shouted_at(scene)


async def test_pulumis_own_words_mention_nobody(scene: Scene) -> None:
    """A name that only Pulumi could have given is quoted in its refusal."""
    attacker = await Attacker(scene).begin()
    await attacker.send(command('deploy "acme/web/<!channel>"', user="U0CLEO"))
    await attacker.refused()
    await scene.quiet()
    await assert_nobody_is_shouted_at(scene)


# Pulumi's webhook

WEBHOOK_SECRET = "sandbox-webhook-secret"
EVENT = {
    "organization": {"githubLogin": "acme"},
    "projectName": "web",
    "stackName": "dev",
    "version": 1,
    "status": "succeeded",
}


def webhook(secret: str = WEBHOOK_SECRET, event: Json = EVENT) -> Signed:
    body = json.dumps(event).encode()
    signature = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return Signed(body, {"Pulumi-Webhook-Signature": signature, "Pulumi-Webhook-Kind": "deployment"})


WEBHOOKS: dict[str, tuple[Signed, int]] = {
    "another's secret": (webhook("guessed-secret"), 401),
    "no signature": (_without("Pulumi-Webhook-Signature")(webhook()), 401),
    "another body": (
        replace(webhook(), body=b'{"organization":{"githubLogin":"acme"},"status":"failed"}'),
        401,
    ),
    "somebody else's organisation": (
        webhook(event={**EVENT, "organization": {"githubLogin": "globex"}}),
        204,
    ),
    "a kind of its own": (_with("Pulumi-Webhook-Kind", "drop_table")(webhook()), 204),
    "what never happened": (webhook(event={**EVENT, "status": "<!channel> failed"}), 204),
    "the same ten times": (webhook(), 204),
}


async def test_a_webhook_makes_nothing_happen_and_nothing_believed(scene: Scene) -> None:
    before, attacker = await done(scene), await Attacker(scene).begin()
    said = json.dumps((await scene.slack.channel("deploys"))["messages"])
    async with httpx.AsyncClient(base_url=scene.world.web) as http:
        for name, (request, status) in WEBHOOKS.items():
            times = 10 if "ten" in name else 1
            posts = [
                http.post("/pulumi/webhook", content=request.body, headers=request.headers)
                for _ in range(times)
            ]
            assert {answer.status_code for answer in await asyncio.gather(*posts)} == {status}, name
    await scene.quiet()
    assert await done(scene) == before
    assert await attacker.records() == []
    assert json.dumps((await scene.slack.channel("deploys"))["messages"]) == said
