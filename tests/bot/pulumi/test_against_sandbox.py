"""A deployment's life, told by the client against the sandbox's reading of the same contract, over HTTP."""

import httpx
import pytest

from bot.domain.deployments import Deployment
from bot.domain.stacks import StackRef
from bot.errors import (
    AnswerLostError,
    BadRequestError,
    ForbiddenError,
    NotFoundError,
    PulumiUnavailableError,
    UnauthorizedError,
)
from bot.ports import LogLine
from bot.pulumi.client import PulumiClient
from sandbox.pulumi_cloud.times import ManualClock

DEV = StackRef("acme", "web", "dev")


async def finished(cloud: PulumiClient, clock: ManualClock, deployment_id: str) -> Deployment:
    for _ in range(600):
        deployment = await cloud.get(DEV, deployment_id)
        if deployment.is_final:
            return deployment
        clock.advance(1)
    raise AssertionError("it never ended")


async def test_a_deployment_runs_from_create_to_its_last_line(
    cloud: PulumiClient, clock: ManualClock
) -> None:
    created = await cloud.create(DEV, operation="update", request_id="r1", branch="feature", message="hello")
    begun = await cloud.get(DEV, created.id)
    assert (begun.version, begun.operation, begun.initiator) == (created.version, "update", "quarterdeck")
    assert begun.request_id == "r1"
    assert "QUARTERDECK_MESSAGE" in begun.environment
    assert begun.branch == "feature"

    ended = await finished(cloud, clock, created.id)
    assert ended.status == "succeeded"
    assert ended.jobs
    assert all(step.status == "succeeded" and step.duration is not None for step in ended.steps)
    assert await cloud.get_version(DEV, created.version) == ended
    assert (await cloud.list_stack(DEV, status="succeeded")).deployments[0].id == created.id
    newest = (await cloud.list_org("acme")).deployments[0]
    assert (newest.id, newest.stack) == (created.id, DEV)
    assert newest.commit
    (update,) = await cloud.updates(DEV, created.id)
    assert update.kind == "update"

    log = [line async for line in cloud.log(DEV, created.id)]
    assert [line.header for line in log if line.header]
    assert any(line.text for line in log)


async def test_the_two_ways_to_read_a_log_agree(cloud: PulumiClient, clock: ManualClock) -> None:
    created = await cloud.create(DEV, operation="update", request_id="r1")
    ended = await finished(cloud, clock, created.id)
    streamed = [line.text async for line in cloud.log(DEV, created.id) if not line.header]
    by_step: list[LogLine] = []
    for step in range(len(ended.steps)):
        by_step += [line async for line in cloud.step_log(DEV, created.id, job=0, step=step)]
    assert [line.text for line in by_step] == streamed


async def test_a_log_read_while_it_grows_has_each_line_once(cloud: PulumiClient, clock: ManualClock) -> None:
    created = await cloud.create(DEV, operation="update", request_id="r1")
    reads = [read async for read in cloud.log_from(DEV, created.id)]
    for _ in range(60):
        clock.advance(1)
        at = (reads[-1].cursor,) if reads else ()
        reads += [read async for read in cloud.log_from(DEV, created.id, *at)]
    assert (await cloud.get(DEV, created.id)).is_final
    assert [read.line for read in reads] == [line async for line in cloud.log(DEV, created.id)]


async def test_a_paused_stack_queues_until_it_is_resumed(cloud: PulumiClient, clock: ManualClock) -> None:
    await cloud.pause(DEV)
    await cloud.pause(DEV)
    assert (await cloud.metadata(DEV)).stack_paused
    assert "web/dev" in ((await cloud.org_metadata("acme")).paused_stacks or ())
    created = await cloud.create(DEV, operation="update", request_id="r1")
    clock.advance(3600)
    waiting = await cloud.get(DEV, created.id)
    assert waiting.is_queued
    assert waiting.jobs == ()
    assert [line async for line in cloud.log(DEV, created.id)] == []
    await cloud.resume(DEV)
    assert not (await cloud.metadata(DEV)).paused
    assert (await finished(cloud, clock, created.id)).status == "succeeded"


async def test_an_organisation_is_paused_by_administrators_only(cloud: PulumiClient) -> None:
    with pytest.raises(ForbiddenError):
        await cloud.with_token("pul-member").pause_org("acme")
    await cloud.pause_org("acme")
    assert (await cloud.org_metadata("acme")).paused
    assert (await cloud.metadata(DEV)).organization_paused
    await cloud.resume_org("acme")
    assert not (await cloud.org_metadata("acme")).paused


async def test_a_service_that_ignores_the_filter_is_filtered_here(
    cloud: PulumiClient, controls: httpx.AsyncClient
) -> None:
    filtered = await cloud.list_stack(DEV, status="succeeded")
    await controls.post("/settings", json={"options": {"status_filter": False}})
    await cloud.create(DEV, operation="update", request_id="r1")
    assert (await cloud.list_stack(DEV, status="succeeded")).deployments == filtered.deployments
    assert len((await cloud.list_stack(DEV)).deployments) == len(filtered.deployments) + 1


