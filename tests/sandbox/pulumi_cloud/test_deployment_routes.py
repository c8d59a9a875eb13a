"""Deployments over HTTP: every documented status code, shape by shape."""

from typing import Any

import httpx
import pytest

from sandbox.pulumi_cloud.times import ManualClock

DEV = "/api/stacks/acme/web/dev/deployments"
STAGING = "/api/stacks/acme/web/staging/deployments"
LONG = 60.0
LATER = 120.0


def create(api: httpx.Client, path: str = DEV, **more: Any) -> dict[str, Any]:
    answer = api.post(path, json={"operation": "update", **more})
    assert answer.status_code == 202
    created: dict[str, Any] = answer.json()
    return created


def read(api: httpx.Client, created: dict[str, Any], path: str = DEV) -> dict[str, Any]:
    deployment: dict[str, Any] = api.get(f"{path}/{created['id']}").json()
    return deployment


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


# Logs


@pytest.mark.parametrize("parameter", ["continuationToken", "nextToken"])
def test_streaming_logs_end_without_a_token(api: httpx.Client, clock: ManualClock, parameter: str) -> None:
    created = create(api, STAGING)
    clock.advance(LATER)
    token, lines, pages = "", [], 0
    while token or not pages:
        page = api.get(f"{STAGING}/{created['id']}/logs", params={parameter: token}).json()
        assert page["__type"] == "DeploymentLogs"
        lines += page["lines"]
        token, pages = page.get("nextToken", ""), pages + 1
    assert pages > 3
    assert len(lines) > 300
    assert lines[0] == {"header": "Setup", "timestamp": "0001-01-01T00:00:00Z"}
    assert all("line" not in row for row in lines if "header" in row)


def test_a_running_deployment_answers_the_same_token_while_nothing_is_new(
    api: httpx.Client, clock: ManualClock
) -> None:
    created = create(api)
    clock.advance(2)
    url = f"{DEV}/{created['id']}/logs"
    token = api.get(url).json()["nextToken"]
    again = api.get(url, params={"continuationToken": token}).json()
    assert (again["lines"], again["nextToken"]) == ([], token)


@pytest.mark.parametrize(
    "token", ["x", "0.0", "0.0.1.0", "0.0.-1", "1.0.0", "00.0.0", "0.0.1234567890", "0.٣.0"]
)
def test_a_made_up_token_is_400(api: httpx.Client, token: str) -> None:
    created = create(api)
    assert api.get(f"{DEV}/{created['id']}/logs", params={"continuationToken": token}).status_code == 400


def test_step_logs_page_by_offset(api: httpx.Client, clock: ManualClock) -> None:
    created = create(api)
    clock.advance(LONG)
    url = f"{DEV}/{created['id']}/logs/"
    first = api.get(url, params={"job": 0, "step": 6, "offset": 0, "count": 10}).json()
    assert (first["__type"], first["name"], first["nextOffset"]) == (
        "DeploymentLogsStep",
        "pulumi update",
        10,
    )
    assert "Updating (acme/dev)" in first["lines"][0]["line"]
    rest = api.get(url, params={"step": 6, "offset": 10}).json()
    assert "nextOffset" not in rest
    assert "Duration" in rest["lines"][-1]["line"]


def test_steps_can_start_at_zero(api: httpx.Client, clock: ManualClock) -> None:
    created = create(api)
    clock.advance(LONG)
    url = f"{DEV}/{created['id']}/logs"
    from_one = api.get(url, params={"step": 1}).json()
    assert api.get(url, params={"step": 0}).status_code == 404
    api.post("/sandbox/settings", json={"options": {"first_step": 0}})
    assert api.get(url, params={"step": 0}).json() == from_one


@pytest.mark.parametrize("count", ["0", "500", "-1", "x"])
def test_a_count_out_of_range_is_400_in_the_services_words(api: httpx.Client, count: str) -> None:
    created = create(api)
    answer = api.get(f"{DEV}/{created['id']}/logs", params={"step": 1, "count": count})
    assert answer.status_code == 400
    assert answer.json()["message"] == "Count must be less than 500 and more than 0"


@pytest.mark.parametrize("query", ["step=99", "step=1&job=1"])
def test_logs_of_a_step_that_does_not_exist_are_404(api: httpx.Client, query: str) -> None:
    created = create(api)
    assert api.get(f"{DEV}/{created['id']}/logs?{query}").status_code == 404


def test_the_reason_of_a_failed_update_stands_in_its_log(api: httpx.Client, clock: ManualClock) -> None:
    path = "/api/stacks/acme/api/dev/deployments"
    created = create(api, path)
    clock.advance(LONG)
    text = api.get(f"{path}/{created['id']}/logs").text
    assert "BucketAlreadyExists" in text
    assert "Diagnostics:" in text
