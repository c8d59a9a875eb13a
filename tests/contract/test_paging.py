"""Lists and logs in pages while the world moves on: nothing is left out, nothing of a log comes twice."""

import asyncio
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.stacks import StackRef
from bot.pulumi.client import PulumiClient
from sandbox.pulumi_cloud import StackSeed, create_app
from sandbox.pulumi_cloud.model import StackRef as Ref
from sandbox.pulumi_cloud.times import ManualClock
from tests.pulumi_server import NOON, Switch

WORLD = (StackSeed(Ref("acme", "web", "dev"), "failing-pre-run"),)
ALL = "/api/stacks/acme/web/dev/deployments"
UPDATE = {"operation": "update"}
CUTS = st.lists(st.tuples(st.integers(1, 40), st.floats(0, 4)), min_size=1, max_size=5)
"""Rounds of (most lines in a page, seconds until the next look)."""


@pytest.fixture(scope="module")
def web(switch: Switch) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=switch.url, headers={"Authorization": "token pul-sandbox"}) as client:
        yield client


def fresh(switch: Switch, web: httpx.Client, *, deployments: int) -> ManualClock:
    """A world with one stack and so many deployments of it, none of them started but one."""
    clock = ManualClock(NOON)
    switch.app = create_app(seed=3, clock=clock, public_url=switch.url, stacks=WORLD)
    for _ in range(deployments):
        assert web.post(ALL, json=UPDATE).status_code == 202
    return clock


def pages(web: httpx.Client, path: str, *, size: int, arrivals: list[int], asc: bool) -> Iterator[list[int]]:
    """Versions page by page; between two pages so many new deployments arrive."""
    number, left = 1, list(arrivals)
    while True:
        query: dict[str, Any] = {"page": number, "pageSize": size, "asc": str(asc).lower()}
        found = [one["version"] for one in web.get(path, params=query).json()["deployments"]]
        yield found
        if len(found) < size:  # the end, for now
            return
        number += 1
        for _ in range(left.pop() if left else 0):
            web.post(ALL, json=UPDATE)


ARRIVALS = st.lists(st.integers(0, 3), max_size=5)


@settings(max_examples=20, deadline=None)
@given(count=st.integers(0, 12), size=st.integers(1, 5), arrivals=ARRIVALS)
def test_oldest_first_every_deployment_comes_once(
    switch: Switch, web: httpx.Client, count: int, size: int, arrivals: list[int]
) -> None:
    fresh(switch, web, deployments=count)
    walked = [version for page in pages(web, ALL, size=size, arrivals=arrivals, asc=True) for version in page]
    assert walked == list(range(1, len(walked) + 1))
    assert len(walked) >= count


@settings(max_examples=20, deadline=None)
@given(count=st.integers(0, 12), size=st.integers(1, 5), arrivals=ARRIVALS)
def test_newest_first_nothing_is_left_out(
    switch: Switch, web: httpx.Client, count: int, size: int, arrivals: list[int]
) -> None:
    """What arrives pushes the rest down: some come twice, and who keeps them by id has them all."""
    fresh(switch, web, deployments=count)
    path = "/api/orgs/acme/deployments"
    walked = [
        version for page in pages(web, path, size=size, arrivals=arrivals, asc=False) for version in page
    ]
    assert set(walked) >= set(range(1, count + 1))


async def test_creating_at_once_gives_each_its_own_number_and_pages_hold_them_all(
    api: httpx.Client, http: httpx.AsyncClient
) -> None:
    async def walk() -> list[int]:
        walked: list[int] = []
        number = 1
        while True:
            found = await page(number)
            walked += found
            if len(found) < 3:
                return walked
            number += 1

    async def page(number: int) -> list[int]:
        query = {"page": str(number), "pageSize": "3", "asc": "true"}
        return [one["version"] for one in (await http.get(ALL, params=query)).json()["deployments"]]

    before = await walk()
    creating = asyncio.gather(*(http.post(ALL, json=UPDATE) for _ in range(40)))
    walks = await asyncio.gather(*(walk() for _ in range(4)))
    created = await creating
    versions = sorted(answer.json()["version"] for answer in created)
    assert versions == list(range(len(before) + 1, len(before) + 41))
    for walked in walks:
        assert walked == list(range(1, len(walked) + 1))
        assert len(walked) >= len(before)
    assert await walk() == [*before, *versions]