async def test_a_service_that_does_not_name_the_paused_stacks_has_not_said_that_there_are_none(
    cloud: PulumiClient, controls: httpx.AsyncClient
) -> None:
    await controls.post("/settings", json={"options": {"paused_stacks": False}})
    await cloud.pause(DEV)
    assert (await cloud.org_metadata("acme")).paused_stacks is None
    assert (await cloud.metadata(DEV)).stack_paused


async def test_what_is_canceled_is_over(cloud: PulumiClient, clock: ManualClock) -> None:
    created = await cloud.create(DEV, operation="update", request_id="r1")
    clock.advance(1)
    await cloud.cancel(DEV, created.id)
    assert (await finished(cloud, clock, created.id)).status == "failed"
    with pytest.raises(NotFoundError):
        await cloud.cancel(DEV, created.id)


async def test_settings_are_patched_read_replaced_and_cleared(cloud: PulumiClient) -> None:
    before = await cloud.settings(DEV)
    patch = {
        "operationContext": {"environmentVariables": {"REGION": "eu", "PASSWORD": {"secret": "hunter2"}}},
        "executorContext": {"executorImage": "pulumi/pulumi-nodejs:latest"},
    }
    after = await cloud.patch_settings(DEV, patch)
    assert after.executor_image == "pulumi/pulumi-nodejs:latest"
    assert {variable.name for variable in after.variables} >= {"REGION", "PASSWORD"}
    assert "hunter2" not in str(after.raw)
    assert after.branch == before.branch
    assert await cloud.settings(DEV) == after
    replaced = await cloud.replace_settings(
        DEV,
        {"sourceContext": {"git": {"repoUrl": "https://github.com/pulumi/examples.git", "branch": "main"}}},
    )
    assert replaced.repo_url == "https://github.com/pulumi/examples.git"
    assert replaced.variables == ()
    await cloud.clear_settings(DEV)
    with pytest.raises(NotFoundError):
        await cloud.settings(DEV)
    with pytest.raises(BadRequestError):
        await cloud.pause(DEV)


async def test_a_commit_takes_the_inherited_branchs_place(cloud: PulumiClient) -> None:
    created = await cloud.create(DEV, operation="preview", request_id="r1", commit="a" * 40)
    deployment = await cloud.get(DEV, created.id)
    assert (deployment.commit, deployment.branch) == ("a" * 40, "")


async def test_a_lost_answer_is_found_again_by_its_request(
    cloud: PulumiClient, controls: httpx.AsyncClient
) -> None:
    await controls.post("/faults", json=[{"match": "POST", "fault": "drop", "count": 1}])
    with pytest.raises(AnswerLostError):
        await cloud.create(DEV, operation="update", request_id="r1")
    found = await cloud.find_request(DEV, "r1")
    assert found is not None
    assert found.request_id == "r1"


async def test_a_connection_cut_before_the_work_leaves_nothing_to_find(
    cloud: PulumiClient, controls: httpx.AsyncClient
) -> None:
    await controls.post("/faults", json=[{"match": "POST", "fault": "reset", "count": 1}])
    with pytest.raises(AnswerLostError):
        await cloud.create(DEV, operation="update", request_id="r1")
    assert await cloud.find_request(DEV, "r1") is None


@pytest.mark.parametrize("fault", ["status:503", "status:500", "html", "reset", "drop", "ratelimited"])
async def test_a_pause_and_a_look_survive_a_passing_fault(
    cloud: PulumiClient, controls: httpx.AsyncClient, fault: str
) -> None:
    await controls.post("/faults", json=[{"match": "/deployments", "fault": fault, "count": 1}])
    await cloud.pause(DEV)
    await controls.post("/faults", json=[{"match": "/metadata", "fault": fault, "count": 1}])
    assert (await cloud.metadata(DEV)).stack_paused


async def test_faults_that_stay_are_told_by_their_kind(
    cloud: PulumiClient, controls: httpx.AsyncClient
) -> None:
    with pytest.raises(UnauthorizedError):
        await cloud.with_token("pul-nobody").get(DEV, "x")
    with pytest.raises(NotFoundError):
        await cloud.get_version(DEV, 10_000)
    await controls.post("/faults", json=[{"match": "GET /api", "fault": "html:200"}])
    with pytest.raises(PulumiUnavailableError, match="answered with a web page"):
        await cloud.metadata(DEV)


async def test_the_page_the_client_names_is_there(cloud: PulumiClient, base: str) -> None:
    url = cloud.console_url(DEV, 1)
    assert url == f"{base}/acme/web/dev/deployments/1"
    async with httpx.AsyncClient(trust_env=False) as http:
        assert (await http.get(url)).status_code == 200
