"""Commands run as the person who linked a login: Pulumi's own permissions hold, and a revoked token falls back to nothing."""

from __future__ import annotations

import json

import pytest

from tests.scenarios.scene import CREATE, SOON, Json, Scene

pytestmark = [pytest.mark.scenario, pytest.mark.asyncio(loop_scope="module")]


def is_form(view: Json) -> bool:
    return bool(view["callback_id"] == "qd:link")


async def link(scene: Scene, user: str, token: str) -> str:
    """Through the form, as a person does it; what they are told."""
    before = await scene.no_whisper_yet("deploys")
    await scene.ask(user, "deploys", "link")
    form = await scene.view(user, is_form)
    assert "no field for passwords" in json.dumps(form["blocks"])
    await scene.slack.submit(user, form["id"], {"token": {"token": token}})
    return str((await scene.whisper(user, "deploys", ignoring=before))["text"])


async def test_a_linked_person_acts_with_their_own_permissions_until_they_unlink(scene: Scene) -> None:
    await scene.pulumi.put_stack("mine/dev", "quick-success")
    await scene.pulumi.put_stack("mine/prod", "quick-success")
    assert "linked as ben" in await link(scene, "ben", "pul-ben")
    assert "run as ben (Ben Okafor) on Pulumi" in await scene.told("ben", "deploys", "whoami")

    await scene.ask("ben", "deploys", "deploy mine/dev")
    await scene.card("deploys", "mine/dev", "succeeded", "as ben on Pulumi")
    newest = await scene.pulumi.newest("mine/dev")
    assert newest["requestedBy"]["githubLogin"] == "ben"
    names = [each["name"] for each in newest["configuration"]["environmentVariables"]]
    assert "QUARTERDECK_REQUESTED_BY_U0BEN" in names

    refused = await scene.told("ben", "deploys", "pause mine/prod")
    assert "does not let ben do this (403)" in refused

    await scene.ask("ben", "prod", "deploy mine/prod")
    card = await scene.card("prod", "mine/prod", "approv")
    await scene.press_anew("ana", "prod", card, "qd:approve")
    await scene.card("prod", "mine/prod", "could not be started", "does not let ben do this")
    assert await scene.pulumi.deployments("mine/prod") == []

    assert "forgotten" in await scene.told("ben", "deploys", "unlink")
    await scene.ask("ben", "deploys", "deploy mine/dev")
    await scene.deployed("mine/dev")
    await scene.quiet()
    assert (await scene.pulumi.newest("mine/dev"))["requestedBy"]["githubLogin"] == "quarterdeck"


async def test_what_others_approve_runs_as_the_one_who_asked_and_pulumi_shows_both(scene: Scene) -> None:
    await scene.pulumi.put_stack("ours/prod", "quick-success")
    await link(scene, "ana", "pul-ana")
    await scene.ask("ana", "prod", "deploy ours/prod")
    card = await scene.card("prod", "ours/prod", "approv")
    await scene.press_anew("ben", "prod", card, "qd:approve")
    await scene.card("prod", "ours/prod", "succeeded", "as ana on Pulumi")
    newest = await scene.pulumi.newest("ours/prod")
    names = {each["name"] for each in newest["configuration"]["environmentVariables"]}
    assert {"QUARTERDECK_REQUESTED_BY_U0ANA", "QUARTERDECK_APPROVED_BY_U0BEN"} <= names
    assert newest["requestedBy"]["githubLogin"] == "ana"
    await scene.told("ana", "deploys", "unlink")


async def test_a_revoked_token_is_told_with_the_way_out_and_nothing_runs(scene: Scene) -> None:
    await scene.pulumi.put_stack("gone/dev", "quick-success")
    await link(scene, "ana", "pul-ana-second")
    await scene.pulumi.revoke("pul-ana-second")
    before = await scene.pulumi.requests(CREATE)
    said = await scene.told("ana", "deploys", "deploy gone/dev")
    assert "no longer accepts the token that was linked as ana" in said
    assert "no longer accepted" in await scene.told("ana", "deploys", "whoami")
    assert await scene.pulumi.deployments("gone/dev") == []
    assert await scene.pulumi.requests(CREATE) <= before + 1  # asked, and refused by Pulumi
    await scene.told("ana", "deploys", "unlink", within=SOON)
    await scene.ask("ana", "deploys", "deploy gone/dev")
    await scene.card("deploys", "gone/dev", "succeeded")
    await scene.pulumi.revoke("pul-ana-second", revoked=False)


async def test_the_login_of_somebody_who_left_is_freed_by_whom_a_rule_lets(scene: Scene) -> None:
    """Dev had Ana's login; he leaves, and it stays his until somebody of the platform team frees it."""
    assert "linked as ana" in await link(scene, "dev", "pul-ana")
    await scene.slack.account("dev", active=False)
    assert "linked to somebody else" in await link(scene, "ana", "pul-ana")
    assert "Only @platform may unlink" in await scene.told("cleo", "deploys", "unlink U0DEV")
    assert "token of <@U0DEV> is forgotten" in await scene.told("ben", "deploys", "unlink U0DEV")
    assert "linked as ana" in await link(scene, "ana", "pul-ana")
    assert "unlinked" in await scene.told("ben", "deploys", "audit U0BEN")
    await scene.told("ana", "deploys", "unlink")
    await scene.slack.account("dev", active=True)


async def test_a_token_typed_after_the_command_is_not_taken(scene: Scene) -> None:
    answer = await scene.ask("dev", "deploys", "link pul-ana")
    assert "type no token here" in answer["body"]["text"]
    assert "pul-ana" not in answer["body"]["text"]
