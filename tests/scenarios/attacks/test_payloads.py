"""Signed, but no button or form of ours said so, or nobody of ours sent it: it acts on nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.domain.refusals import MEMBERS_ONLY, OUR_BUTTONS
from tests.scenarios.attacks.attacker import attack, request_of
from tests.scenarios.attacks.requests import command, press, submit
from tests.scenarios.scene import Json, Scene

pytestmark = [
    pytest.mark.scenario,
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.usefixtures("forged_triggers"),
]

NOTHING = "0" * 8 + "-0000-4000-8000-" + "0" * 12
REJECT = "qd:reject"

# What is pressed, what is said to it, and the rule that says so where one does.
VALUES: dict[str, tuple[str, str, str, str]] = {
    "another stack's deployment, to cancel": (
        "qd:cancel",
        "s=acme/{other}&d={id}&v=1&y=1",
        "no longer exists at Pulumi Cloud",
        "",
    ),
    "another stack's deployment, unconfirmed": (
        "qd:cancel",
        "s=acme/{other}&d={id}",
        "no longer exists at Pulumi Cloud",
        "",
    ),
    "another stack's log": ("qd:logs", "s=acme/{other}&d={id}", "does not exist at Pulumi Cloud", ""),
    "another stack's log, into the channel": (
        "qd:send_log",
        "s=acme/{other}&d={id}",
        "does not exist at Pulumi Cloud",
        "",
    ),
    "a deployment of nobody": (
        "qd:cancel",
        f"s=acme/{{other}}&d={NOTHING}&y=1",
        "no longer exists at Pulumi Cloud",
        "",
    ),
    "a path for an id": (
        "qd:cancel",
        "s=acme/{other}&d=..%2F..%2Fpause&y=1",
        "no longer exists at Pulumi Cloud",
        "",
    ),
    "a path for a stack": (
        "qd:deploy",
        "s=acme/..%2F..%2Fweb%2Fdev&y=1",
        "more parts than a stack's name can have",
        "",
    ),
    "a number of 1,900 digits": (
        "qd:cancel",
        "s=acme/{other}&y=1&v=" + "9" * 1900,
        "there is nothing to cancel",
        "",
    ),
    "2,000 characters": ("qd:deploy", "s=" + "a" * 1998, "can't be the name of a stack", ""),
    "50,000 characters": ("qd:deploy", "s=" + "a" * 50_000, "can't be the name of a stack", ""),
    "no value": ("qd:cancel", "", "can't be the name of a stack", ""),
    "not a query": ("qd:cancel", "\x00\x01{%s}?", "can't be the name of a stack", ""),
    "an approval of nothing": ("qd:approve", "s=acme/{other}&r=no-such-request", "no longer on record", ""),
    "somebody else's organisation": ("qd:pause", "s=globex/web/dev", "which I don't work for", ""),
    "everything of an organisation, confirmed": (
        "qd:pause-org",
        "s=acme&y=1",
        "Nobody may pause everything of acme",
        "default",
    ),
    "settings, to clear": (
        "qd:clear-settings",
        "s=acme/{other}&y=1",
        "Nobody may change the settings of alter/other",
        "default",
    ),
    "a destroy that no rule lets run": (
        "qd:destroy",
        "s=acme/alter/running&y=1",
        "Destroying alter/running is not allowed",
        "default",
    ),
    "a verb without a button": ("qd:help", "s=acme/{other}", "nothing that a button does", OUR_BUTTONS),
    "somebody else's link": (
        "qd:unlink",
        "q=U0BEN",
        "Only @platform may unlink somebody else",
        "platform unlinks who left",
    ),
    "a link without a token": ("qd:link", "", "can't read what you handed over", ""),
    "a record of nothing": (
        "qd:audit",
        "a=%3C0-0%0AFLUSHALL&q=U0BEN",
        "not what others did",
        "[audit] readers",
    ),
}
UNKNOWN = {
    "qd:launch": "ana",
    "qd:deploy_everything": "ben",
    "approve": "cleo",
    "qd:": "dev",
    "' OR 1=1": "ana",
}


async def test_altered_buttons_act_on_nothing(scene: Scene) -> None:
    await scene.pulumi.put_stack("alter/running", "slow-success")
    await scene.pulumi.put_stack("alter/other", "quick-success")
    started = await scene.pulumi.start("alter/running")
    for name, (action, value, answer, rule) in VALUES.items():
        filled = value.replace("{id}", started["id"]).replace("{other}", "alter/other")
        async with attack(scene, answer=answer, rule=rule) as attacker:
            assert (await attacker.send(press(action, filled, user="U0CLEO"))).status_code == 200, name
    assert (await scene.deployed("alter/running"))["status"] == "succeeded"
    assert await scene.pulumi.deployments("alter/other") == []


@pytest.mark.parametrize(("action", "by"), UNKNOWN.items())
async def test_an_unknown_button_does_nothing(scene: Scene, action: str, by: str) -> None:
    """By several people: the bot's word goes by direct message, and Slack takes one of those a second."""
    async with attack(scene, by, answer="I don't know this button", rule=OUR_BUTTONS) as attacker:
        await attacker.send(press(action, "s=acme/web/dev&y=1", user=attacker.user))
    assert (await attacker.recorded("refused")).reason == action


