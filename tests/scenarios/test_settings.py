"""Settings from Slack: look, edit, review, save, clear; and a secret that is typed is nowhere but at Pulumi."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx
import pytest

from tests.browser import chromium, opened
from tests.scenarios.scene import SOON, Json, Scene

pytestmark = [pytest.mark.scenario, pytest.mark.asyncio(loop_scope="module")]

HUSH = "tr0ub4dor-and-3-staples"
KEY = f"-----BEGIN OPENSSH PRIVATE KEY-----\n{HUSH}\n-----END OPENSSH PRIVATE KEY-----"
PATIENCE = SOON * 1000  # milliseconds


def settings_of(**environment: Any) -> Json:
    return {
        "sourceContext": {
            "git": {
                "repoURL": "https://github.com/acme/shop.git",
                "branch": "refs/heads/main",
                "gitAuth": {"basicAuth": {"userName": "git", "password": {"secret": "pat-0123456789"}}},
            }
        },
        "operationContext": {"environmentVariables": {"REGION": "eu-west-1", **environment}},
    }


async def stack(scene: Scene, path: str, settings: Json | None) -> None:
    await scene.pulumi.put_stack(path, "quick-success", settings=settings)


async def now(scene: Scene, path: str) -> Json:
    """The settings at Pulumi Cloud, as its API tells them."""
    return json.loads((await _api(scene, "GET", path)).text)  # type: ignore[no-any-return]


async def _api(scene: Scene, method: str, path: str, body: Json | None = None) -> httpx.Response:
    async with httpx.AsyncClient(base_url=scene.world.pulumi) as http:
        return await http.request(
            method,
            f"/api/stacks/acme/{path}/deployments/settings",
            json=body,
            headers={"Authorization": "token pul-sandbox"},
        )


async def showing(scene: Scene, user: str, *words: str) -> Json:
    """The modal of somebody once it holds the words."""
    return await scene.view(user, lambda view: all(word in json.dumps(view["blocks"]) for word in words))


async def looking_at(scene: Scene, user: str, path: str, *words: str, channel: str = "deploys") -> Json:
    await scene.ask(user, channel, f"settings {path}")
    return await showing(scene, user, *words)


async def form_of(scene: Scene, user: str, path: str) -> Json:
    view = await looking_at(scene, user, path, "edit-settings")
    await scene.slack.press_in_view(user, view, "qd:edit-settings")
    return await showing(scene, user, "repo_url")


async def fill_in(scene: Scene, user: str, form: Json, **fields: Any) -> Json:
    values = {name: {name: value} for name, value in fields.items()}
    return await scene.slack.submit(user, form["id"], values)


async def close(scene: Scene, user: str) -> None:
    for view in (await scene.slack.state())["views"]:
        if view["user"] == f"U0{user.upper()}":
            await scene.slack.close(user, view["id"])


async def test_everybody_sees_what_is_set(scene: Scene) -> None:
    await stack(scene, "look/prod", settings_of(API_PASSWORD={"secret": HUSH}))
    view = await looking_at(scene, "ben", "look/prod", "REGION", channel="oncall")
    said = json.dumps(view["blocks"], ensure_ascii=False)
    assert "• repository address: `https://github.com/acme/shop.git`" in said
    assert "• signs in with: a password, as git" in said
    assert "`API_PASSWORD`: _hidden_" in said
    assert HUSH not in said
    assert "ciphertext" not in said
    await close(scene, "ben")


async def test_what_no_rule_allows_is_refused_with_the_rule_that_would(scene: Scene) -> None:
    await stack(scene, "look/prod", settings_of())
    view = await looking_at(scene, "ben", "look/prod", "edit-settings")
    await scene.slack.press_in_view("ben", view, "qd:edit-settings")
    said = json.dumps((await showing(scene, "ben", "[[rules]]"))["blocks"])
    assert "Nobody may change the settings of look/prod" in said
    await close(scene, "ben")


async def test_what_is_reviewed_is_saved_and_told_and_a_secret_is_only_at_pulumi(scene: Scene) -> None:
    await stack(scene, "edit/dev", settings_of())
    form = await form_of(scene, "ana", "edit/dev")
    lines = "REGION=eu-north-1\nLEVEL=debug"
    await fill_in(scene, "ana", form, branch="next", variables=lines, secrets=f"NPM_TOKEN={HUSH}")
    review = await showing(scene, "ana", "Nothing is saved yet")
    said = json.dumps(review["blocks"], ensure_ascii=False)
    assert "branch: `main` → `next`" in said
    assert "`NPM_TOKEN`: new secret (hidden)" in said
    assert (await now(scene, "edit/dev"))["sourceContext"]["git"]["branch"] == "refs/heads/main"
    await scene.slack.submit("ana", review["id"], {})
    await showing(scene, "ana", "Saved")
    card = await scene.card("deploys", "edit/dev", "settings changed")
    names = "branch, variable LEVEL, variable NPM_TOKEN, variable REGION"
    assert card["text"] == f"edit/dev: deployment settings changed by <@U0ANA>: {names}."
    set_now = await now(scene, "edit/dev")
    assert set_now["sourceContext"]["git"]["branch"] == "refs/heads/next"
    assert set_now["sourceContext"]["git"]["gitAuth"]["basicAuth"]["userName"] == "git"
    assert set_now["operationContext"]["environmentVariables"]["NPM_TOKEN"]["ciphertext"]
    assert HUSH not in json.dumps(await scene.slack.state())
    await scene.quiet()
    await asyncio.to_thread(_assert_nowhere, scene)
    await close(scene, "ana")


async def test_a_source_that_takes_a_key_is_signed_in_to_and_the_key_is_only_at_pulumi(scene: Scene) -> None:
    await stack(scene, "key/dev", settings_of())
    form = await form_of(scene, "ana", "key/dev")
    await fill_in(scene, "ana", form, ssh_key=KEY, ssh_password=HUSH)
    review = await showing(scene, "ana", "Nothing is saved yet")
    said = json.dumps(review["blocks"], ensure_ascii=False)
    assert "signs in with: a password, as git (hidden) → an SSH key (hidden)" in said
    await scene.slack.submit("ana", review["id"], {})
    await showing(scene, "ana", "Saved")
    auth = (await now(scene, "key/dev"))["sourceContext"]["git"]["gitAuth"]
    assert auth.keys() == {"sshAuth"}
    await close(scene, "ana")
    await scene.ask("ana", "deploys", "deploy key/dev")
    await scene.assert_told_once("deploys", "key/dev", outcome="succeeded")
    assert HUSH not in json.dumps(await scene.slack.state())
    await asyncio.to_thread(_assert_nowhere, scene)


def _assert_nowhere(scene: Scene) -> None:
    """Neither in a log nor in what Redis wrote to its disk."""
    everything = [path for path in scene.world.fleet.logs.parent.rglob("*") if path.is_file()]
    assert any("appendonly" in str(path) for path in everything)
    assert any(path.name == "worker.log" for path in everything)
    assert [path for path in everything if HUSH.encode() in path.read_bytes()] == []


async def test_somebody_elses_change_in_between_is_shown_before_anything_is_saved(scene: Scene) -> None:
    await stack(scene, "race/dev", settings_of())
    form = await form_of(scene, "ana", "race/dev")
    await fill_in(scene, "ana", form, branch="next")
    review = await showing(scene, "ana", "Nothing is saved yet")
    await _api(scene, "POST", "race/dev", {"sourceContext": {"git": {"branch": "refs/heads/hotfix"}}})
    await scene.slack.submit("ana", review["id"], {})
    again = await showing(scene, "ana", "changed meanwhile")
    assert "`hotfix` → `next`" in json.dumps(again["blocks"], ensure_ascii=False)
    assert (await now(scene, "race/dev"))["sourceContext"]["git"]["branch"] == "refs/heads/hotfix"
    await scene.slack.submit("ana", again["id"], {})
    await showing(scene, "ana", "Saved")
    assert (await now(scene, "race/dev"))["sourceContext"]["git"]["branch"] == "refs/heads/next"
    await close(scene, "ana")


async def test_what_is_wrong_is_told_under_its_input(scene: Scene) -> None:
    await stack(scene, "wrong/dev", settings_of())
    form = await form_of(scene, "ana", "wrong/dev")
    answer = await fill_in(scene, "ana", form, commit="1f0c9ab", aws_role="deploy", variables="PULUMI_HOME=x")
    assert set(answer["body"]["errors"]) == {"commit", "aws_role", "aws_session", "variables"}
    await close(scene, "ana")


async def test_a_stack_without_settings_is_set_up(scene: Scene) -> None:
    await stack(scene, "new/dev", None)
    view = await looking_at(scene, "cleo", "new/dev", "Set up")
    await scene.slack.press_in_view("cleo", view, "qd:edit-settings")
    form = await showing(scene, "cleo", "repo_url")
    switches = ["github_deploy", "github_preview"]
    await fill_in(
        scene,
        "cleo",
        form,
        github="acme/new",
        branch="main",
        github_switches=switches,
        github_paths="infra/**",
    )
    review = await showing(scene, "cleo", "Nothing is saved yet")
    await scene.slack.submit("cleo", review["id"], {})
    await showing(scene, "cleo", "Saved")
    block = (await now(scene, "new/dev"))["gitHub"]
    assert block["repository"] == "acme/new"
    assert (block["deployCommits"], block["previewPullRequests"], block["paths"]) == (
        True,
        True,
        ["infra/**"],
    )
    await close(scene, "cleo")


async def test_settings_are_cleared_by_name_only(scene: Scene) -> None:
    await stack(scene, "gone/dev", settings_of())
    view = await looking_at(scene, "dev", "gone/dev", "clear-settings")
    await scene.slack.press_in_view("dev", view, "qd:clear-settings")
    asked = await showing(scene, "dev", "to clear them")
    answer = await fill_in(scene, "dev", asked, name="gone/prod")
    assert "Type gone/dev" in answer["body"]["errors"]["name"]
    assert (await _api(scene, "GET", "gone/dev")).status_code == 200
    await fill_in(scene, "dev", asked, name="gone/dev")
    await showing(scene, "dev", "no deployment settings any more")
    await scene.card("deploys", "gone/dev", "settings cleared")
    assert (await _api(scene, "GET", "gone/dev")).status_code == 404
    await close(scene, "dev")


@pytest.mark.browser
async def test_a_person_edits_reviews_and_saves_in_a_browser(scene: Scene) -> None:
    await stack(scene, "click/dev", settings_of())
    async with chromium() as browser:
        page = await opened(
            await browser.new_page(viewport={"width": 1280, "height": 900}),
            f"{scene.world.slack}/c/deploys?as=ana",
        )
        await scene.ask("ana", "deploys", "settings click/dev")
        modal = page.get_by_test_id("modal")
        await modal.get_by_role("button", name="Edit").click(timeout=PATIENCE)
        await modal.get_by_label("Branch").fill("next", timeout=PATIENCE)
        await modal.get_by_label("Variables").fill("REGION=eu-north-1")
        await modal.get_by_label("Secrets").fill(f"NPM_TOKEN={HUSH}")
        await modal.get_by_role("button", name="Review changes").click()
        await modal.get_by_text("Nothing is saved yet").wait_for(timeout=PATIENCE)
        assert HUSH not in await page.content()
        await modal.get_by_role("button", name="Save").click()
        await modal.get_by_text("Saved. Deployments").wait_for(timeout=PATIENCE)
        await modal.get_by_role("button", name="Show settings").click()
        await modal.get_by_text("NPM_TOKEN").wait_for(timeout=PATIENCE)
        await page.get_by_text("deployment settings changed by").first.wait_for(timeout=PATIENCE)
        assert HUSH not in await page.content()
    assert (await now(scene, "click/dev"))["sourceContext"]["git"]["branch"] == "refs/heads/next"
    await close(scene, "ana")
