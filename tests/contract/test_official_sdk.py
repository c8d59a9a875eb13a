"""Pulumi's own Python SDK as a second client: the whole life of a deployment, and what it cannot decode by its own fault.

It knows the official OpenAPI document only, where this project follows the REST API page. So the sandbox is asked for the document's
spelling (`repoUrl`, images as objects), and settings of these tests hold their variables as secrets. By its own fault:

- a variable in plain text, and a user name in plain text, which the page's examples have: it decodes `SecretValue` objects only;
- an executor image as a string, which the page's example has: it decodes `DockerImage` objects only.

It writes null for whatever is not set, which removes settings, and says `inheritSettings: false` unless told otherwise.
"""

from collections.abc import Iterator
from typing import Any, cast
from urllib.error import HTTPError

import httpx
import pulumi_cloud_sdk as sdk  # type: ignore[import-untyped]  # it has annotations and no py.typed
import pytest
from pulumi_cloud_sdk import models

from sandbox.pulumi_cloud.times import ManualClock
from tests.contract import seed_examples as seed

WEB = ("my-org", "web", "dev")
SETTINGS = "/api/stacks/my-org/web/dev/deployments/settings"


@pytest.fixture
def pulumi(api: httpx.Client) -> Any:
    """The SDK's deployments API on a stack without settings."""
    options = {"repo_key": "repoUrl", "executor_image": "object", "first_step": 0, "settings_metadata": True}
    api.post("/sandbox/settings", json={"options": options})
    where = {"org": "my-org", "project": "web", "stack": "dev"}
    api.post("/sandbox/stacks", json={**where, "scenario": "quick-success", "settings": None})
    configuration = sdk.Configuration()
    configuration.host = str(api.base_url).rstrip("/")
    configuration.access_token = "pul-sandbox"
    return sdk.apis.DeploymentsApi(sdk.ApiClient(configuration))


def settings() -> models.DeploymentSettingsRequest:
    """A source with a token, a command, a secret, credentials by OIDC and an image."""
    auth = models.GitAuthConfigRequest(access_token=models.SecretValue(secret="token-1"))
    git = models.SourceContextGitRequest(
        repo_url="https://github.com/acme/web.git", branch="refs/heads/main", git_auth=auth
    )
    role = models.OperationContextAWSOIDCConfigurationRequest(role_arn="arn", session_name="web")
    return models.DeploymentSettingsRequest(
        source_context=models.SourceContextRequest(git=git),
        operation_context=models.OperationContextRequest(
            pre_run_commands=["npm ci"],
            environment_variables={"PASSWORD": models.SecretValue(secret="pw-1")},
            oidc=models.OperationContextOIDCConfigurationRequest(aws=role),
        ),
        executor_context=models.ExecutorSettingsRequest(
            executor_image=models.DockerImageRequest(reference="pulumi/pulumi-nodejs:latest")
        ),
    )


def update(**changes: Any) -> models.CreateDeploymentRequest:
    return models.CreateDeploymentRequest(
        operation=models.PulumiOperation.Update, inherit_settings=True, **changes
    )


def create(pulumi: Any) -> models.CreateDeploymentResponse:
    """With the stack's settings: the SDK writes nulls, which as a patch of nulls remove whole parts, so they are said again."""
    said = settings()
    return cast(
        "models.CreateDeploymentResponse",
        pulumi.create_api_deployment_handler_v2(
            *WEB,
            update(
                source_context=said.source_context,
                operation_context=said.operation_context,
                executor_context=said.executor_context,
            ),
        ),
    )


def whole_log(pulumi: Any, deployment: str) -> Iterator[Any]:
    token = None
    while True:
        page = pulumi.get_deployment_logs(*WEB, deployment, continuation_token=token)
        yield from page.lines
        token = page.next_token
        if not token:
            return


