"""Do to the sandbox's Pulumi Cloud what people, pushes and bad days do, and see what it holds. For the scenario tests."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

import httpx

from sandbox.slack_driver import LIMITS, LOOK, NotSeenError

Json = dict[str, Any]

OVER = frozenset({"succeeded", "failed", "skipped", "canceled"})


class PulumiDriver:
    """One service. A stack is named `project/stack`, a deployment `project/stack#version`; the organisation is one."""

    def __init__(self, base_url: str, *, org: str = "acme") -> None:
        self._http = httpx.AsyncClient(base_url=base_url, timeout=30.0, limits=LIMITS)
        self._org = org

    async def aclose(self) -> None:
        """Give the connections back."""
        await self._http.aclose()

    async def put_stack(self, path: str, scenario: str, **settings: Any) -> None:
        """Make a stack, or give it another scenario; `settings` replaces its deployment settings (None: it has none)."""
        await self._post("stacks", **self._ref(path), scenario=scenario, **settings)

    async def start(self, path: str, **how: Any) -> Json:
        """Start a deployment elsewhere: `operation`, `initiator` (`console`, `github`, …), `login`, `settings`, `scenario`."""
        return await self._post("deployments", **self._ref(path), **how)

    async def remove(self, deployment: Json) -> None:
        """Delete a deployment as if it had never been."""
        (await self._http.delete(f"/sandbox/deployments/{deployment['id']}")).raise_for_status()

    async def revoke(self, token: str, *, revoked: bool = True) -> None:
        """Take an access token away, or give it back."""
        answer = await self._http.post("/sandbox/tokens", json={"token": token, "revoked": revoked})
        answer.raise_for_status()

    async def tune(self, **how: Any) -> None:
        """Change `speed`, `concurrency` or `options`."""
        await self._post("settings", **how)

    async def faults(self, *rules: Json) -> None:
        """Set the faults of the API; none clears them."""
        (await self._http.delete("/sandbox/faults")).raise_for_status()
        if rules:
            await self._post_list("faults", list(rules))

    async def state(self) -> Json:
        """Everything there is."""
        answer: Json = (await self._http.get("/sandbox/state")).raise_for_status().json()
        return answer

    async def deployments(self, path: str) -> list[Json]:
        """A stack's deployments, oldest first."""
        everything = (await self.state())["deployments"]
        return [each for each in everything if f"{each['project']}/{each['stack']}" == path]

    async def newest(self, path: str) -> Json:
        """A stack's newest deployment, as the API tells it in full."""
        found = (await self.deployments(path))[-1]
        where = f"/api/stacks/{self._org}/{path}/deployments/{found['id']}"
        answer = await self._http.get(where, headers={"Authorization": "token pul-sandbox"})
        told: Json = answer.raise_for_status().json()
        return told

    async def until(self, path: str, wanted: Callable[[Json], bool], *, within: float, what: str) -> Json:
        """Wait until the stack's newest deployment is as wanted."""
        end = time.monotonic() + within
        while True:
            found = await self.deployments(path)
            if found and wanted(found[-1]):
                return found[-1]
            if time.monotonic() > end:
                raise NotSeenError(f"{what}: not seen of {path} within {within:.0f} s")
            await asyncio.sleep(LOOK / 2)

    async def requests(self, route: str) -> int:
        """How many requests met a route, as in `POST /api/stacks/{org}/{project}/{stack}/deployments`."""
        return int((await self.state())["requests"].get(route, 0))

    def _ref(self, path: str) -> Json:
        project, _, stack = path.partition("/")
        return {"org": self._org, "project": project, "stack": stack}

    async def _post(self, control: str, **body: Any) -> Json:
        answer: Json = await self._post_list(control, body)
        return answer

    async def _post_list(self, control: str, body: Any) -> Any:
        answer = await self._http.post(f"/sandbox/{control}", json=body)
        if answer.is_client_error:
            raise NotSeenError(f"/sandbox/{control} refused {body}: {answer.text}")
        return answer.raise_for_status().json()


def name_of(deployment: Json) -> str:
    """`project/stack#version`, as people call it."""
    return f"{deployment['project']}/{deployment['stack']}#{deployment['version']}"
