"""Settings that break a rule are refused, field by field; what the page only advises against is not."""

from typing import Any

import httpx
import pytest

from sandbox.pulumi_cloud.settings_rules import SettingsError, accept, check_run, check_settings

WEB = "/api/stacks/acme/web/dev/deployments"
SETTINGS = f"{WEB}/settings"
KEY = {"sshPrivateKey": {"secret": "k"}}
USER = {"userName": "git", "password": {"secret": "p"}}
AWS = {"roleArn": "arn", "sessionName": "s"}
GCP = {"projectId": "1", "workloadPoolId": "w", "providerId": "p", "serviceAccount": "a@b"}


def git(**fields: Any) -> dict[str, Any]:
    return {"sourceContext": {"git": fields}}


def operation(**fields: Any) -> dict[str, Any]:
    return {"operationContext": fields}


@pytest.mark.parametrize(
    ("settings", "attribute", "kind"),
    [
        (git(branch="main", commit="abc"), "sourceContext.git.commit", "invalid"),
        (git(gitAuth={"sshAuth": KEY, "basicAuth": USER}), "sourceContext.git.gitAuth", "invalid"),
        (git(gitAuth={"basicAuth": USER, "accessToken": {"secret": "t"}}), "sourceContext.git.gitAuth", "invalid"),
        (git(repoURL="https://x/y") | {"gitHub": {"repository": "a/b"}}, "sourceContext.git.repoURL", "invalid"),
        (git(gitAuth={"basicAuth": {"userName": "git"}}), "sourceContext.git.gitAuth.basicAuth.password", "missing"),
        (operation(oidc={"aws": {**AWS, "duration": "1.5h"}}), "operationContext.oidc.aws.duration", "invalid"),
        (operation(oidc={"gcp": {**GCP, "tokenLifetime": "3600"}}), "operationContext.oidc.gcp.tokenLifetime", "invalid"),
        (operation(oidc={"aws": {"roleArn": "arn"}}), "operationContext.oidc.aws.sessionName", "missing"),
        (operation(oidc={"azure": {"clientId": "c", "tenantId": "t"}}), "operationContext.oidc.azure.subscriptionId", "missing"),
        ({"gitHub": {"deployCommits": True}}, "gitHub.repository", "missing"),
    ],
)  # fmt: skip
def test_what_breaks_a_rule_is_named(settings: dict[str, Any], attribute: str, kind: str) -> None:
    with pytest.raises(SettingsError) as refused:
        check_settings(settings)
    assert [(problem.attribute, problem.kind) for problem in refused.value.problems] == [(attribute, kind)]


@pytest.mark.parametrize("duration", ["1h", "90s", "15m", "1h30m", "1h30m15s", "30m1s", ""])
def test_durations_are_hours_minutes_and_seconds_in_this_order(duration: str) -> None:
    check_settings(operation(oidc={"aws": {**AWS, "duration": duration}}))


@pytest.mark.parametrize("duration", ["h", "1", "1s1h", "1.5h", "-1h", "1h ", "1 h", "1d", "\u0661h"])
def test_other_durations_are_not(duration: str) -> None:
    with pytest.raises(SettingsError):
        check_settings(operation(oidc={"aws": {**AWS, "duration": duration}}))


@pytest.mark.parametrize(
    ("settings", "attribute"),
    [
        (git(branch=7), "sourceContext.git.branch"),
        ({"sourceContext": "git"}, "sourceContext"),
        ({"gitHub": {"paths": "**"}}, "gitHub.paths"),
        (operation(environmentVariables={"A": 1}), "operationContext.environmentVariables"),
        (operation(environmentVariables={"A": {"secret": "s", "more": 1}}), "operationContext.environmentVariables"),
        (operation(preRunCommands=["a", None]), "operationContext.preRunCommands"),
        (operation(options={"skipInstallDependencies": "yes"}), "operationContext.options.skipInstallDependencies"),
        ({"executorContext": {"executorImage": {"reference": 1}}}, "executorContext.executorImage"),
        (git(gitAuth={"sshAuth": {"sshPrivateKey": "plain"}}), "sourceContext.git.gitAuth.sshAuth.sshPrivateKey"),
    ],
)  # fmt: skip
def test_a_value_of_the_wrong_kind_is_named(settings: dict[str, Any], attribute: str) -> None:
    with pytest.raises(SettingsError) as refused:
        accept(settings)
    assert [problem.attribute for problem in refused.value.problems] == [attribute]


