"""What a review shows is what the service makes of the patch: against the sandbox's own reading of the merge rules, over HTTP."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from bot.domain.deployment_settings import merge
from bot.domain.settings_changes import NEW_SECRET, changes, plan
from bot.domain.settings_form import ON, Edits
from bot.domain.settings_parts import HIDDEN, leaves
from bot.domain.stacks import StackRef
from bot.pulumi.client import PulumiClient
from sandbox.pulumi_cloud import create_app
from tests.bot.domain.settings_samples import BY_GITHUB, FULL, HUSH, KEY, MASKED
from tests.pulumi_server import served

DEV = StackRef("acme", "web", "dev")
# The service hides by itself what is called a password, so one that becomes plain has another name.
HIDDEN_LEVEL = {"operationContext": {"environmentVariables": {"LEVEL": {"secret": "info"}}}}
EDITS = {
    "branch to commit": Edits({"branch": "", "commit": "1f0c9ab"}),
    "another source": Edits({"repo_url": "https://github.com/acme/api.git", "directory": ""}),
    "lists": Edits({"commands": "npm ci\nnpm run build", "skip_install": ""}),
    "no commands": Edits({"commands": ""}),
    "variables": Edits({}, {"REGION": "eu-north-1", "EMPTY": None, "NEW": "1"}),
    "secrets": Edits({}, {}, {"DB_PASSWORD": HUSH, "NPM_TOKEN": HUSH}),
    "secret to plain": Edits({}, {"LEVEL": "debug"}),
    "plain to secret": Edits({}, {}, {"REGION": HUSH}),
    "no variables": Edits({}, {"REGION": None, "EMPTY": None, "DB_PASSWORD": None, "LEVEL": None}),
    "clouds": Edits(
        {
            "aws_role": "",
            "aws_session": "",
            "azure_client": "a",
            "azure_tenant": "b",
            "azure_subscription": "c",
        }
    ),
    "image": Edits({"image": "acme/runner:2"}),
    "no image": Edits({"image": ""}),
    "another password": Edits(credentials={"git_password": HUSH}),
    "another user": Edits(credentials={"git_user": "bot"}),
    "a key instead of a password": Edits(credentials={"ssh_key": KEY, "ssh_password": HUSH}),
    "no credentials": Edits(credentials={"no_git": ON}),
    "another to pull the image": Edits(credentials={"image_user": "puller", "image_password": HUSH}),
    "nobody to pull the image": Edits(credentials={"image_user": ""}),
    "to github": Edits(
        {"repo_url": "", "github": "acme/web", "github_deploy": ON, "github_paths": "infra/**"}
    ),
}


def _in_the_clear(value: Any) -> Any:
    """Settings as they are written, with secrets."""
    if value is MASKED:
        return {"secret": "old-secret-value"}
    return {key: _in_the_clear(item) for key, item in value.items()} if isinstance(value, dict) else value


@pytest.mark.parametrize("wanted", EDITS.values(), ids=EDITS)
async def test_the_service_does_what_was_shown_and_nothing_else(wanted: Edits) -> None:
    with served() as switch:
        switch.app = create_app(seed=7)
        async with httpx.AsyncClient(trust_env=False) as http:
            cloud = PulumiClient(http, base_url=switch.url, token="pul-sandbox")
            before = await cloud.replace_settings(DEV, merge(_in_the_clear(FULL), HIDDEN_LEVEL))
            planned = plan(before.raw, wanted)
            after = await cloud.patch_settings(DEV, planned.patch)
            again = await cloud.patch_settings(DEV, planned.patch)
    assert planned.changes
    assert _shown(again.raw) == _shown(after.raw)
    happened = {(change.group, change.name): change for change in changes(before.raw, after.raw)}
    assert set(happened) == {(change.group, change.name) for change in planned.changes}
    for change in planned.changes:
        told = happened[change.group, change.name]
        assert told.before == change.before
        assert told.after == change.after or (change.after == (NEW_SECRET,) and told.after == (HIDDEN,))


async def test_turning_a_github_block_around_is_a_patch_too() -> None:
    wanted = Edits({"github": "", "repo_url": "https://github.com/acme/web.git"})
    with served() as switch:
        switch.app = create_app(seed=7)
        async with httpx.AsyncClient(trust_env=False) as http:
            cloud = PulumiClient(http, base_url=switch.url, token="pul-sandbox")
            before = await cloud.replace_settings(DEV, BY_GITHUB)
            after = await cloud.patch_settings(DEV, plan(before.raw, wanted).patch)
    assert after.github is None
    assert after.repo_url == "https://github.com/acme/web.git"


def _shown(raw: Any) -> list[Any]:
    return [(leaf.path, leaf.raw) for leaf in leaves(raw)]
