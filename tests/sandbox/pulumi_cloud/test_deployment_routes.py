"""Deployments over HTTP: every documented status code, shape by shape."""

import httpx
import pytest

from sandbox.pulumi_cloud.times import ManualClock
from tests.sandbox.pulumi_cloud.deploying import DEV, LONG, STAGING, create, read

# Create


def test_create_answers_202_with_id_version_and_console_url(api: httpx.Client) -> None:
    created = create(api)
    assert created.keys() == {"id", "version", "consoleUrl"}
    assert created["consoleUrl"] == f"{api.base_url}/acme/web/dev/deployments/{created['version']}".replace(
        "//acme", "/acme"
    )


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"operation": None},
        {"operation": "explode"},
        {"operation": "update", "inheritSettings": "no"},
        {"operation": "update", "operationContext": {"operation": "destroy"}},
        [],
    ],
)
def test_create_without_a_good_operation_is_400(api: httpx.Client, body: object) -> None:
    answer = api.post(DEV, json=body)
    assert answer.status_code == 400
    assert answer.json()["code"] == 400
    assert answer.json()["message"]


@pytest.mark.parametrize(
    "body", [b"", b"{", b"\xff", b'{"operation": "\\ud800"}', b"[" * 100_000, b'{"a":' * 100_000]
)
def test_a_body_that_is_no_json_is_400(api: httpx.Client, body: bytes) -> None:
    assert api.post(DEV, content=body).status_code == 400


def test_create_on_an_unknown_stack_is_404(api: httpx.Client) -> None:
    answer = api.post("/api/stacks/acme/web/nope/deployments", json={"operation": "update"})
    assert (answer.status_code, answer.json()["code"]) == (404, 404)


@pytest.mark.parametrize(
    "operation", ["update", "preview", "destroy", "refresh", "detect-drift", "remediate-drift"]
)
def test_every_operation_runs_to_its_end(api: httpx.Client, clock: ManualClock, operation: str) -> None:
    created = create(api, operation=operation)
    clock.advance(LONG)
    deployment = read(api, created)
    assert (deployment["status"], deployment["pulumiOperation"]) == ("succeeded", operation)
    assert deployment["jobs"][0]["steps"][-1]["name"] == f"pulumi {operation}"


def test_create_inherits_and_merges_the_stacks_settings(api: httpx.Client) -> None:
    created = create(
        api,
        operationContext={
            "environmentVariables": {"AWS_REGION": None, "QUARTERDECK_REQUEST_42": "1"},
            "preRunCommands": ["make"],
        },
        sourceContext={"git": {"branch": "refs/heads/feature"}},
    )
    deployment = read(api, created)
    variables = {
        variable["name"]: variable for variable in deployment["configuration"]["environmentVariables"]
    }
    assert "AWS_REGION" not in variables
    assert variables["QUARTERDECK_REQUEST_42"] == {
        "name": "QUARTERDECK_REQUEST_42",
        "value": "1",
        "secret": False,
    }
    assert variables["DATABASE_PASSWORD"] == {"name": "DATABASE_PASSWORD", "secret": True}
    assert deployment["configuration"]["source"]["git"]["branch"] == "refs/heads/feature"
    assert "Pre-run command 1" in [step["name"] for step in deployment["jobs"][0]["steps"]]


def test_create_without_inheritance_uses_the_request_alone(api: httpx.Client) -> None:
    created = create(api, inheritSettings=False, gitHub={"repository": "acme/other"})
    configuration = read(api, created)["configuration"]
    assert configuration["source"]["git"]["repoURL"] == "https://github.com/acme/other.git"
    names = {variable["name"] for variable in configuration["environmentVariables"]}
    assert {name for name in names if not name.startswith("PULUMI_")} == set()


def test_a_stack_without_settings_fails_to_get_its_source(api: httpx.Client, clock: ManualClock) -> None:
    path = "/api/stacks/acme/legacy/main/deployments"
    created = create(api, path)
    clock.advance(LONG)
    deployment = read(api, created, path)
    assert deployment["status"] == "failed"
    assert "source" not in deployment["configuration"]


def test_the_initiator_comes_from_the_header(api: httpx.Client) -> None:
    headers = {"X-Pulumi-Deployment-Initiator": "slack"}
    created = api.post(DEV, json={"operation": "update"}, headers=headers).json()
    assert read(api, created)["initiator"] == "slack"
    assert read(api, create(api))["initiator"] == "api"


# Get


def test_get_by_id_and_by_version_are_the_same(api: httpx.Client) -> None:
    created = create(api)
    by_version = api.get(f"{DEV}/version/{created['version']}")
    assert by_version.status_code == 200
    assert by_version.json() == read(api, created)


@pytest.mark.parametrize(
    "path", [f"{DEV}/nope", f"{DEV}/version/999", f"{DEV}/version/x", f"{DEV}/nope/logs"]
)
def test_an_unknown_deployment_is_404(api: httpx.Client, path: str) -> None:
    assert api.get(path).status_code == 404


def test_a_deployment_of_another_stack_is_404(api: httpx.Client) -> None:
    created = create(api)
    assert api.get(f"{STAGING}/{created['id']}").status_code == 404


def test_a_queued_deployment_has_no_jobs_and_a_started_one_has(api: httpx.Client, clock: ManualClock) -> None:
    first, second = create(api), create(api)
    assert "jobs" not in read(api, second)
    assert read(api, second)["status"] == "not-started"
    assert read(api, first)["status"] == "accepted"
    clock.advance(1.2)
    job = read(api, first)["jobs"][0]
    assert (job["status"], job["steps"][0]["status"], job["steps"][1]["status"]) == (
        "running",
        "succeeded",
        "running",
    )
    assert job["steps"][-1] == {
        "name": "pulumi update",
        "status": "not-started",
        "started": "0001-01-01T00:00:00Z",
        "lastUpdated": "0001-01-01T00:00:00Z",
    }


