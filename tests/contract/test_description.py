"""Our description of the API, and where it knowingly differs from Pulumi's own OpenAPI document (as of May 2026).

It was compared by script: the same paths and methods, and of every answer the same fields, types, enumerations and required
fields, but for these.

Looser than the official document, because the REST API page (the contract) says so:

- `executorImage` may be a string, a variable may be a plain string, `userName` may be plain: the page's examples are. The
  official document knows only objects there.
- `gitHub.pullRequestTemplate` may be left out of a request: the page's last GitHub example has `repository` alone.
- `repoURL` stands for `repoUrl`; an option of the sandbox switches. A request may hold null anywhere: "Patch Settings" removes by it.
- `pausedStacks` and the list's `status` filter are on the page only. `nextToken` is accepted beside `continuationToken`.
- `GET /api/user` is in neither: it is what the CLI asks for `pulumi whoami`, with the fields that the CLI reads.
- The status `canceled` is one that a test may ask the sandbox for, to see that clients survive what no document knows.

Other than the official document, because that is a slip of its generator:

- `ciphertext` is a base64 string, as the CLI's `SecretValue` (a Go `[]byte`) writes it; the document says an array of such.

Stricter than the official document: what the sandbox always sends is required (`initiator`, `configuration`, `pulumiOperation`, times of
jobs and steps, names of projects and stacks, `lines`); nothing is sent that is not described; `azure` needs its three ids, `gitHub`
its repository and `create` its operation, as the page says. 401, 403 and 404 are described for every endpoint that answers them.

Left out: 402 (the sandbox sells no subscriptions), `sort`, Mercurial and template sources, agent pools in lists, drift status, policy packs and
commit details of updates. The sandbox never sends them; the client tolerates them.
"""

from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.pulumi_cloud.settings_rules import check_settings
from tests.conftest import CONTRACT

ENDPOINTS = {
    "getSettings",
    "patchSettings",
    "replaceSettings",
    "clearSettings",
    "createDeployment",
    "getById",
    "getByVersion",
    "listOfStack",
    "listOfOrganization",
    "getLogs",
    "getUpdates",
    "cancel",
    "pauseStack",
    "resumeStack",
    "stackMetadata",
    "pauseOrganization",
    "resumeOrganization",
    "organizationMetadata",
    "user",
}


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(CONTRACT.read_text())
    return loaded


def operations(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        operation
        for methods in document["paths"].values()
        for method, operation in methods.items()
        if method != "parameters"
    ]


def test_every_endpoint_of_the_page_is_described_and_put_updates_and_user(document: dict[str, Any]) -> None:
    assert {operation["operationId"] for operation in operations(document)} == ENDPOINTS


def test_every_endpoint_says_what_it_answers_without_a_token(document: dict[str, Any]) -> None:
    assert all("401" in operation["responses"] for operation in operations(document))


def test_every_schema_is_used(document: dict[str, Any]) -> None:
    text = CONTRACT.read_text()
    unused = [name for name in document["components"]["schemas"] if f'/schemas/{name}"' not in text]
    assert unused == []


def test_what_is_answered_is_closed(document: dict[str, Any]) -> None:
    """An object of an answer names its fields, so that a field too many is found."""
    open_ones = ("Repository", "DeploymentCore", "UpdateFacts")  # parts of closed ones
    sent = ("RepositoryPatch", "SettingsPatch", "CreateRequest")
    for name, schema in document["components"]["schemas"].items():
        if "properties" in schema and name not in (*open_ones, *sent):
            assert {"additionalProperties", "unevaluatedProperties"} & schema.keys(), name


@settings(max_examples=30)
@given(text=st.from_regex(r"\A(?=[0-9])([0-9]{1,3}h)?([0-9]{1,3}m)?([0-9]{1,3}s)?\Z"))
def test_durations_of_the_description_are_those_of_the_sandbox(text: str) -> None:
    aws = {"roleArn": "arn", "sessionName": "s", "duration": text}
    check_settings({"operationContext": {"oidc": {"aws": aws}}})
