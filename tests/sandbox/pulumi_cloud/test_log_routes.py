"""Logs over HTTP: streamed by token, and of one step by offset."""

import httpx
import pytest

from sandbox.pulumi_cloud.times import ManualClock
from tests.sandbox.pulumi_cloud.deploying import DEV, LATER, LONG, STAGING, create


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