async def test_an_unknown_form_does_nothing(scene: Scene) -> None:
    async with attack(scene, "ana", answer="Nothing was done", rule=OUR_BUTTONS) as attacker:
        await attacker.send(submit("qd:grant", {"reason": "x"}, remember={"r": "r-1"}))


async def test_a_vote_button_of_one_stack_does_not_vote_on_another(scene: Scene) -> None:
    request = await request_of(scene, "swap/prod")
    async with attack(scene, "ben", answer="belongs to another request", rule=OUR_BUTTONS) as attacker:
        vote = press("qd:approve", f"s=acme/web/dev&r={request.id}", user="U0BEN", channel="C0PROD")
        await attacker.send(vote)
    assert await scene.pulumi.deployments("swap/prod") == []


async def test_a_button_that_skips_the_question_still_needs_the_approval(scene: Scene) -> None:
    await scene.pulumi.put_stack("skip/prod", "quick-success")
    async with attack(
        scene, "ana", answer=None, rule="production in general", outcome="awaiting"
    ) as attacker:
        await attacker.send(press("qd:deploy", "s=acme/skip/prod&y=1", channel="C0PROD"))
    await scene.card("prod", "skip/prod", "waiting for approval")
    assert await scene.pulumi.deployments("skip/prod") == []


OURS = "I work for another Slack workspace"
# Who sends it, what, and what they are told; somebody who left, or never was, can be told nothing.
STRANGERS: dict[str, tuple[str, Callable[[], Json], str | None]] = {
    "a command of another workspace": ("ana", lambda: command("deploy web/dev", team="T0GLOBEX"), OURS),
    "a button of another workspace": (
        "ana",
        lambda: press("qd:deploy", "s=acme/web/dev&y=1", team="T0GLOBEX"),
        OURS,
    ),
    "a modal of another workspace": (
        "ana",
        lambda: submit(REJECT, {"reason": "x"}, remember={"r": "r"}, team="T0GLOBEX"),
        OURS,
    ),
    "a guest's button": ("ana", lambda: press("qd:deploy", "s=acme/web/dev&y=1", home="T0GLOBEX"), OURS),
    "a guest's modal": (
        "ana",
        lambda: submit(REJECT, {"reason": "x"}, remember={"r": "r"}, home="T0GLOBEX"),
        None,
    ),
    "a command of somebody who left": ("eve", lambda: command("deploy web/dev", user="U0EVE"), None),
    "a button of somebody who left": (
        "eve",
        lambda: press("qd:deploy", "s=acme/web/dev&y=1", user="U0EVE"),
        None,
    ),
    "a modal of somebody who left": (
        "eve",
        lambda: submit(REJECT, {"reason": "x"}, remember={"r": "r"}, user="U0EVE"),
        None,
    ),
    "a command of nobody": ("nobody", lambda: command("deploy web/dev", user="U0NOBODY"), None),
}


@pytest.mark.parametrize("name", STRANGERS)
async def test_strangers_and_those_who_left_are_turned_away(scene: Scene, name: str) -> None:
    by, ask, answer = STRANGERS[name]
    async with attack(scene, by, answer=answer, rule=MEMBERS_ONLY) as attacker:
        assert (await attacker.send(ask())).status_code == 200