def test_latest_version_is_the_stacks_newest(api: httpx.Client) -> None:
    first, second = create(api), create(api)
    assert read(api, first)["latestVersion"] == second["version"]


# Lists


def test_lists_are_newest_first_in_pages_of_ten(api: httpx.Client) -> None:
    for _ in range(12):
        create(api)
    listed = api.get(DEV).json()
    versions = [deployment["version"] for deployment in listed["deployments"]]
    assert versions == sorted(versions, reverse=True)
    assert (len(versions), listed["itemsPerPage"], listed["total"]) == (10, 10, 15)


def test_pages_and_ascending_order(api: httpx.Client) -> None:
    for _ in range(4):
        create(api)
    pages = [
        api.get(DEV, params={"page": page, "pageSize": 3, "asc": "true"}).json() for page in (1, 2, 3, 4)
    ]
    versions = [[deployment["version"] for deployment in page["deployments"]] for page in pages]
    assert versions == [[1, 2, 3], [4, 5, 6], [7], []]


def test_the_organisations_list_holds_all_stacks(api: httpx.Client) -> None:
    listed = api.get("/api/orgs/acme/deployments", params={"pageSize": 100}).json()
    stacks = {(deployment["projectName"], deployment["stackName"]) for deployment in listed["deployments"]}
    assert {("web", "prod"), ("api", "dev"), ("legacy", "main")} <= stacks
    created = [deployment["created"] for deployment in listed["deployments"]]
    assert created == sorted(created, reverse=True)


@pytest.mark.parametrize("status", ["failed", "succeeded", "not-started", "skipped"])
def test_the_status_filter_filters(api: httpx.Client, status: str) -> None:
    listed = api.get("/api/orgs/acme/deployments", params={"status": status, "pageSize": 100}).json()
    assert {deployment["status"] for deployment in listed["deployments"]} <= {status}
    assert listed["total"] == len(listed["deployments"])


@pytest.mark.parametrize(
    "query",
    [
        "page=0",
        "page=x",
        "pageSize=0",
        "pageSize=101",
        "pageSize=-1",
        "asc=maybe",
        "status=canceled",
        "page=²",
    ],
)
@pytest.mark.parametrize("path", [DEV, "/api/orgs/acme/deployments"])
def test_a_bad_query_is_400(api: httpx.Client, path: str, query: str) -> None:
    assert api.get(f"{path}?{query}").status_code == 400


@pytest.mark.parametrize("path", ["/api/orgs/nobody/deployments", "/api/stacks/acme/web/nope/deployments"])
def test_lists_of_what_does_not_exist_are_404(api: httpx.Client, path: str) -> None:
    assert api.get(path).status_code == 404


# Updates


def test_the_update_inside_tells_the_commit_and_its_result(api: httpx.Client, clock: ManualClock) -> None:
    create(api, sourceContext={"git": {"commit": "c0ffee", "branch": None}})
    assert api.get(DEV).json()["deployments"][0]["updates"] == []
    clock.advance(5)
    update = api.get(DEV).json()["deployments"][0]["updates"][0]
    assert (update["result"], update["kind"], update["endTime"]) == ("in-progress", "update", 0)
    clock.advance(LONG)
    update = api.get(DEV).json()["deployments"][0]["updates"][0]
    assert (update["result"], update["environment"]["git.head"]) == ("succeeded", "c0ffee")
    assert update["endTime"] > update["startTime"]


def test_updates_carry_resource_changes_when_done(api: httpx.Client, clock: ManualClock) -> None:
    created = create(api)
    assert api.get(f"{DEV}/{created['id']}/updates").json() == []
    clock.advance(LONG)
    (update,) = api.get(f"{DEV}/{created['id']}/updates").json()
    assert update["info"]["resourceChanges"] == {"create": 3, "same": 5}
    assert update["latestVersion"] == update["version"]


def test_a_run_that_never_reached_pulumi_has_no_updates(api: httpx.Client, clock: ManualClock) -> None:
    path = "/api/stacks/acme/api/staging/deployments"
    create(api, path)
    clock.advance(LONG)
    newest = api.get(path).json()["deployments"][0]
    assert (newest["status"], newest["updates"]) == ("failed", [])


# Cancel


def test_cancel_answers_200_without_a_body(api: httpx.Client, clock: ManualClock) -> None:
    created = create(api)
    clock.advance(5)
    answer = api.post(f"{DEV}/{created['id']}/cancel")
    assert (answer.status_code, answer.content) == (200, b"")
    newest = api.get(DEV).json()["deployments"][0]
    assert (newest["status"], newest["updates"][0]["result"]) == ("failed", "failed")


def test_cancel_of_a_queued_one_skips_it(api: httpx.Client) -> None:
    create(api)
    queued = create(api)
    assert api.post(f"{DEV}/{queued['id']}/cancel").status_code == 200
    assert read(api, queued)["status"] == "skipped"


def test_cancel_of_what_is_unknown_or_over_is_404(api: httpx.Client, clock: ManualClock) -> None:
    created = create(api)
    clock.advance(LONG)
    assert api.post(f"{DEV}/nope/cancel").status_code == 404
    assert api.post(f"{DEV}/{created['id']}/cancel").status_code == 404


@pytest.mark.parametrize("status", [200, 409])
def test_cancel_of_what_is_over_is_switchable(api: httpx.Client, clock: ManualClock, status: int) -> None:
    api.post("/sandbox/settings", json={"options": {"cancel_finished": status}})
    created = create(api)
    clock.advance(LONG)
    assert api.post(f"{DEV}/{created['id']}/cancel").status_code == status
