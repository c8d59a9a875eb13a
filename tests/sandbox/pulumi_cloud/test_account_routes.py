"""Whose token it is, what its owner may do, and what happens when it is taken away."""

from __future__ import annotations

import httpx
import pytest

PROD = "/api/stacks/acme/web/prod/deployments"


def as_owner(token: str) -> dict[str, str]:
    return {"Authorization": f"token {token}"}


@pytest.mark.parametrize(
    ("token", "login", "organizations"),
    [("pul-ana", "ana", ["acme"]), ("pul-ben", "ben", ["acme"]), ("pul-stranger", "stranger", [])],
)
def test_a_token_tells_whose_it_is(
    api: httpx.Client, token: str, login: str, organizations: list[str]
) -> None:
    told = api.get("/api/user", headers=as_owner(token)).json()
    assert told["githubLogin"] == login
    assert [each["githubLogin"] for each in told["organizations"]] == organizations


def test_who_may_only_look_changes_nothing(api: httpx.Client) -> None:
    assert (api.get(PROD, headers=as_owner("pul-ben"))).status_code == 200
    refused = api.post(PROD, headers=as_owner("pul-ben"), json={"operation": "update"})
    assert refused.status_code == 403
    assert "ben does not have permission" in refused.json()["message"]
    dev = PROD.replace("prod", "dev")
    assert (api.post(dev, headers=as_owner("pul-ben"), json={"operation": "update"})).status_code == 202


def test_a_revoked_token_is_unknown_until_it_is_given_back(api: httpx.Client) -> None:
    for revoked, status in ((True, 401), (False, 200)):
        api.post("/sandbox/tokens", json={"token": "pul-ana", "revoked": revoked})
        assert (api.get("/api/user", headers=as_owner("pul-ana"))).status_code == status
