"""Each endpoint of the seed, as a method, a path and a query."""

import json

import pytest

from bot.domain.stacks import StackRef
from bot.pulumi.wire import requests
from bot.pulumi.wire.calls import Call, Safety

DEV = StackRef(org="acme", project="web", stack="dev")
BASE = "/api/stacks/acme/web/dev/deployments"
ORG = "/api/orgs/acme/deployments"


@pytest.mark.parametrize(
    ("call", "method", "target"),
    [
        (requests.get_settings(DEV), "GET", f"{BASE}/settings"),
        (requests.patch_settings(DEV, {}), "POST", f"{BASE}/settings"),
        (requests.replace_settings(DEV, {}), "PUT", f"{BASE}/settings"),
        (requests.clear_settings(DEV), "DELETE", f"{BASE}/settings"),
        (requests.create_deployment(DEV, {}), "POST", BASE),
        (requests.get_deployment(DEV, "9e5e"), "GET", f"{BASE}/9e5e"),
        (requests.get_version(DEV, 34), "GET", f"{BASE}/version/34"),
        (requests.get_updates(DEV, "9e5e"), "GET", f"{BASE}/9e5e/updates"),
        (requests.list_stack(DEV), "GET", f"{BASE}?page=1&pageSize=10"),
        (
            requests.list_stack(DEV, page=2, page_size=5, status="failed", asc=True),
            "GET",
            f"{BASE}?page=2&pageSize=5&status=failed&asc=true",
        ),
        (requests.list_org("acme"), "GET", f"{ORG}?page=1&pageSize=100"),
        (requests.list_org("acme", page=0, page_size=1000), "GET", f"{ORG}?page=1&pageSize=100"),
        (requests.get_log(DEV, "9e5e"), "GET", f"{BASE}/9e5e/logs"),
        (requests.get_log(DEV, "9e5e", token="0.2.1"), "GET", f"{BASE}/9e5e/logs?continuationToken=0.2.1"),
        (
            requests.get_step_log(DEV, "9e5e", job=0, step=4, offset=10, count=10),
            "GET",
            f"{BASE}/9e5e/logs?job=0&step=5&offset=10&count=10",
        ),
        (requests.pause_stack(DEV), "POST", f"{BASE}/pause"),
        (requests.pause_org("acme"), "POST", f"{ORG}/pause"),
        (requests.resume_stack(DEV), "POST", f"{BASE}/resume"),
        (requests.resume_org("acme"), "POST", f"{ORG}/resume"),
        (requests.stack_metadata(DEV), "GET", f"{BASE}/metadata"),
        (requests.org_metadata("acme"), "GET", f"{ORG}/metadata"),
        (requests.cancel(DEV, "9e5e"), "POST", f"{BASE}/9e5e/cancel"),
        (requests.get_user(), "GET", "/api/user"),
    ],
)
def test_an_endpoint_is_called_as_the_contract_says(call: Call, method: str, target: str) -> None:
    assert (call.method, call.url("")) == (method, target)


def test_only_reading_is_safe_and_only_states_may_be_brought_about_twice() -> None:
    assert requests.list_org("acme").safety is Safety.SAFE
    for call in (
        requests.pause_stack(DEV),
        requests.resume_org("acme"),
        requests.cancel(DEV, "1"),
    ):
        assert call.safety is Safety.IDEMPOTENT
    for call in (
        requests.create_deployment(DEV, {}),
        requests.patch_settings(DEV, {}),
        requests.replace_settings(DEV, {}),
        requests.clear_settings(DEV),
    ):
        assert call.safety is Safety.ONCE


def test_a_create_says_who_initiated_it() -> None:
    assert dict(requests.create_deployment(DEV, {}).headers) == {
        "X-Pulumi-Deployment-Initiator": "quarterdeck"
    }


def test_bodies_are_json() -> None:
    call = requests.patch_settings(DEV, {"gitHub": None})
    assert call.body is not None
    assert json.loads(call.body) == {"gitHub": None}
