"""Pause, resume and metadata over HTTP."""

import httpx
import pytest

STACK = "/api/stacks/acme/web/dev/deployments"
ORG = "/api/orgs/acme/deployments"


def status_of_new(api: httpx.Client) -> str:
    created = api.post(STACK, json={"operation": "preview"}).json()
    return str(api.get(f"{STACK}/{created['id']}").json()["status"])


@pytest.mark.parametrize("path", [STACK, ORG])
def test_a_pause_makes_new_deployments_wait_until_resume(api: httpx.Client, path: str) -> None:
    paused = api.post(f"{path}/pause")
    assert (paused.status_code, paused.content) == (200, b"")
    assert status_of_new(api) == "not-started"
    resumed = api.post(f"{path}/resume")
    assert (resumed.status_code, resumed.content) == (200, b"")
    assert api.get(STACK).json()["deployments"][0]["status"] == "accepted"


@pytest.mark.parametrize("verb", ["pause", "resume"])
def test_a_stack_without_settings_cannot_be_paused(api: httpx.Client, verb: str) -> None:
    answer = api.post(f"/api/stacks/acme/legacy/main/deployments/{verb}")
    assert answer.status_code == 400
    assert "before it has been configured for deployments" in answer.json()["message"]


@pytest.mark.parametrize("verb", ["pause", "resume"])
def test_only_administrators_pause_an_organisation(member: httpx.Client, verb: str) -> None:
    assert member.post(f"{ORG}/{verb}").status_code == 403
    assert member.post(f"{STACK}/{verb}").status_code == 200


@pytest.mark.parametrize("verb", ["pause", "resume"])
def test_pausing_what_does_not_exist_is_404(api: httpx.Client, verb: str) -> None:
    assert api.post(f"/api/orgs/nobody/deployments/{verb}").status_code == 404
    assert api.post(f"/api/stacks/acme/web/nope/deployments/{verb}").status_code == 404


def test_stack_metadata_says_why_it_is_paused(api: httpx.Client) -> None:
    api.post(f"{ORG}/pause")
    assert api.get(f"{STACK}/metadata").json() == {
        "paused": True,
        "stackPaused": False,
        "organizationPaused": True,
        "hasSchedules": False,
    }


def test_organisation_metadata_counts(api: httpx.Client) -> None:
    api.post(f"{STACK}/pause")
    status_of_new(api)
    metadata = api.get(f"{ORG}/metadata").json()
    counts = metadata["deploymentCounts"]
    assert (metadata["paused"], metadata["pausedStacks"], metadata["concurrency"]) == (False, ["web/dev"], 5)
    assert counts["notStarted"] == 1
    assert counts["total"] == sum(count for name, count in counts.items() if name != "total")


@pytest.mark.parametrize(
    "path", ["/api/orgs/nobody/deployments/metadata", "/api/stacks/acme/web/nope/deployments/metadata"]
)
def test_metadata_of_what_does_not_exist_is_404(api: httpx.Client, path: str) -> None:
    assert api.get(path).status_code == 404
