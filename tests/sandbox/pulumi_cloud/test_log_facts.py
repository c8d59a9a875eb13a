"""Settings change what a run shows: which steps there are, and what their logs say."""

from typing import Any

import httpx
import pytest

from sandbox.pulumi_cloud.times import ManualClock

WEB = "/api/stacks/acme/web/dev/deployments"


def run(api: httpx.Client, clock: ManualClock, settings: dict[str, Any]) -> tuple[list[str], str]:
    """Deploy with these settings alone; answers the names of the steps and the whole log."""
    source = {"git": {"repoURL": "https://github.com/acme/web.git", "branch": "refs/heads/main"}}
    body = {"operation": "update", "inheritSettings": False, "sourceContext": source, **settings}
    created = api.post(WEB, json=body)
    assert created.status_code == 202, created.text
    clock.advance(600)
    found = api.get(f"{WEB}/{created.json()['id']}").json()
    log = api.get(f"{WEB}/{found['id']}/logs").json()
    return [step["name"] for step in found["jobs"][0]["steps"]], "".join(
        row.get("line", "") for row in log["lines"]
    )


def oidc(**clouds: Any) -> dict[str, Any]:
    return {"operationContext": {"oidc": clouds}}


AWS = {"roleArn": "arn:aws:iam::1:role/deploy", "sessionName": "web", "duration": "1h30m"}
AZURE = {"clientId": "client-1", "tenantId": "tenant-2", "subscriptionId": "subscription-3"}
GCP = {
    "projectId": "4",
    "region": "europe-west1",
    "workloadPoolId": "pool-5",
    "providerId": "provider-6",
    "serviceAccount": "deploy@acme.example",
}


@pytest.mark.parametrize(
    ("settings", "said", "unsaid"),
    [
        (oidc(aws=AWS), ["for AWS", AWS["roleArn"], "valid for 1h30m"], ["Azure", "Google"]),
        (oidc(azure=AZURE), ["for Azure", "client-1", "tenant-2", "subscription-3"], ["AWS", "Google"]),
        (oidc(gcp=GCP), ["for Google Cloud", "pool-5", "europe-west1", "valid for 1h0m0s"], ["AWS", "Azure"]),
        (oidc(aws=AWS, gcp=GCP), ["for AWS", "for Google Cloud"], ["Azure"]),
    ],
)
def test_credentials_are_fetched_for_the_clouds_that_are_set(
    api: httpx.Client, clock: ManualClock, settings: dict[str, Any], said: list[str], unsaid: list[str]
) -> None:
    steps, log = run(api, clock, settings)
    assert "Fetch provider credentials via OIDC" in steps
    assert [text for text in said if text not in log] == []
    assert [text for text in unsaid if f"Fetching credentials for {text}" in log] == []


def test_without_oidc_there_is_no_such_step(api: httpx.Client, clock: ManualClock) -> None:
    steps, log = run(api, clock, {})
    assert "Fetch provider credentials via OIDC" not in steps
    assert "Pulling image pulumi/pulumi:latest" in log


@pytest.mark.parametrize(
    "image",
    [
        "registry.acme.example/deploy:7",
        {"reference": "registry.acme.example/deploy:7", "credentials": {"username": "robot", "password": {"secret": "p"}}},
    ],
)  # fmt: skip
def test_an_image_of_ones_own_is_pulled(api: httpx.Client, clock: ManualClock, image: Any) -> None:
    _, log = run(api, clock, {"executorContext": {"executorImage": image}})
    assert "Pulling image registry.acme.example/deploy:7" in log
    assert ("as robot" in log) == isinstance(image, dict)


@pytest.mark.parametrize(
    ("auth", "said"),
    [
        ({"sshAuth": {"sshPrivateKey": {"secret": "k-1"}}}, "Using an SSH key\n"),
        ({"sshAuth": {"sshPrivateKey": {"secret": "k-1"}, "password": {"secret": "p-1"}}}, "with a password"),
        ({"basicAuth": {"userName": "ada", "password": {"secret": "p-1"}}}, "basic authentication as ada"),
        ({"accessToken": {"secret": "t-1"}}, "Using an access token"),
    ],
)
def test_the_log_tells_how_git_was_read_and_no_secret(
    api: httpx.Client, clock: ManualClock, auth: dict[str, Any], said: str
) -> None:
    git = {"repoURL": "https://x/y.git", "branch": "refs/heads/demo", "repoDir": "infra", "gitAuth": auth}
    _, log = run(api, clock, {"sourceContext": {"git": git}})
    assert said in log
    assert "Switched to branch 'demo'" in log
    assert "Working in infra" in log
    assert not any(secret in log for secret in ("k-1", "p-1", "t-1"))


def test_a_pinned_commit_is_a_detached_head(api: httpx.Client, clock: ManualClock) -> None:
    _, log = run(api, clock, {"sourceContext": {"git": {"repoURL": "https://x/y.git", "commit": "a1b2c3d4"}}})
    assert "'detached HEAD'" in log
    assert "HEAD is now at a1b2c3d\n" in log


def test_a_github_block_is_a_source(api: httpx.Client, clock: ManualClock) -> None:
    _, log = run(api, clock, {"sourceContext": None, "gitHub": {"repository": "acme/infra"}})
    assert "Using the GitHub App's access to acme/infra" in log
    assert "Successfully cloned: https://github.com/acme/infra.git" in log