def test_a_field_that_nobody_knows_is_left_out() -> None:
    assert accept({"colour": 1} | git(branch="main", colour=2)) == git(branch="main")


def test_a_variable_may_be_called_like_anything_else() -> None:
    variables = {"secret": "s", "repourl": "u", "ciphertext": "c"}
    assert accept(operation(environmentVariables=variables)) == operation(environmentVariables=variables)


def test_a_run_needs_a_branch_or_a_commit_beside_an_address() -> None:
    check_settings(git(repoURL="https://x/y"))
    with pytest.raises(SettingsError, match=r"branch or commit must be specified"):
        check_run(git(repoURL="https://x/y"))
    for named in ({"branch": "main"}, {"commit": "abc"}):
        check_run(git(repoURL="https://x/y", **named))
    check_run({"gitHub": {"repository": "a/b"}})


def test_a_refusal_carries_the_official_body_and_changes_nothing(api: httpx.Client) -> None:
    before = api.get(SETTINGS).json()
    answer = api.post(SETTINGS, json=git(commit="abc"))
    assert answer.status_code == 400
    assert answer.json() == {
        "code": 400,
        "message": "Bad Request: sourceContext.git.commit and branch are mutually exclusive",
        "errors": [
            {
                "resource": "DeploymentSettings",
                "attribute": "sourceContext.git.commit",
                "errorType": "invalid",
            }
        ],
    }
    assert api.get(SETTINGS).json() == before


def test_a_commit_replaces_the_branch_when_the_branch_is_removed(api: httpx.Client) -> None:
    answer = api.post(SETTINGS, json=git(commit="abc", branch=None))
    assert answer.json()["sourceContext"]["git"]["commit"] == "abc"
    assert "branch" not in answer.json()["sourceContext"]["git"]


def test_create_and_replace_keep_to_the_same_rules(api: httpx.Client) -> None:
    both = git(branch="main", commit="abc")
    assert api.put(SETTINGS, json=both).status_code == 400
    answer = api.post(WEB, json={"operation": "update", **git(commit="abc")})
    assert (answer.status_code, answer.json()["errors"][0]["attribute"]) == (400, "sourceContext.git.commit")


def test_reserved_variables_are_accepted_and_overwritten(api: httpx.Client) -> None:
    """The page: they "should not be used as they will be overwritten"."""
    mine = operation(environmentVariables={"PULUMI_CI_SYSTEM": "mine"})
    assert api.post(SETTINGS, json=mine).status_code == 200
    created = api.post(WEB, json={"operation": "update"}).json()
    variables = api.get(f"{WEB}/{created['id']}").json()["configuration"]["environmentVariables"]
    assert {"name": "PULUMI_CI_SYSTEM", "value": "Pulumi Deploy", "secret": False} in variables


def test_an_image_comes_back_as_it_was_set_or_as_an_object(api: httpx.Client) -> None:
    patch = {"executorContext": {"executorImage": "pulumi/pulumi-nodejs:latest"}}
    assert api.post(SETTINGS, json=patch).json()["executorContext"] == patch["executorContext"]
    api.post("/sandbox/settings", json={"options": {"executor_image": "object"}})
    image = api.get(SETTINGS).json()["executorContext"]["executorImage"]
    assert image == {"reference": "pulumi/pulumi-nodejs:latest"}
