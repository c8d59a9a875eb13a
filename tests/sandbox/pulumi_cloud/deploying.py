"""Deployments that a test creates over HTTP, and looks at again."""

from typing import Any

import httpx

DEV = "/api/stacks/acme/web/dev/deployments"
STAGING = "/api/stacks/acme/web/staging/deployments"
LONG = 60.0
LATER = 120.0


def create(api: httpx.Client, path: str = DEV, **more: Any) -> dict[str, Any]:
    answer = api.post(path, json={"operation": "update", **more})
    assert answer.status_code == 202
    created: dict[str, Any] = answer.json()
    return created


def read(api: httpx.Client, created: dict[str, Any], path: str = DEV) -> dict[str, Any]:
    deployment: dict[str, Any] = api.get(f"{path}/{created['id']}").json()
    return deployment
