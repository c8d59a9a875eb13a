"""Every example of the REST API page over HTTP: what is sent there is accepted, and what is answered has its shape.

Slips of the page, mended here and named where they matter: `/api/stack/` for `/api/stacks/` (resume, metadata), a comma before a brace
and a missing colon in "Patch Settings", `/logs/?` with a slash, a path filter that excludes `pulumi/programs` where it includes
`pulumi-programs`, variables in clear that the page's own box says are hidden, `token` for `nextToken`.
"""

import json
from typing import Any

import httpx
import pytest

from sandbox.pulumi_cloud.times import ManualClock
from tests.contract import seed_examples as seed

STACK = "/api/stacks/my-org/aws-ts-s3-folder/dev"
ALL = f"{STACK}/deployments"
SETTINGS = f"{ALL}/settings"
ORG = "/api/orgs/my-org/deployments"


@pytest.fixture(autouse=True)
def stack(api: httpx.Client) -> None:
    """The page's stack, never configured yet."""
    for name in ("dev", "staging"):
        where = {"org": "my-org", "project": "aws-ts-s3-folder", "stack": name}
        api.post("/sandbox/stacks", json={**where, "scenario": "quick-success", "settings": None})


def hidden(value: Any) -> Any:
    """What the service shows of what was sent: no secret."""
    match value:
        case {"secret": "[secret]", "ciphertext": str()} | {"secret": str()}:
            return "hidden"
        case dict():
            return {name: hidden(item) for name, item in value.items()}
    return value


def create(api: httpx.Client, body: dict[str, Any]) -> dict[str, Any]:
    answer = api.post(ALL, json=body)
    assert answer.status_code == 202, answer.text
    created: dict[str, Any] = answer.json()
    return created


def variables(deployment: dict[str, Any]) -> dict[str, str | None]:
    listed = deployment["configuration"]["environmentVariables"]
    return {variable["name"]: variable.get("value") for variable in listed}


@pytest.mark.parametrize("example", seed.SETTINGS.values(), ids=seed.SETTINGS.keys())
def test_settings_are_kept_and_shown_without_secrets(api: httpx.Client, example: seed.Settings) -> None:
    answer = api.post(SETTINGS, json=example)
    assert answer.status_code == 200, answer.text
    assert hidden(answer.json()) == hidden(example)
    assert api.get(SETTINGS).json() == answer.json()
    for secret in ("myPrivateKey", "myPassword", "myAccessToken", "my-secret-password"):
        assert secret not in answer.text


@pytest.mark.parametrize("example", seed.SETTINGS.values(), ids=seed.SETTINGS.keys())
def test_settings_run(api: httpx.Client, clock: ManualClock, example: seed.Settings) -> None:
    """Where the example names no source, the page's public repository is added."""
    source = {} if {"sourceContext", "gitHub"} & example.keys() else seed.PUBLIC
    created = create(api, {"operation": "update", "inheritSettings": False, **source, **example})
    clock.advance(600)
    deployment = api.get(f"{ALL}/{created['id']}").json()
    assert deployment["status"] == "succeeded"
    steps = [step["name"] for step in deployment["jobs"][0]["steps"]]
    context = example.get("operationContext", {})
    skips = context.get("options", {}).get("skipInstallDependencies", False)
    expected = [
        "Setup",
        "Download deployment executor",
        *(["Fetch provider credentials via OIDC"] if "oidc" in context else []),
        "Get source",
        *([] if skips else ["Download dependencies"]),
        *(f"Pre-run command {number + 1}" for number in range(len(context.get("preRunCommands", [])))),
        "pulumi update",
    ]
    assert steps == expected


def test_get_settings(api: httpx.Client) -> None:
    """Slip: the page shows three credentials in clear that, by its own box, "look like" secrets and are hidden."""
    api.put(SETTINGS, json=seed.CURRENT)
    answer = api.get(SETTINGS).json()
    looks = answer["operationContext"].pop("environmentVariables")
    assert {name: hidden(value) for name, value in looks.items() if value != "us-west-2"} == {
        "AWS_ACCESS_KEY_ID": "hidden",
        "AWS_SECRET_ACCESS_KEY": "hidden",
        "AWS_SESSION_TOKEN": "hidden",
    }
    assert answer == {
        "sourceContext": seed.CURRENT["sourceContext"],
        "operationContext": {"preRunCommands": ['echo "hello world"']},
    }


def test_patch_settings(api: httpx.Client) -> None:
    """Slips: `"repoURL": null,` before a brace, and `"aws" {` without a colon."""
    api.put(SETTINGS, json=seed.CURRENT)
    assert api.post(SETTINGS, json=seed.PATCH).json() == seed.PATCHED
    assert api.get(SETTINGS).json() == seed.PATCHED


