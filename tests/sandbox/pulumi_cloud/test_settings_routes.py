"""Deployment settings over HTTP."""

import httpx
import pytest

PATH = "/api/stacks/acme/web/dev/deployments/settings"
NONE = "/api/stacks/acme/legacy/main/deployments/settings"


def test_settings_are_read_without_their_secrets(api: httpx.Client) -> None:
    answer = api.get(PATH)
    assert answer.status_code == 200
    variables = answer.json()["operationContext"]["environmentVariables"]
    assert variables["AWS_REGION"] == "eu-west-1"
    assert variables["DATABASE_PASSWORD"]["secret"] == "[secret]"
    assert "correct-horse" not in answer.text


def test_a_stack_without_settings_is_404(api: httpx.Client) -> None:
    assert api.get(NONE).status_code == 404


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
def test_an_unknown_stack_is_404(api: httpx.Client, method: str) -> None:
    answer = api.request(method, "/api/stacks/acme/web/nope/deployments/settings", json={})
    assert answer.status_code == 404


def test_post_merges_and_answers_the_full_settings(api: httpx.Client) -> None:
    before = api.get(PATH).json()
    patch = {"operationContext": {"environmentVariables": {"AWS_REGION": None, "NEW": "x"}, "oidc": None}}
    after = api.post(PATH, json=patch)
    assert after.status_code == 200
    assert after.json() == api.get(PATH).json()
    assert after.json()["sourceContext"] == before["sourceContext"]
    assert after.json()["operationContext"].keys() == {"environmentVariables"}
    assert after.json()["operationContext"]["environmentVariables"].keys() == {"NEW", "DATABASE_PASSWORD"}


def test_post_gives_settings_to_a_stack_that_had_none(api: httpx.Client) -> None:
    assert api.post(NONE, json={"gitHub": {"repository": "acme/legacy"}}).status_code == 200
    assert api.get(NONE).json() == {"gitHub": {"repository": "acme/legacy"}}


def test_put_replaces(api: httpx.Client) -> None:
    put = {"sourceContext": {"git": {"repoURL": "https://x/y.git", "branch": "refs/heads/main"}}}
    assert api.put(PATH, json=put).json() == put
    assert api.get(PATH).json() == put


def test_settings_read_and_put_back_keep_their_secrets(api: httpx.Client) -> None:
    before = api.get(PATH).json()
    assert api.put(PATH, json=before).json() == before
    state = api.get("/sandbox/state").json()
    assert "[secret]" in str(state["stacks"][0]["settings"])


def test_delete_answers_a_json_boolean(api: httpx.Client) -> None:
    assert api.delete(PATH).json() is True
    assert api.get(PATH).status_code == 404
    assert api.delete(PATH).json() is False


@pytest.mark.parametrize("body", [{"sourceContext": 3}, {"operationContext": ["x"]}, [], "x"])
def test_what_is_no_settings_is_400(api: httpx.Client, body: object) -> None:
    assert api.post(PATH, json=body).status_code == 400


def test_a_broken_ciphertext_is_400(api: httpx.Client) -> None:
    patch = {"operationContext": {"environmentVariables": {"A": {"secret": "[secret]", "ciphertext": "x"}}}}
    assert api.post(PATH, json=patch).status_code == 400


def test_spelling_and_metadata_are_switchable(api: httpx.Client) -> None:
    api.post("/sandbox/settings", json={"options": {"repo_key": "repoUrl", "settings_metadata": True}})
    answer = api.get(PATH).json()
    assert "repoUrl" in answer["sourceContext"]["git"]
    assert (answer["source"], answer["version"]) == ("console", 1)
