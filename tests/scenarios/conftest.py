"""The whole product as real processes: one world shared by a file's tests, or one of its own for a test that kills things."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Generator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.scenarios.scene import Scene, playing

FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember whether a test went wrong, for the fixtures that then tell its story."""
    report = yield
    item.stash[FAILED] = item.stash.get(FAILED, False) or report.failed
    return report


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared_scene(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Scene]:
    """One world for the tests of a file, each with stacks of its own."""
    async with playing(tmp_path_factory.mktemp("world")) as scene:
        yield scene


@pytest_asyncio.fixture(loop_scope="module")
async def scene(request: pytest.FixtureRequest, shared_scene: Scene) -> AsyncIterator[Scene]:
    """The shared world, left quiet, without faults and without a refusal by Slack."""
    yield shared_scene
    await shared_scene.pulumi.faults()
    await shared_scene.slack.faults()
    await _end(request, shared_scene)


@pytest_asyncio.fixture(loop_scope="module")
async def new_scene(
    request: pytest.FixtureRequest, tmp_path: Path
) -> AsyncIterator[Callable[..., Awaitable[Scene]]]:
    """The means to start a world of the test's own, with the options of `playing`."""
    async with AsyncExitStack() as stack:

        async def start(**how: Any) -> Scene:
            scene = await stack.enter_async_context(playing(tmp_path / "world", **how))
            stack.push_async_callback(_end, request, scene)
            return scene

        yield start


async def _end(request: pytest.FixtureRequest, scene: Scene) -> None:
    if request.node.stash.get(FAILED, False):
        print(await scene.story())  # noqa: T201  pytest shows it with the failure
        return
    await scene.quiet()
    await scene.assert_nothing_refused()