def by_tokens(
    web: httpx.Client, logs: str, clock: ManualClock, cuts: list[tuple[int, float]]
) -> list[dict[str, Any]]:
    rows, token, turn = list[dict[str, Any]](), "", 0
    while True:
        lines, pause = cuts[turn % len(cuts)]
        web.post("/sandbox/settings", json={"options": {"log_page_lines": lines}})
        page = web.get(logs, params={"continuationToken": token}).json()
        assert len(page["lines"]) <= lines
        rows += page["lines"]
        if "nextToken" not in page:
            return rows
        token, turn = page["nextToken"], turn + 1
        clock.advance(pause + 0.05)


def by_offsets(
    web: httpx.Client, logs: str, clock: ManualClock, cuts: list[tuple[int, float]], steps: int
) -> list[dict[str, Any]]:
    rows, turn = list[dict[str, Any]](), 0
    for step in range(1, steps + 1):
        offset: int | None = 0
        while offset is not None:
            count, pause = cuts[turn % len(cuts)]
            page = web.get(logs, params={"step": step, "offset": offset, "count": count}).json()
            rows += page["lines"]
            offset, turn = page.get("nextOffset"), turn + 1
            clock.advance(pause + 0.05)
    return rows


@settings(max_examples=15, deadline=None)
@given(tokens=CUTS, offsets=CUTS)
def test_any_cut_by_tokens_or_offsets_gives_the_same_lines_once(
    switch: Switch, web: httpx.Client, tokens: list[tuple[int, float]], offsets: list[tuple[int, float]]
) -> None:
    clock = fresh(switch, web, deployments=2)
    first, second = (one["id"] for one in web.get(ALL, params={"asc": "true"}).json()["deployments"])
    streamed = by_tokens(web, f"{ALL}/{first}/logs", clock, tokens)
    steps = len(web.get(f"{ALL}/{first}").json()["jobs"][0]["steps"])
    stepped = by_offsets(web, f"{ALL}/{first}/logs", clock, offsets, steps)
    assert [row for row in streamed if "line" in row] == stepped
    clock.advance(600)
    assert len(by_offsets(web, f"{ALL}/{second}/logs", clock, offsets, steps)) == len(stepped)


@settings(max_examples=15, deadline=None)
@given(offsets=CUTS)
def test_offsets_may_be_read_while_it_runs(
    switch: Switch, web: httpx.Client, offsets: list[tuple[int, float]]
) -> None:
    clock = fresh(switch, web, deployments=1)
    (running,) = web.get(ALL).json()["deployments"]
    logs = f"{ALL}/{running['id']}/logs"
    lines = by_offsets(web, logs, clock, offsets, len(running["jobs"][0]["steps"]))
    clock.advance(600)
    assert lines == [row for row in by_tokens(web, logs, clock, [(500, 0)]) if "line" in row]


async def test_the_clients_log_is_the_same_however_it_is_cut(
    api: httpx.Client, http: httpx.AsyncClient, client: PulumiClient, clock: ManualClock
) -> None:
    created = (await http.post(ALL, json=UPDATE)).json()
    clock.advance(600)
    stack = StackRef(org="acme", project="web", stack="dev")
    logs = []
    for lines in (1, 3, 100):
        await http.post("/sandbox/settings", json={"options": {"log_page_lines": lines}})
        logs.append([line async for line in client.log(stack, created["id"])])
    assert logs[0] == logs[1] == logs[2]
    assert logs[0]