def test_the_whole_life_of_a_deployment(pulumi: Any, clock: ManualClock) -> None:
    kept = pulumi.patch_deployment_settings(*WEB, settings())
    assert kept.source_context.git.repo_url == "https://github.com/acme/web.git"
    assert kept.operation_context.environment_variables["PASSWORD"].secret == "[secret]"
    read = pulumi.get_deployment_settings(*WEB)
    assert read.executor_context.executor_image.reference == "pulumi/pulumi-nodejs:latest"
    assert (read.source, read.operation_context.oidc.aws.role_arn) == ("api", "arn")

    created = create(pulumi)
    assert created.version == 1
    listed = pulumi.list_stack_deployments_handler_v2(*WEB, page=1, page_size=5)
    assert [one.id for one in listed.deployments] == [created.id]
    assert listed.total == pulumi.list_org_deployments("my-org", asc=True, page=1).total == 1

    clock.advance(600)
    found = pulumi.get_deployment(*WEB, created.id)
    assert (found.status, found.jobs[0].steps[-1].name) == ("succeeded", "pulumi update")
    assert pulumi.get_deployment_version(*WEB, "1").id == created.id
    (run,) = pulumi.get_deployment_updates(*WEB, created.id)
    assert (run.info.result, run.info.resource_count) == (
        "succeeded",
        sum(run.info.resource_changes.values()),
    )

    rows = list(whole_log(pulumi, created.id))
    assert [row.header for row in rows if row.header] == [step.name for step in found.jobs[0].steps]
    last = pulumi.get_deployment_logs(*WEB, created.id, job=0, step=len(found.jobs[0].steps) - 1, count=499)
    assert last.name == "pulumi update"
    assert [line.line for line in last.lines] == [row.line for row in rows[-len(last.lines) :]]

    pulumi.pause_stack_deployments(*WEB)
    queued = create(pulumi)
    told = pulumi.stack_deployments_metadata(*WEB)
    assert (told.paused, told.stack_paused, told.organization_paused) == (True, True, False)
    assert pulumi.get_deployment(*WEB, queued.id).status == "not-started"
    assert pulumi.org_deployments_metadata("my-org").deployment_counts.not_started == 1

    pulumi.resume_stack_deployments(*WEB)
    clock.advance(2)
    assert pulumi.get_deployment(*WEB, queued.id).status == "running"
    pulumi.cancel_deployment(*WEB, queued.id)
    assert pulumi.get_deployment(*WEB, queued.id).status == "failed"


def test_an_organization_is_paused_and_resumed(pulumi: Any) -> None:
    pulumi.pause_org_deployments("my-org")
    assert pulumi.org_deployments_metadata("my-org").paused
    assert pulumi.stack_deployments_metadata(*WEB).organization_paused
    pulumi.resume_org_deployments("my-org")
    assert not pulumi.org_deployments_metadata("my-org").paused


def test_settings_are_replaced_and_cleared(pulumi: Any) -> None:
    assert pulumi.replace_deployment_settings(*WEB, settings()).version > 0
    assert pulumi.delete_deployment_settings(*WEB) is True
    with pytest.raises(HTTPError, match="404") as missing:
        pulumi.get_deployment_settings(*WEB)
    missing.value.close()


def test_settings_that_were_read_may_be_sent_back_and_keep_their_secrets(
    api: httpx.Client, pulumi: Any
) -> None:
    pulumi.patch_deployment_settings(*WEB, settings())
    before = api.get(SETTINGS).json()
    secret = pulumi.get_deployment_settings(*WEB).operation_context.environment_variables["PASSWORD"]
    again = settings()
    again.operation_context.environment_variables = {"PASSWORD": secret}
    pulumi.patch_deployment_settings(*WEB, again)
    assert api.get(SETTINGS).json()["operationContext"] == before["operationContext"]


def test_nulls_of_the_sdk_remove_what_they_name(pulumi: Any) -> None:
    """Its create request says null for every part that is not set: the page's rules remove them all."""
    pulumi.patch_deployment_settings(*WEB, settings())
    created = pulumi.create_api_deployment_handler_v2(*WEB, update())
    assert pulumi.get_deployment(*WEB, created.id).configuration.source is None


@pytest.mark.parametrize(
    ("example", "named"),
    [
        (seed.PRE_RUN, "environmentVariables -> Cannot deserialize values of class SecretValue"),
        (seed.BASIC, "userName -> Cannot deserialize values of class SecretValue"),
        (seed.EXECUTOR, "executorImage -> Cannot deserialize values of class DockerImage"),
    ],
    ids=["plain variable", "plain user name", "image as a string"],
)
def test_what_the_sdk_cannot_decode(
    api: httpx.Client, pulumi: Any, example: seed.Settings, named: str
) -> None:
    api.post("/sandbox/settings", json={"options": {"executor_image": "given"}})
    api.post(SETTINGS, json=example)
    with pytest.raises(TypeError) as error:
        pulumi.get_deployment_settings(*WEB)
    assert named in str(error.value)
