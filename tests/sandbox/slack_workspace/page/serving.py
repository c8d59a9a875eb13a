"""The page and the played app behind uvicorn, for tests that go over HTTP."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount

from sandbox.slack_workspace.page import routes
from tests.sandbox.slack_workspace.page.scene import Scene


@asynccontextmanager
async def playing(scene: Scene) -> AsyncIterator[str]:
    """Serve both at the scene's socket; gives the page's base address."""
    app = Starlette(routes=[Mount("/slack", scene.app), *routes(scene.workspace)])
    config = uvicorn.Config(app, log_level="warning", lifespan="off", ws="none", timeout_graceful_shutdown=2)
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve(sockets=[scene.listening]))
    try:
        yield scene.address
    finally:
        await scene.workspace.close()
        server.should_exit = True
        await task
