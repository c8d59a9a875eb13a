"""The same examples through the bot's own client: what it sends is accepted, what it reads is complete."""

import httpx
import pytest

from bot.domain.deployment_settings import one_spelling
from bot.domain.stacks import StackRef
from bot.errors import BadRequestError, NotFoundError
from bot.pulumi.client import PulumiClient
from sandbox.pulumi_cloud.times import ManualClock
from tests.contract import seed_examples as seed

STACK = StackRef(org="my-org", project="aws-ts-s3-folder", stack="dev")


@pytest.fixture(autouse=True)
def stack(api: httpx.Client) -> None:
    """The page's stack, never configured yet."""
    where = {"org": STACK.org, "project": STACK.project, "stack": STACK.stack}
    api.post("/sandbox/stacks", json={**where, "scenario": "quick-success", "settings": None})


async def deploy(client: PulumiClient, number: int = 1) -> str:
    created = await client.create(STACK, operation="update", request_id=f"r{number}")
    return created.id


@pytest.mark.parametrize("example", seed.SETTINGS.values(), ids=seed.SETTINGS.keys())
async def test_settings_are_written_and_read_back(client: PulumiClient, example: seed.Settings) -> None:
    patched = await client.patch_settings(STACK, example)
    assert (await client.settings(STACK)).raw == patched.raw
    context = example.get("operationContext", {})
    assert patched.pre_run_commands == tuple(context.get("preRunCommands", ()))
    assert {variable.name for variable in patched.variables} == set(context.get("environmentVariables", ()))
    assert patched.skip_install_dependencies == ("options" in context)
    assert patched.oidc == context.get("oidc", {})


async def test_parts_of_settings_have_names(client: PulumiClient) -> None:
    everything = (
        seed.PUSH_TO_DEPLOY | seed.EXECUTOR | {"sourceContext": {"git": {"branch": "refs/heads/demo"}}}
    )
    read = await client.patch_settings(STACK, everything)
    assert read.executor_image == "pulumi/pulumi-nodejs:latest"
    assert read.branch == "refs/heads/demo"
    assert read.github is not None
    assert (read.github.repository, read.github.deploy_commits) == ("pulumi/deploy-demos", True)
    assert (read.github.preview_pull_requests, read.github.pull_request_template) == (True, False)
    assert read.github.paths == tuple(seed.PUSH_TO_DEPLOY["gitHub"]["paths"])


@pytest.mark.parametrize(
    ("example", "way"), [(seed.SSH, "sshAuth"), (seed.BASIC, "basicAuth"), (seed.TOKEN, "basicAuth")]
)
async def test_the_way_to_read_git_is_known_and_its_secret_is_not(
    client: PulumiClient, example: seed.Settings, way: str
) -> None:
    read = await client.patch_settings(STACK, example)
    assert (read.git_auth, read.repo_url, read.repo_dir) == (way, seed.GIT["repoURL"], "aws-ts-s3-folder")
    assert "my" not in str(read.git["gitAuth"]).replace("myUserName", "")


@pytest.mark.parametrize("key", ["repoURL", "repoUrl"])
async def test_a_patch_does_what_the_client_foretold(
    http: httpx.AsyncClient, client: PulumiClient, key: str
) -> None:
    await http.post("/sandbox/settings", json={"options": {"repo_key": key}})
    current = await client.replace_settings(STACK, seed.CURRENT)
    foretold = current.patched(seed.PATCH)
    assert (await client.patch_settings(STACK, seed.PATCH)).raw == foretold.raw == seed.PATCHED


async def test_settings_are_cleared(client: PulumiClient) -> None:
    await client.replace_settings(STACK, seed.CURRENT)
    await client.clear_settings(STACK)
    with pytest.raises(NotFoundError):
        await client.settings(STACK)


async def test_settings_that_break_a_rule_are_an_error_that_names_the_field(client: PulumiClient) -> None:
    await client.replace_settings(STACK, seed.PUBLIC)
    with pytest.raises(BadRequestError, match=r"sourceContext\.git\.repoURL"):
        await client.patch_settings(STACK, seed.SOURCE_CONTROL_ONLY)


@pytest.mark.parametrize(
    ("example", "region"),
    [(seed.CREATE_INHERITING, "us-west-2"), (seed.CREATE_MERGED, "us-east-1"), (seed.CREATE_ALONE, "us-west-2")],
    ids=["the stack's settings", "merged settings", "the request's settings"],
)  # fmt: skip
async def test_deployments_are_created_three_ways(
    http: httpx.AsyncClient, client: PulumiClient, example: seed.Settings, region: str
) -> None:
    await client.replace_settings(STACK, seed.CURRENT)
    inherit = example.get("inheritSettings", True)
    given = {key: value for key, value in example.items() if key not in ("operation", "inheritSettings")}
    created = await client.create(
        STACK, operation=example["operation"], request_id="r1", settings=given, inherit=inherit
    )
    path = f"/api/stacks/{STACK.org}/{STACK.project}/{STACK.stack}/deployments/{created.id}"
    configuration = (await http.get(path)).json()["configuration"]
    shown = {variable["name"]: variable.get("value") for variable in configuration["environmentVariables"]}
    assert shown["AWS_REGION"] == region
    assert (
        one_spelling({"sourceContext": configuration["source"]})["sourceContext"]
        == seed.CURRENT["sourceContext"]
    )
    found = await client.find_request(STACK, "r1")
    assert found is not None
    assert found.id == created.id


