"""The controls beside the API."""

from typing import Any

import httpx
import pytest

from sandbox.pulumi_cloud.controls import LoopbackOnly
from sandbox.pulumi_cloud.times import ManualClock

DEV = {"org": "acme", "project": "web", "stack": "dev"}
NEW = {"org": "beta", "project": "shop", "stack": "main"}


def state(api: httpx.Client) -> dict[str, Any]:
    answer: dict[str, Any] = api.get("/sandbox/state").json()
    return answer


def test_a_stack_is_made_with_settings_that_its_scenario_needs(api: httpx.Client, clock: ManualClock) -> None:
    answer = api.post("/sandbox/stacks", json={**NEW, "scenario": "failing-pre-run"})
    assert answer.status_code == 201
    path = "/api/stacks/beta/shop/main/deployments"
    created = api.post(path, json={"operation": "update"}).json()
    clock.advance(60)
    steps = api.get(f"{path}/{created['id']}").json()["jobs"][0]["steps"]
    assert [step["name"] for step in steps if step["status"] == "failed"] == ["Pre-run command 2"]


def test_an_existing_stack_changes_its_scenario_and_keeps_its_settings(api: httpx.Client) -> None:
    before = api.get("/api/stacks/acme/web/dev/deployments/settings").json()
    answer = api.post("/sandbox/stacks", json={**DEV, "scenario": "failing-update"})
    assert (answer.status_code, answer.json()["scenario"]) == (200, "failing-update")
    assert api.get("/api/stacks/acme/web/dev/deployments/settings").json() == before


def test_settings_can_be_given_or_taken_away(api: httpx.Client) -> None:
    settings = {"gitHub": {"repository": "a/b"}}
    api.post("/sandbox/stacks", json={**NEW, "scenario": "quick-success", "settings": settings})
    path = "/api/stacks/beta/shop/main/deployments/settings"
    assert api.get(path).json() == settings
    api.post("/sandbox/stacks", json={**NEW, "scenario": "quick-success", "settings": None})
    assert api.get(path).status_code == 404


def test_a_deployment_starts_as_the_console_or_a_push_would(api: httpx.Client) -> None:
    commits = []
    for initiator in ("console", "github"):
        body = {**DEV, "operation": "preview", "initiator": initiator, "login": "grace"}
        assert api.post("/sandbox/deployments", json=body).status_code == 202
        newest = api.get("/api/orgs/acme/deployments").json()["deployments"][0]
        assert (newest["initiator"], newest["requestedBy"]["name"]) == (initiator, "Grace Hopper")
        commits.append(newest["id"])
    assert len(set(commits)) == 2


def test_a_deployment_can_vanish_underneath(api: httpx.Client) -> None:
    path = "/api/stacks/acme/web/dev/deployments"
    created = api.post(path, json={"operation": "update"}).json()
    assert api.delete(f"/sandbox/deployments/{created['id']}").status_code == 200
    assert api.get(f"{path}/{created['id']}").status_code == 404
    assert api.delete(f"/sandbox/deployments/{created['id']}").status_code == 404


def test_speed_and_concurrency_change_while_it_runs(api: httpx.Client, clock: ManualClock) -> None:
    assert api.post("/sandbox/settings", json={"speed": 100, "concurrency": 1}).json()["speed"] == 100
    path = "/api/stacks/acme/web/staging/deployments"
    created = api.post(path, json={"operation": "update"}).json()
    clock.advance(1)
    assert api.get(f"{path}/{created['id']}").json()["status"] == "succeeded"
    assert api.get("/api/orgs/acme/deployments/metadata").json()["concurrency"] == 1


def test_state_shows_stacks_deployments_and_requests(api: httpx.Client) -> None:
    api.post("/api/stacks/acme/web/dev/deployments/pause")
    api.post("/api/stacks/acme/web/dev/deployments", json={"operation": "update"})
    now = state(api)
    assert [stack["stack"] for stack in now["stacks"] if stack["paused"]] == ["dev"]
    newest = now["deployments"][-1]
    assert (newest["status"], newest["steps"]) == ("not-started", [])
    assert now["requests"] == {
        "POST /api/stacks/{org}/{project}/{stack}/deployments": 1,
        "POST /api/stacks/{org}/{project}/{stack}/deployments/pause": 1,
    }
    assert now["organizations"][0] == {
        "org": "acme",
        "paused": False,
        "concurrency": 5,
        "active": 0,
        "queued": 1,
    }


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("stacks", {**NEW, "scenario": "nope"}),
        ("stacks", {"scenario": "quick-success"}),
        ("deployments", {**DEV, "operation": "explode"}),
        ("deployments", {**DEV, "scenario": "nope"}),
        ("settings", {"speed": 0}),
        ("settings", {"concurrency": 0}),
        ("settings", {"options": {"first_step": 2}}),
        ("settings", {"options": {"nope": 2}}),
        ("settings", {"nope": 2}),
    ],
)
def test_a_wrong_control_is_refused(api: httpx.Client, path: str, body: object) -> None:
    before = state(api)
    assert api.post(f"/sandbox/{path}", json=body).status_code == 400
    assert state(api) == before


def test_starting_on_an_unknown_stack_is_404(api: httpx.Client) -> None:
    assert api.post("/sandbox/deployments", json=NEW).status_code == 404


@pytest.mark.parametrize(
    ("client", "status"), [("127.0.0.1", 200), ("::1", 200), ("192.0.2.7", 403), (None, 403), ("name", 403)]
)
async def test_controls_answer_this_machine_only(client: str | None, status: int) -> None:
    sent: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200})

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "path": "/sandbox/state", "client": (client, 1) if client else None}
    await LoopbackOnly(app)(scope, None, send)
    assert sent[0]["status"] == status