def test_the_patch_as_it_is_printed_is_no_json(api: httpx.Client) -> None:
    printed = json.dumps(seed.PATCH).replace('{"repoURL": null}', '{"repoURL": null,}')
    assert api.post(SETTINGS, content=printed).status_code == 400


def test_clear_settings(api: httpx.Client) -> None:
    api.put(SETTINGS, json=seed.CURRENT)
    answer = api.delete(SETTINGS)
    assert (answer.status_code, answer.json()) == (200, True)
    assert api.get(SETTINGS).status_code == 404


def test_create_with_the_stacks_settings(api: httpx.Client) -> None:
    api.put(SETTINGS, json=seed.CURRENT)
    created = create(api, seed.CREATE_INHERITING)
    assert created.keys() == {"id", "version", "consoleUrl"}
    assert variables(api.get(f"{ALL}/{created['id']}").json())["AWS_REGION"] == "us-west-2"


def test_create_with_merged_settings(api: httpx.Client) -> None:
    api.put(SETTINGS, json=seed.CURRENT)
    created = create(api, seed.CREATE_MERGED)
    deployment = api.get(f"{ALL}/{created['id']}").json()
    assert variables(deployment)["AWS_REGION"] == "us-east-1"
    assert deployment["configuration"]["source"] == seed.CURRENT["sourceContext"]
    assert api.get(SETTINGS).json()["operationContext"]["environmentVariables"]["AWS_REGION"] == "us-west-2"


def test_create_with_the_requests_settings_alone(api: httpx.Client) -> None:
    api.put(SETTINGS, json=seed.OIDC)
    created = create(api, seed.CREATE_ALONE)
    deployment = api.get(f"{ALL}/{created['id']}").json()
    assert deployment["configuration"]["source"] == seed.CURRENT["sourceContext"]
    assert "Fetch provider credentials via OIDC" not in [
        step["name"] for step in deployment["jobs"][0]["steps"]
    ]


def test_create_on_a_stack_that_does_not_exist(api: httpx.Client) -> None:
    answer = api.post(ALL.replace("dev", "nope"), json=seed.CREATE_INHERITING)
    assert (answer.status_code, answer.json()["code"]) == (404, 404)


@pytest.mark.parametrize("by", ["id", "version"])
def test_get_deployment(api: httpx.Client, clock: ManualClock, by: str) -> None:
    api.put(SETTINGS, json=seed.CURRENT)
    created = create(api, seed.CREATE_INHERITING)
    clock.advance(2.5)
    path = f"{ALL}/{created['id']}" if by == "id" else f"{ALL}/version/{created['version']}"
    deployment = api.get(path).json()
    assert (deployment["id"], deployment["status"]) == (created["id"], "running")
    assert deployment["latestVersion"] == created["version"]
    steps = deployment["jobs"][0]["steps"]
    assert {step["status"] for step in steps} == {"succeeded", "running", "not-started"}
    assert {step["started"] for step in steps if step["status"] == "not-started"} == {"0001-01-01T00:00:00Z"}
    shown = variables(deployment)
    internal = {
        "PULUMI_CI_BUILD_URL": created["consoleUrl"],
        "PULUMI_CI_SYSTEM": "Pulumi Deploy",
        "PULUMI_CI_BUILD_NUMBER": str(created["version"]),
        "PULUMI_CI_BUILD_ID": created["id"],
        "PULUMI_ACCESS_TOKEN": None,
        "PULUMI_BACKEND_URL": f"{str(api.base_url).rstrip('/')}/",
    }
    assert {name: shown[name] for name in internal} == internal
    assert shown["AWS_SECRET_ACCESS_KEY"] is None
    assert deployment["configuration"]["source"] == seed.CURRENT["sourceContext"]


@pytest.mark.parametrize("path", [ALL, ORG])
def test_list_deployments(api: httpx.Client, clock: ManualClock, path: str) -> None:
    api.put(SETTINGS, json=seed.PUBLIC)
    for _ in range(7):
        create(api, seed.CREATE_INHERITING)
        clock.advance(60)
    page = api.get(path, params={"page": 1, "pageSize": 5}).json()
    assert (page["itemsPerPage"], page["total"], len(page["deployments"])) == (5, 7, 5)
    assert [one["version"] for one in page["deployments"]] == [7, 6, 5, 4, 3]
    newest = page["deployments"][0]
    assert (newest["projectName"], newest["stackName"], newest["pulumiOperation"]) == (
        "aws-ts-s3-folder",
        "dev",
        "update",
    )
    assert newest["updates"][0]["result"] == "succeeded"
    assert newest["updates"][0]["environment"]["git.head"]
    rest = api.get(path, params={"page": 2, "pageSize": 5}).json()["deployments"]
    assert [one["version"] for one in rest] == [2, 1]
    rising = api.get(path, params={"asc": "true", "status": "succeeded"}).json()["deployments"]
    assert [one["version"] for one in rising] == [1, 2, 3, 4, 5, 6, 7]