@pytest.mark.parametrize("has_settings", [True, False])
async def test_a_null_for_all_variables_removes_every_inherited_one(
    client: PulumiClient,
    has_settings: bool,  # noqa: FBT001  a table
) -> None:
    """By the rules of "Patch Settings", although the request adds a variable of its own."""
    if has_settings:
        await client.replace_settings(STACK, seed.CURRENT)
    nothing = {**seed.PUBLIC, "operationContext": {"environmentVariables": None}}
    created = await client.create(STACK, operation="update", request_id="r1", settings=nothing)
    names = (await client.get(STACK, created.id)).environment
    assert {name for name in names if not name.startswith("PULUMI_")} == {"QUARTERDECK_REQUEST_r1"}


async def test_naming_a_commit_or_a_branch_replaces_the_stacks(client: PulumiClient) -> None:
    await client.replace_settings(STACK, seed.PUBLIC)
    pinned = await client.create(STACK, operation="preview", request_id="r1", commit="a1b2c3d4")
    assert (await client.get(STACK, pinned.id)).commit == "a1b2c3d4"
    await client.patch_settings(STACK, {"sourceContext": {"git": {"branch": None, "commit": "ffff"}}})
    other = await client.create(STACK, operation="preview", request_id="r2", branch="demo")
    assert (await client.get(STACK, other.id)).branch == "demo"


async def test_a_deployment_is_read_by_id_and_by_version(client: PulumiClient, clock: ManualClock) -> None:
    await client.replace_settings(STACK, seed.CURRENT)
    identifier = await deploy(client)
    clock.advance(2.5)
    by_id, by_version = await client.get(STACK, identifier), await client.get_version(STACK, 1)
    assert by_id == by_version
    assert (by_id.status, by_id.operation, by_id.branch) == ("running", "update", "demo")
    assert [step.name for step in by_id.jobs[0].steps][-2:] == ["Pre-run command 1", "pulumi update"]
    assert {"AWS_SECRET_ACCESS_KEY", "PULUMI_ACCESS_TOKEN"} <= by_id.environment


async def test_both_lists(client: PulumiClient, clock: ManualClock) -> None:
    await client.replace_settings(STACK, seed.PUBLIC)
    for number in range(6):
        await deploy(client, number)
        clock.advance(60)
    waiting = await deploy(client, 7)
    for page in (
        await client.list_stack(STACK, page_size=5),
        await client.list_org(STACK.org, page_size=5),
    ):
        assert (page.total, [one.version for one in page.deployments]) == (7, [7, 6, 5, 4, 3])
        assert page.deployments[0].id == waiting
        assert {one.stack for one in page.deployments} == {STACK}
        assert page.deployments[1].commit
    over = await client.list_stack(STACK, status="succeeded", asc=True)
    assert [one.version for one in over.deployments] == [1, 2, 3, 4, 5, 6]


async def test_what_pulumi_changed_is_read_from_updates(client: PulumiClient, clock: ManualClock) -> None:
    await client.replace_settings(STACK, seed.PUBLIC)
    identifier = await deploy(client)
    clock.advance(600)
    (update,) = await client.updates(STACK, identifier)
    assert (update.kind, update.result) == ("update", "succeeded")
    assert sum(update.changes.values()) > 0
    assert update.environment["git.head"] == (await client.list_stack(STACK)).deployments[0].commit
    log = "".join([line.text async for line in client.log(STACK, identifier)])
    assert f"+ {update.changes['create']} created" in log.replace("\x1b[38;5;2m", "")


async def test_the_whole_log_is_its_steps_one_after_the_other(
    http: httpx.AsyncClient, client: PulumiClient, clock: ManualClock
) -> None:
    await client.replace_settings(STACK, seed.CURRENT)
    identifier = await deploy(client)
    clock.advance(600)
    await http.post("/sandbox/settings", json={"options": {"log_page_lines": 7}})
    whole = [line async for line in client.log(STACK, identifier)]
    steps = (await client.get(STACK, identifier)).jobs[0].steps
    assert [line.header for line in whole if line.header] == [step.name for step in steps]
    lines = [
        [line async for line in client.step_log(STACK, identifier, job=0, step=number)]
        for number in range(len(steps))
    ]
    assert [line.text for step in lines for line in step] == [line.text for line in whole if not line.header]
    skipped = [line async for line in client.step_log(STACK, identifier, job=0, step=5, offset=10)]
    assert skipped == lines[5][10:]


async def test_a_stack_is_paused_and_resumed(client: PulumiClient) -> None:
    with pytest.raises(BadRequestError):
        await client.pause(STACK)
    await client.replace_settings(STACK, seed.PUBLIC)
    await client.pause(STACK)
    told = await client.metadata(STACK)
    assert (told.paused, told.stack_paused, told.organization_paused) == (True, True, False)
    await client.resume(STACK)
    assert not (await client.metadata(STACK)).paused


async def test_an_organization_is_paused_and_resumed(client: PulumiClient) -> None:
    await client.replace_settings(STACK, seed.PUBLIC)
    await client.pause(STACK)
    await client.pause_org(STACK.org)
    await deploy(client)
    told = await client.org_metadata(STACK.org)
    assert (told.paused, told.paused_stacks) == (True, ("aws-ts-s3-folder/dev",))
    assert told.counts["notStarted"] == told.counts["total"] == 1
    assert (await client.metadata(STACK)).organization_paused
    await client.resume_org(STACK.org)
    assert not (await client.org_metadata(STACK.org)).paused


async def test_a_deployment_is_canceled(client: PulumiClient, clock: ManualClock) -> None:
    await client.replace_settings(STACK, seed.PUBLIC)
    identifier = await deploy(client)
    clock.advance(2)
    await client.cancel(STACK, identifier)
    assert (await client.get(STACK, identifier)).status == "failed"
    with pytest.raises(NotFoundError):
        await client.cancel(STACK, identifier)
