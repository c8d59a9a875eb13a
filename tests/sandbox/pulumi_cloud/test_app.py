"""What is true of every answer."""

import httpx
import pytest

from sandbox.pulumi_cloud import create_app
from sandbox.pulumi_cloud.times import ManualClock

LIST = "/api/orgs/acme/deployments"


@pytest.mark.parametrize("authorization", ["", "token nope", "Bearer pul-sandbox", "token", "pul-sandbox"])
def test_without_a_good_token_everything_is_401(api: httpx.Client, authorization: str) -> None:
    for method, path in [
        ("GET", LIST),
        ("POST", "/api/stacks/acme/web/dev/deployments"),
        ("POST", f"{LIST}/pause"),
        ("GET", "/api/stacks/acme/web/dev/deployments/settings"),
    ]:
        answer = api.request(method, path, headers={"Authorization": authorization})
        assert (answer.status_code, answer.json()["code"]) == (401, 401)


@pytest.mark.parametrize(
    "path", [LIST, "/api/nope", "/api/stacks/acme/web/nope/deployments", "/sandbox/state"]
)
def test_every_answer_has_its_own_request_id(api: httpx.Client, path: str) -> None:
    ids = {api.get(path).headers["X-Pulumi-Request-ID"] for _ in range(2)}
    assert len(ids) == 2


def test_a_trailing_slash_is_tolerated(api: httpx.Client) -> None:
    assert api.get(f"{LIST}/").json()["total"] == api.get(LIST).json()["total"]


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/api/nope", 404), ("PATCH", LIST, 405)])
def test_unknown_routes_answer_the_official_error_body(
    api: httpx.Client, method: str, path: str, status: int
) -> None:
    answer = api.request(method, path)
    assert (answer.status_code, answer.json().keys()) == (status, {"code", "message"})
    assert answer.json()["code"] == status


def test_a_fault_of_the_service_answers_its_error_body(api: httpx.Client) -> None:
    api.post("/sandbox/faults", json=[{"match": "GET /api/orgs", "fault": "status:503", "count": 1}])
    assert api.get(LIST).json() == {"code": 503, "message": "Service Unavailable"}
    assert api.get(LIST).status_code == 200


def test_a_lost_answer_leaves_the_deployment_made(api: httpx.Client) -> None:
    path = "/api/stacks/acme/web/dev/deployments"
    before = api.get(path).json()["total"]
    api.post("/sandbox/faults", json=[{"match": "POST .*/deployments$", "fault": "drop", "count": 1}])
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        api.post(path, json={"operation": "update"})
    assert api.get(path).json()["total"] == before + 1


def test_a_world_begins_with_a_past(api: httpx.Client, clock: ManualClock) -> None:
    listed = api.get(LIST, params={"pageSize": 100}).json()["deployments"]
    assert len(listed) > 15
    assert {deployment["status"] for deployment in listed} == {"succeeded", "failed"}
    assert len({deployment["requestedBy"]["name"] for deployment in listed}) >= 3
    assert all(deployment["created"] < "2026-01-05 12:00:00" for deployment in listed)


def test_building_an_app_starts_nothing(clock: ManualClock) -> None:
    assert create_app(clock=clock) is not create_app(clock=clock)