def test_streaming_logs(api: httpx.Client, clock: ManualClock) -> None:
    """Slip: the text speaks of a `token`, the example of `nextToken`. The example's own token, 0.2.1, works."""
    api.put(SETTINGS, json=seed.PUBLIC)
    logs = f"{ALL}/{create(api, seed.CREATE_INHERITING)['id']}/logs"
    clock.advance(600)
    api.post("/sandbox/settings", json={"options": {"log_page_lines": 7}})
    first = api.get(logs).json()
    assert first["lines"][0] == {"header": "Setup", "timestamp": "0001-01-01T00:00:00Z"}
    following = api.get(logs, params={"nextToken": first["nextToken"]}).json()
    assert following == api.get(logs, params={"continuationToken": first["nextToken"]}).json()
    assert first["lines"] != following["lines"]
    assert api.get(logs, params={"nextToken": "0.2.1"}).json()["lines"]


def test_logs_of_one_step(api: httpx.Client, clock: ManualClock) -> None:
    """Slip: `/logs/?` with a slash, which is tolerated. Steps start at 1, so step 5 is the operation."""
    api.put(SETTINGS, json=seed.PUBLIC)
    logs = f"{ALL}/{create(api, seed.CREATE_INHERITING)['id']}/logs"
    clock.advance(600)
    page = api.get(f"{logs}/?step=5&count=10&offset=0").json()
    assert (page["nextOffset"], len(page["lines"]), page["name"]) == (10, 10, "pulumi update")
    assert all("header" not in line for line in page["lines"])


def test_pause_metadata_and_resume_of_a_stack(api: httpx.Client) -> None:
    """Slip: resume and metadata are printed with `/api/stack/`, which is no address."""
    assert api.post(f"{ALL}/pause").status_code == 400
    api.put(SETTINGS, json=seed.PUBLIC)
    assert (api.post(f"{ALL}/pause").status_code, create(api, seed.CREATE_INHERITING)["version"]) == (200, 1)
    assert api.get(f"{ALL}/version/1").json()["status"] == "not-started"
    assert api.get(f"{ALL}/metadata").json() == {
        "paused": True,
        "stackPaused": True,
        "organizationPaused": False,
        "hasSchedules": False,
    }
    assert api.get(f"{ALL}/metadata".replace("stacks", "stack")).status_code == 404
    assert api.post(f"{ALL}/resume").content == b""
    assert api.get(f"{ALL}/version/1").json()["status"] == "accepted"


def test_pause_metadata_and_resume_of_an_organization(api: httpx.Client) -> None:
    for stack in ("dev", "staging"):
        path = ALL.replace("dev", stack)
        api.put(f"{path}/settings", json=seed.PUBLIC)
        api.post(f"{path}/pause")
        create(api, seed.CREATE_INHERITING)
    assert api.post(f"{ORG}/pause").status_code == 200
    stack = api.get(f"{ALL}/metadata").json()
    assert (stack["paused"], stack["organizationPaused"]) == (True, True)
    answer = api.get(f"{ORG}/metadata").json()
    assert answer.keys() == {"paused", "pausedStacks", "concurrency", "deploymentCounts"}
    assert answer["pausedStacks"] == ["aws-ts-s3-folder/dev", "aws-ts-s3-folder/staging"]
    assert answer["deploymentCounts"]["notStarted"] == answer["deploymentCounts"]["total"] == 2
    assert api.post(f"{ORG}/resume").status_code == 200
    assert api.get(f"{ORG}/metadata").json()["paused"] is False


def test_cancel(api: httpx.Client, clock: ManualClock) -> None:
    api.put(SETTINGS, json=seed.PUBLIC)
    created = create(api, seed.CREATE_INHERITING)
    clock.advance(2)
    answer = api.post(f"{ALL}/{created['id']}/cancel")
    assert (answer.status_code, answer.content) == (200, b"")
    assert api.get(f"{ALL}/{created['id']}").json()["status"] == "failed"


def test_without_a_token(api: httpx.Client) -> None:
    """Section "Authentication"."""
    answer = api.get(ALL, headers={"Authorization": "Bearer pul-sandbox"})
    assert (answer.status_code, answer.json()["code"]) == (401, 401)
